"""Latency look-up tables of blocks: a YAML file for each image set and device, in milliseconds."""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from tilewise._core import InputError
from tilewise.dataset.fixed_parts import fixed_costs, fixed_layers
from tilewise.dataset.formats.format import Contents, Format, columns_of, file_name, per_device
from tilewise.dataset.formats.lookup_keys import (
    KEY_STYLES,
    NEEDED,
    KeyStyle,
    Row,
    block_key,
    fixed_keys,
)
from tilewise.device_columns import word_in
from tilewise.registry import SPACES, is_indexed
from tilewise.spaces import BlockSpace

if TYPE_CHECKING:
    from tilewise.dataset.spec import Spec


def _rows(blocks: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[Row, int]]:
    """The blocks, with their place in the table."""
    numbers = blocks[list(columns)].apply(pd.to_numeric, errors="coerce").to_dict("records")
    for place, (cells, position) in enumerate(zip(numbers, blocks["position"])):
        if position > 0:
            row = {name: None if pd.isna(cell) else int(cell) for name, cell in cells.items()}
            yield row, place


def _number_columns(space: str) -> list[str]:
    return [name for name, unit, _ in SPACES[space]["shape"] if unit and name != "op"]


def _table(style: KeyStyle, contents: Contents, dataset: str, device: str) -> dict[str, float]:
    """[key]: ms. A block that is nothing has no entry: readers pass over it."""
    space, blocks = contents.spec.space, contents.frames["blocks"]
    blocks = blocks[blocks["dataset"] == dataset]
    latencies = blocks[f"{word_in(device, blocks)}_latency_ms"].tolist()
    macs = blocks["macs"].tolist()
    made: dict[str, float] = {}
    keys = fixed_keys(style, fixed_layers(space, dataset))
    layers = contents.frames["layers"]
    costs = fixed_costs(layers, space, dataset, device, "latency", latencies[0])
    for name, key in keys.items():
        made[key] = made.get(key, 0.0) + costs[name]
    fixed = set(made)
    for row, place in _rows(blocks, _number_columns(space)):
        if macs[place] == 0 and latencies[place] == 0:
            continue
        key = block_key(style, row)
        if made.setdefault(key, latencies[place]) != latencies[place] and key not in fixed:
            raise AssertionError(f"{key}: two costs for one shape")
    return made


def _float(number: float) -> str:
    """A number as YAML 1.1 takes it: with a point, also before an exponent."""
    text = repr(float(number))
    return text if "." in text else text.replace("e", ".0e")


def _write(style: KeyStyle, folder: pathlib.Path, contents: Contents) -> None:
    for dataset, device in columns_of(contents.spec, contents.devices):
        table = _table(style, contents, dataset, device)
        text = "".join(
            f"{key}:\n  count: 1\n  mean: {_float(table[key])}\n  {style.spread}: 0.0\n"
            for key in sorted(table)
        )
        path = folder / file_name(contents.spec, dataset, device, _ending(style))
        path.write_bytes(text.encode())


def _check(style: KeyStyle, spec: Spec, _: Sequence[str]) -> None:
    """Blocks of one key must be one block."""
    for dataset in spec.datasets:
        blocks = BlockSpace(spec.space, dataset).blocks
        seen: dict[str, tuple[Any, ...]] = {}
        for row, place in _rows(blocks, _number_columns(spec.space)):
            cells = tuple(blocks.iloc[place][["block", "macs", "params"]])
            key = block_key(style, row)
            if seen.setdefault(key, cells)[1:] != cells[1:]:
                raise InputError(
                    f"formats: {style.name}: {spec.space}: {seen[key][0]} and {cells[0]} are one "
                    f"key, {key}; leave {style.name} out"
                )


def _refusal(style: KeyStyle, spec: Spec) -> str:
    if is_indexed(spec.space):
        return f"{style.name}: holds blocks, and {spec.space} is no space of blocks; leave it out"
    missing = [name for name in NEEDED if name not in _number_columns(spec.space)]
    if missing:
        return (
            f"{style.name}: the blocks of {spec.space} have no {', '.join(missing)}; leave it out"
        )
    return ""


def _ending(style: KeyStyle) -> str:
    return f"{style.name}.yaml"


def _format(style: KeyStyle) -> Format:
    return Format(
        name=style.name,
        meaning=f"a look-up table in ms (YAML, {style.project}); spaces of blocks",
        files=per_device(_ending(style)),
        write=functools.partial(_write, style),
        refusal=functools.partial(_refusal, style),
        check=functools.partial(_check, style),
    )


#: A format for each style of keys.
LOOKUP_TABLES = tuple(_format(style) for style in KEY_STYLES)
