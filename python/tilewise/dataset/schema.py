"""The schema of a data set: its tables, their columns with type, unit and meaning; docs/dataset.md
lists them. A change of any of it needs a new VERSION."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from tilewise.device_columns import column_word
from tilewise.registry import SPACES, is_indexed

SCHEMA = "tilewise-dataset"
VERSION = 2
READ_VERSIONS = (1, 2)  # 1 has no ranges

NONE = ""  # the unit of a text
ONE = "1"  # the unit of a number without one


@dataclass(frozen=True)
class Column:
    """A column of a table. `type`: "int64", "float64", "string" or "bool"."""

    name: str
    type: str
    unit: str
    meaning: str
    nullable: bool = False

    def as_dict(self) -> dict[str, object]:
        """The keys of dataset.json."""
        return asdict(self)


#: How the columns of a device begin.
Words = Callable[[str], str]


def architecture_columns(
    devices: Iterable[str], splits: bool, ranges: bool, word: Words
) -> list[Column]:
    """Of an architecture on a data set: those of costs.csv, then `split`."""
    sampled = ", ".join(space for space in SPACES if not is_indexed(space))
    columns = [
        Column("index", "int64", ONE, f"place in the space; {sampled}: in the sample"),
        Column("arch_str", "string", NONE, "the architecture as the public data sets write it"),
        Column("dataset", "string", NONE, "the image set, which decides shapes and classes"),
        Column("macs", "int64", "MAC", "multiplications with accumulation of one inference"),
        Column("params", "int64", ONE, "weights, bias and folded batch norm"),
    ]
    for device in devices:
        columns += [
            *_costs(device, word(device)),
            Column(
                f"{word(device)}_arithmetic_intensity_macs_per_byte",
                "float64",
                "MAC/B",
                f"MACs per byte over the off-chip boundary of {device}",
            ),
        ]
        if ranges:
            columns += _ranges(f"{word(device)}_", f" on {device}", "mJ")
    if splits:
        meaning = "train, val or test; the same for an architecture on all image sets"
        columns.append(Column("split", "string", NONE, meaning))
    return columns


def block_columns(space: str, devices: Iterable[str], word: Words) -> list[Column]:
    """Of a block of a space at a position, or of the fixed part: those of blocks.csv."""
    facts = SPACES[space]
    columns = [
        Column("dataset", "string", NONE, "the image set"),
        Column("position", "int64", ONE, f"1 to {facts['positions']}; 0: the fixed part"),
    ]
    for name, unit, meaning in facts["shape"]:
        kind = "string" if unit == NONE else "int64"
        columns.append(Column(name, kind, unit, meaning, nullable=unit != NONE))
    columns += [
        Column("macs", "int64", "MAC", "multiplications with accumulation"),
        Column("params", "int64", ONE, "weights, bias and folded batch norm"),
    ]
    for device in devices:
        columns += _costs(device, word(device))
    return columns


def layer_columns(ranges: bool) -> list[Column]:
    """Of a distinct layer on a device, with its mapping and the proof: those of layers.csv."""
    columns = [
        Column("name", "string", NONE, "where the layer appears first"),
        Column("device", "string", NONE, "the device that it is mapped on"),
        Column("operator", "string", NONE, "convolution, depthwise, average_pool, ..."),
    ]
    for dim in "NGMCPQRS":
        columns.append(Column(dim, "int64", ONE, f"bound of the loop {dim}"))
    for plane in ("stride", "dilation", "padding", "image"):
        for axis in ("vertical", "horizontal"):
            unit = ONE if plane in ("stride", "dilation") else "pixel"
            columns.append(Column(f"{plane}_{axis}", "int64", unit, f"{plane}, {axis}"))
    columns += [
        Column("times_used", "int64", ONE, "uses in all architectures of the space"),
        Column("mapping", "string", NONE, "the best mapping; empty: the control is fixed"),
        Column("cycles", "float64", "cycle", "latency in cycles of the device"),
        Column("latency_ms", "float64", "ms", "latency"),
        Column("energy_pJ", "float64", "pJ", "energy"),
    ]
    for cause in ("read", "write", "network", "mac", "leakage", "clock"):
        columns.append(Column(f"energy_{cause}_pJ", "float64", "pJ", f"its part by {cause}"))
    columns += [
        Column("dram_bytes", "float64", "B", "bytes over the off-chip boundary, both ways"),
        Column("utilisation", "float64", ONE, "MACs over what all multipliers could do"),
        Column("bound", "string", NONE, "what decides the latency"),
        Column("stall_share", "float64", ONE, "share of the cycles without compute"),
        *(_ranges("", "", "pJ") if ranges else []),
        Column("factors", "string", NONE, "loop bounds in the space: divisors, all or fixed"),
        Column("space_size", "string", NONE, "mappings in the space: exact digits"),
        Column("evaluated", "int64", ONE, "mappings that were evaluated one by one"),
        Column("proven", "bool", NONE, "whether no mapping of the space is better"),
    ]
    return columns


def tables(
    space: str, devices: Iterable[str], splits: bool, rows: bool, version: int = VERSION,
    word: Words = column_word,
) -> dict[str, list[Column]]:  # fmt: skip
    """The tables of a data set by name; `rows`: whether a space of blocks has a sample."""
    ranges = version > 1
    names = list(devices)
    made: dict[str, list[Column]] = {}
    if is_indexed(space) or rows:
        made["architectures"] = architecture_columns(names, splits, ranges, word)
    if not is_indexed(space):
        made["blocks"] = block_columns(space, names, word)
    made["layers"] = layer_columns(ranges)
    return made


# The columns that no two rows of a table share.
KEYS: dict[str, list[str]] = {"architectures": ["index", "dataset"]}
ORDERS = {
    "architectures": "by image set in the order of `datasets`, then by index",
    "blocks": "by image set, then by position and op; the fixed part first",
    "layers": "by first appearance in the space, then by device",
}


def _ranges(prefix: str, where: str, unit: str) -> list[Column]:
    """Where hardware lies in 90 % of cases, and the energy with other published energies of the
    components; null where nothing is known."""
    columns = []
    for end, bound in (("low", "at or above"), ("high", "at or below")):
        meaning = f"hardware's latency{where} is {bound} it in 90 % of cases"
        columns.append(Column(f"{prefix}latency_ms_{end}", "float64", "ms", meaning, nullable=True))
    for end, which in (("low", "least"), ("high", "most")):
        meaning = f"energy{where} with the {which} published energies of the components"
        name = f"{prefix}energy_{unit}_{end}"
        columns.append(Column(name, "float64", unit, meaning, nullable=True))
    return columns


def _costs(device: str, word: str) -> list[Column]:
    return [
        Column(f"{word}_latency_ms", "float64", "ms", f"latency on {device}"),
        Column(f"{word}_energy_mJ", "float64", "mJ", f"energy on {device}"),
        Column(
            f"{word}_dram_bytes",
            "float64",
            "B",
            f"bytes over the off-chip boundary of {device}, both ways",
        ),
    ]
