"""Keys of latency look-up tables, a style a public reader: "expanded_conv-input:112x112x16-
output:56x56x24-expand:3-kernel:5-stride:2-idskip:0". Sources: docs/readers.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tilewise import _core

#: A block: the columns of blocks.csv by name, whole numbers; None where there is none.
Row = Mapping[str, "int | None"]
#: Columns that a block must have to get a key.
NEEDED = ("input_channels", "output_channels", "input_size", "stride", "kernel", "expansion")


@dataclass(frozen=True)
class KeyStyle:
    """How a reader calls blocks and fixed parts. `fields`: what a key of a block ends with, each
    word with its number; `single_logits`: whether all after Conv_1 is one entry; `spread`: the
    field of an entry beside mean and count, 0 of a model."""

    name: str
    project: str
    fields: tuple[tuple[str, Callable[[Row], int]], ...]
    single_logits: bool
    spread: str


def _number(column: str, default: int = 0) -> Callable[[Row], int]:
    return lambda row: int(row.get(column) or default)


def _has_shortcut(row: Row) -> int:
    """Whether a block adds its input: where shapes agree, as in both projects."""
    return int(row["stride"] == 1 and row["input_channels"] == row["output_channels"])


def _depthwise_channels(row: Row) -> int:
    return _number("input_channels")(row) * _number("expansion")(row)


_COMMON = (
    ("kernel", _number("kernel")),
    ("stride", _number("stride")),
    ("idskip", _has_shortcut),
)
#: All styles. `expand` is the ratio in one and the channels in the other.
KEY_STYLES: tuple[KeyStyle, ...] = (
    KeyStyle(
        name="proxylessnas",
        project="mit-han-lab/proxylessnas",
        fields=(("expand", _number("expansion")), *_COMMON),
        single_logits=True,
        spread="var",
    ),
    KeyStyle(
        name="ofa",
        project="mit-han-lab/once-for-all",
        fields=(
            ("expand", _depthwise_channels),
            *_COMMON,
            ("se", _number("se")),
            ("hs", _number("hs")),
        ),
        single_logits=False,
        spread="std",
    ),
)


def _map(size: int, channels: int) -> str:
    return f"{size}x{size}x{channels}"


def _key(kind: str, source: str, target: str, fields: Sequence[tuple[str, int]] = ()) -> str:
    ends = [f"{word}:{number}" for word, number in fields]
    return "-".join([kind, f"input:{source}", f"output:{target}", *ends])


def block_key(style: KeyStyle, row: Row) -> str:
    """The key of a block of one depthwise convolution between two of 1x1. One in groups, and one
    without a kernel, get keys that no public reader asks for."""
    size, stride = _number("input_size")(row), _number("stride")(row)
    source = _map(size, _number("input_channels")(row))
    target = _map((size - 1) // stride + 1, _number("output_channels")(row))
    if row["kernel"] is None:
        return _key("skip", source, target, [("stride", stride)])
    fields = [(word, number(row)) for word, number in style.fields]
    groups = _number("groups", 1)(row)
    if groups > 1:
        fields.append(("groups", groups))
    return _key("expanded_conv", source, target, fields)


def fixed_keys(style: KeyStyle, parts: Mapping[str, Sequence[_core.Layer]]) -> dict[str, str]:
    """The key of each fixed part by its name. Parts that one entry holds have one key: their costs
    are to be added up."""
    keys: dict[str, str] = {}
    convolutions = 0
    for place, (name, layers) in enumerate(parts.items()):
        first, last = layers[0], layers[-1]
        source = _map(first.image[0], first.bounds["C"] * first.bounds["G"])
        if any(layer.op == "depthwise" for layer in layers):
            keys[name] = block_key(style, _row_of(layers))
        elif style.single_logits and convolutions == 2:
            classes = list(parts.values())[-1][-1].bounds["M"]
            for rest in list(parts)[place:]:
                keys[rest] = _key("Logits", source, str(classes))
            break
        elif first.op == "average_pool":
            keys[name] = _key("AvgPool2D", source, _map(last.bounds["P"], first.bounds["G"]))
        elif place == len(parts) - 1:
            keys[name] = _key("Logits", source, str(last.bounds["M"]))
        else:
            kind = f"Conv_{convolutions}" if convolutions else "Conv"
            keys[name] = _key(kind, source, _map(last.bounds["P"], last.bounds["M"]))
            convolutions += 1
    return keys


def _row_of(layers: Sequence[_core.Layer]) -> Row:
    """The columns of a block that is known by its layers."""
    depthwise = next(layer for layer in layers if layer.op == "depthwise")
    first, channels = layers[0], layers[0].bounds["C"] * layers[0].bounds["G"]
    wide = [layer for layer in layers if layer.op == "convolution"]
    return {
        "input_channels": channels,
        "output_channels": wide[-1].bounds["M"] * wide[-1].bounds["G"],
        "input_size": first.image[0],
        "stride": depthwise.stride[0],
        "kernel": depthwise.bounds["R"],
        "expansion": depthwise.bounds["G"] // channels,
    }
