"""A netlist that Yosys wrote for a Xilinx part: what its cells take, and its longest path."""

from __future__ import annotations

import json
import pathlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from typing import Any

RESOURCES = ("DSP", "BRAM18", "LUT", "FF", "CARRY")

# LUTs by cell: as logic, memory and shift registers (UG474, UG574). An inverter goes into a LUT.
_LUTS = {
    "LUT1": 1, "LUT2": 1, "LUT3": 1, "LUT4": 1, "LUT5": 1, "LUT6": 1,
    "RAM32X1S": 1, "RAM64X1S": 1, "RAM32X1D": 2, "RAM64X1D": 2, "RAM128X1D": 4, "RAM256X1D": 8,
    "RAM32M": 4, "RAM64M": 4, "RAM32M16": 8, "RAM64M8": 8, "SRL16E": 1, "SRLC32E": 1,
}  # fmt: skip
_BLOCKS = {"RAMB18E1": 1, "RAMB18E2": 1, "RAMB36E1": 2, "RAMB36E2": 2}
_FLIP_FLOP = re.compile(r"FD[RSCP]E(_1)?")
_PASSED = re.compile(r"CARRY\d|MUXF\d|INV|XORCY|MUXCY")  # on a path, without a level of their own

Cells = Mapping[str, Mapping[str, Any]]


def read_netlist(path: pathlib.Path, top: str) -> Cells:
    """The cells of a flat module of Yosys' JSON, by name."""
    cells: Cells = json.loads(path.read_text(encoding="utf-8"))["modules"][top]["cells"]
    return cells


def resources_of(types: Iterable[str]) -> dict[str, int]:
    """What cells of these types take; a RAMB36 is two RAMB18."""
    made = dict.fromkeys(RESOURCES, 0)
    for cell, count in Counter(types).items():
        made["DSP"] += count if cell.startswith("DSP48") else 0
        made["BRAM18"] += _BLOCKS.get(cell, 0) * count
        made["LUT"] += _LUTS.get(cell, 0) * count
        made["FF"] += count if _FLIP_FLOP.fullmatch(cell) else 0
        made["CARRY"] += count if cell.startswith("CARRY") else 0
    return made


def by_instance(cells: Cells, top: str) -> dict[str, dict[str, int]]:
    """Resources of each instance in the top, by the names that flattening gave its cells."""
    types: defaultdict[str, list[str]] = defaultdict(list)
    for name, cell in cells.items():
        inner = name.removeprefix("$flatten\\")
        own = inner.startswith("$") or "." not in inner
        types[top if own else inner.partition(".")[0]].append(cell["type"])
    return {instance: resources_of(types[instance]) for instance in sorted(types)}


def lut_levels(cells: Cells) -> int:
    """Most LUTs one after the other between registers; block RAM and DSP end a path, carries and
    wide multiplexers have no level."""
    drivers: dict[int, str] = {}
    inputs: dict[str, list[int]] = {}
    for name, cell in cells.items():
        if cell["type"] in _LUTS or _PASSED.fullmatch(cell["type"]):
            directions = cell["port_directions"]
            wires = cell["connections"].items()
            inputs[name] = [b for p, bits in wires if directions[p] == "input" for b in bits]
            drivers |= {b: name for p, bits in wires if directions[p] == "output" for b in bits}
    before = {name: {drivers[b] for b in bits if b in drivers} for name, bits in inputs.items()}
    levels: dict[str, int] = {}
    for name in TopologicalSorter(before).static_order():
        own = int(cells[name]["type"] in _LUTS)
        levels[name] = own + max((levels[each] for each in before[name]), default=0)
    return max(levels.values(), default=0)
