"""What an engine takes by Yosys: a netlist by hand, the command's refusals, and the lanes alone."""

import os
import shutil
import subprocess
import sys

import pytest
from small_engine import small_design
from tilewise.rtl.netlist import by_instance, lut_levels, resources_of
from tilewise.rtl.synthesise import netlist_of, predicted

DESIGN = small_design(2, 2, 16)
LAYER = """\
name: layer
op: convolution
input: {channels: 3, height: 5, width: 5}
output_channels: 4
kernel: 3
"""
COMMAND = [sys.executable, "-m", "tilewise", "fpga"]
no_yosys = pytest.mark.skipif(shutil.which("yosys") is None, reason="yosys is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    work = tmp_path_factory.mktemp("synthesis")
    (work / "small.yaml").write_text(DESIGN, encoding="utf-8")
    (work / "layer.yaml").write_text(LAYER, encoding="utf-8")
    subprocess.run(
        [*COMMAND, "generate", "--design", "small.yaml", "--network", "layer.yaml", "--out", "e"],
        cwd=work, check=True,
    )  # fmt: skip
    return work / "e"


def cell(kind, inputs, outputs):
    return {
        "type": kind,
        "port_directions": {"I": "input", "O": "output"},
        "connections": {"I": inputs, "O": outputs},
    }


# A register, two LUTs and a carry between them, a register: two levels.
PATH = {
    "$flatten\\lanes.$abc$1$auto$blifparse.cc:525:x": cell("FDRE", [9], [1]),
    "$flatten\\lanes.$flatten\\deep.$a": cell("LUT2", [1, "0"], [2]),
    "memories.bank": cell("CARRY4", [2], [3]),
    "$abc$7$auto$blifparse.cc:525:y": cell("LUT6", [3, 1], [4]),
    "state": cell("FDSE", [4], [9]),
}


def test_the_longest_path_counts_luts_between_registers():
    assert lut_levels(PATH) == 2


def test_a_cell_belongs_to_the_instance_that_its_name_begins_with():
    made = by_instance(PATH, "engine")
    assert list(made) == ["engine", "lanes", "memories"]
    assert (made["lanes"]["LUT"], made["lanes"]["FF"]) == (1, 1)
    assert (made["engine"]["LUT"], made["engine"]["FF"]) == (1, 1)
    assert made["memories"]["CARRY"] == 1


def test_a_block_of_36_kbit_is_two_of_18_and_memory_of_luts_is_luts():
    made = resources_of(["RAMB36E1", "RAMB18E1", "RAM32M", "SRL16E", "LUT3", "DSP48E1", "MUXF7"])
    assert made == {"DSP": 1, "BRAM18": 3, "LUT": 4 + 1 + 1, "FF": 0, "CARRY": 0}


def test_the_model_is_asked_without_a_memory_controller(folder):
    # 4 products of 16 bit, and F8 (33256 LUT) is not in it.
    made = predicted(folder)
    assert made["DSP"] == 4
    assert made["LUT"] < 33256


def test_without_yosys_the_cure_is_said(folder):
    ran = subprocess.run(
        [*COMMAND, "synthesise", folder], capture_output=True, text=True,
        env=os.environ | {"PATH": ""},
    )  # fmt: skip
    assert ran.returncode == 2
    assert "apt-get install yosys" in ran.stderr


@no_yosys
def test_a_synthesis_that_takes_too_long_is_ended(folder):
    ran = subprocess.run(
        [*COMMAND, "synthesise", folder, "--limit", "1"], capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert "not done after 1 s" in ran.stderr
    assert ran.stdout == ""


@no_yosys
def test_each_product_of_the_lanes_is_one_dsp(folder):
    cells = netlist_of(folder, "lane_array", "xc7", 600)
    assert resources_of(c["type"] for c in cells.values())["DSP"] == 2 * 2
    assert lut_levels(cells) > 0
