"""What an engine takes by Yosys: a netlist by hand, the command's refusals, and the lanes alone."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
import tilewise
from small_engine import small_design
from tilewise.rtl.engine import find_board
from tilewise.rtl.measured import FORMS, by_measurement, terms_of
from tilewise.rtl.netlist import by_instance, lut_levels, resources_of
from tilewise.rtl.simulate import read_record
from tilewise.rtl.synthesise import family_of, netlist_of, predicted

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


def generate(work, design):
    """The program.json of an engine that is made in the folder `e` of a folder."""
    (work / "small.yaml").write_text(design, encoding="utf-8")
    (work / "layer.yaml").write_text(LAYER, encoding="utf-8")
    subprocess.run(
        [*COMMAND, "generate", "--design", "small.yaml", "--network", "layer.yaml", "--out", "e"],
        cwd=work, check=True,
    )  # fmt: skip
    return read_record(work / "e")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    work = tmp_path_factory.mktemp("synthesis")
    generate(work, DESIGN)
    return work / "e"


def engine_for(work, board):
    (work / "engine.yaml").write_text(f"parameters: {{board: {board}}}\n", encoding="utf-8")
    return work


@pytest.mark.parametrize(
    ("board", "family"),
    [("pynq_z2", "xc7"), ("vc709", "xc7"), ("kcu1500", "xcu"), ("zcu104", "xcup")],
)
def test_the_family_is_that_of_the_board(tmp_path, board, family):
    assert family_of(engine_for(tmp_path, board)) == family


@pytest.mark.parametrize("node", ["7 nm", "0.028 um"])
def test_a_board_of_another_node_needs_a_family_by_name(tmp_path, node):
    text = find_board("pynq_z2").read_text(encoding="utf-8")
    board = tmp_path / "own.yaml"
    board.write_text(text.replace("node: 28 nm", f"node: {node}"), encoding="utf-8")
    with pytest.raises(
        tilewise.InputError, match=rf"own.yaml: .* {node}; name one by --family: xc7"
    ):
        family_of(engine_for(tmp_path, board))


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


# docs/rtl.md, "A grid of engines": lanes, bits, half, LUT and FF as synthesised.
ROW = re.compile(
    r"^\| (\d+) x (\d+), (\d+) bit, \d+ KiB \| (fit|held back) \|[^|]*\|[^|]*"
    r"\| \d+ / (\d+) \| \d+ / (\d+) \|",
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def engines():
    page = (pathlib.Path(__file__).parents[2] / "docs" / "rtl.md").read_text(encoding="utf-8")
    rows = [
        {
            "tm": int(tm),
            "tn": int(tn),
            "bits": int(bits),
            "half": half,
            "LUT": int(lut),
            "FF": int(ff),
        }
        for tm, tn, bits, half, lut, ff in ROW.findall(page)
    ]
    assert len(rows) == 24
    return rows


@pytest.mark.parametrize("name", ["LUT", "FF"])
def test_the_measured_forms_are_the_fit_of_one_half_and_tell_the_other(engines, name):
    fitted = [each for each in engines if each["half"] == "fit"]
    terms = np.array([terms_of(e["tm"] * e["tn"], e["bits"]) for e in fitted], dtype=float)
    took = np.array([each[name] for each in fitted], dtype=float)
    form = np.linalg.lstsq(terms / took[:, None], np.ones(len(fitted)), rcond=None)[0]
    assert FORMS[name] == pytest.approx(form, rel=1e-3)
    errors = [
        abs(form @ terms_of(each["tm"] * each["tn"], each["bits"]) / each[name] - 1)
        for each in engines
        if each["half"] == "held back"
    ]
    assert len(errors) == 12
    assert np.median(errors) < 0.01
    assert max(errors) < 0.06


@pytest.fixture(scope="module", params=[4, 16])
def measured(request, tmp_path_factory):
    """The program.json of an engine of the grid: 4 x 3 lanes and 2 KiB."""
    design = small_design(4, 3, request.param).replace("zc706", "pynq_z2").replace("1 KiB", "2 KiB")
    return generate(tmp_path_factory.mktemp("grid"), design)


def test_an_engine_of_the_grid_has_measured_forms(measured):
    bits = measured["numbers"]["W_BITS"]
    lut, flip_flops = {4: (7715, 3504), 16: (8800, 3766)}[bits]
    assert by_measurement(measured, "xc7") == {"LUT": lut, "FF": flip_flops}


@pytest.mark.parametrize(
    "changes",
    [
        {"TM": 1}, {"TM": 9}, {"TN": 5}, {"W_BITS": 20, "IN_BITS": 20, "OUT_BITS": 20},
        {"IN_BITS": 8}, {"OUT_BITS": 8}, {"IN_SIZE": 100_000}, {"W_SIZE": 10}, {"OUT_SIZE": 50_000},
        {"LAYERS": 2}, {"PLAIN": True}, {"MULTIPLY": True}, {"INTERVAL": 2}, {"GROUP_LANES": 2},
        {"OUT_DOUBLE": False},
    ],
)  # fmt: skip
def test_measured_forms_are_silent_outside_what_was_measured(measured, changes):
    other = measured | {"numbers": measured["numbers"] | changes}
    assert by_measurement(other, "xc7") is None


def test_measured_forms_are_of_one_port_and_one_family(measured):
    assert by_measurement(measured | {"port_bits": 512.0}, "xc7") is None
    assert by_measurement(measured, "xcup") is None
