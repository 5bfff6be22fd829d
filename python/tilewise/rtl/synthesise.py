"""What an engine takes of a part, by Yosys, beside what F1 to F9 say of its design."""

from __future__ import annotations

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

from tilewise._core import InputError
from tilewise.rtl.engine import find_board, load_yaml
from tilewise.rtl.simulate import run_tool, sources

FAMILIES = {"xc7": "7 series", "xcup": "UltraScale+"}
RESOURCES = ("DSP", "BRAM18", "LUT", "FF")

# Cells of a Xilinx part by what they take of it (UG474, UG574): LUTs as logic, memory and shift
# registers; a RAMB36 is two RAMB18.
_LUTS = {
    "LUT1": 1, "LUT2": 1, "LUT3": 1, "LUT4": 1, "LUT5": 1, "LUT6": 1, "INV": 0,
    "RAM32X1S": 1, "RAM64X1S": 1, "RAM32X1D": 2, "RAM64X1D": 2, "RAM128X1D": 4, "RAM256X1D": 8,
    "RAM32M": 4, "RAM64M": 4, "RAM32M16": 8, "RAM64M8": 8, "SRL16E": 1, "SRLC32E": 1,
}  # fmt: skip
_BLOCKS = {"RAMB18E1": 1, "RAMB18E2": 1, "RAMB36E1": 2, "RAMB36E2": 2}
_FLIP_FLOP = re.compile(r"FD[RSCP]E(_1)?$")


@dataclass(frozen=True)
class Synthesis:
    """Resources by Yosys, those of the model, and the longest path between registers."""

    made: dict[str, int]
    predicted: dict[str, int]
    levels: int  # cells on that path, LUTs and carries
    cells: dict[str, int]

    def as_dict(self) -> dict[str, object]:
        return {"made": self.made, "predicted": self.predicted, "levels": self.levels,
                "cells": self.cells}  # fmt: skip


def synthesise(folder: pathlib.Path, family: str, program: pathlib.Path) -> Synthesis:
    """Synthesises the engine of a folder; nothing is placed or timed. Raises InputError where
    Yosys is missing or fails."""
    if shutil.which("yosys") is None:
        raise InputError("fpga synthesise: needs Yosys; apt-get install yosys")
    with tempfile.TemporaryDirectory() as work:
        stat, path = pathlib.Path(work, "stat.json"), pathlib.Path(work, "path")
        script = "; ".join([
            f"read_verilog -sv {' '.join(sources(folder))}",
            f"synth_xilinx -family {family} -top engine -flatten -noiopad -noclkbuf",
            f"tee -q -o {stat} stat -json",
            f"tee -q -o {path} ltp -noff",
        ])  # fmt: skip
        run_tool(["yosys", "-q", "-p", script], folder)
        text = stat.read_text(encoding="utf-8")
        levels = re.search(r"length=(\d+)", path.read_text(encoding="utf-8"))
    cells = json.loads(text[text.index("{") :])["design"]["num_cells_by_type"]
    return Synthesis(
        resources_of(cells), predicted(folder, program), int(levels[1]) if levels else 0, cells
    )


def resources_of(cells: dict[str, int]) -> dict[str, int]:
    """DSP, BRAM18, LUT and FF of cells by type."""
    made = dict.fromkeys(RESOURCES, 0)
    for cell, count in cells.items():
        made["LUT"] += _LUTS.get(cell, 0) * count
        made["BRAM18"] += _BLOCKS.get(cell, 0) * count
        made["DSP"] += count if cell.startswith("DSP48") else 0
        made["FF"] += count if _FLIP_FLOP.match(cell) else 0
    return made


def predicted(folder: pathlib.Path, program: pathlib.Path) -> dict[str, int]:
    """What `fpga cost` says of the design, without a memory controller, which the RTL has not."""
    design = load_yaml(folder / "engine.yaml")
    board = load_yaml(find_board(str(design["parameters"]["board"])))
    board |= {"soft_controllers": 0}
    for port in board.get("ports", []):
        port["soft_controllers"] = 0
    with tempfile.TemporaryDirectory() as work:
        bare, file = pathlib.Path(work, "board.yaml"), pathlib.Path(work, "design.yaml")
        layer = pathlib.Path(work, "layer.yaml")
        design["parameters"]["board"] = str(bare)
        bare.write_text(json.dumps(board), encoding="utf-8")  # JSON is YAML
        file.write_text(json.dumps(design), encoding="utf-8")
        layer.write_text(json.dumps({"op": "convolution", "dims": {"M": 1}}), encoding="utf-8")
        ran = subprocess.run(
            [program, "fpga", "cost", "--design", file, "--network", layer, "--json"],
            capture_output=True, text=True,
        )  # fmt: skip
    if ran.returncode != 0:
        raise InputError(ran.stderr.strip().removeprefix("error: "))
    needed = json.loads(ran.stdout)["designs"][0]["resources"]
    return {name: needed[name] for name in RESOURCES}
