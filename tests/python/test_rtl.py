"""The generated engine: its tables by hand, its reference against plain loops, and a run."""

import itertools
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import tilewise
import tilewise.plot
from small_engine import small_design
from tilewise.rtl.descriptors import Places, depths, descriptor, fields_of
from tilewise.rtl.engine import pass_overhead, read_engine
from tilewise.rtl.nests import RtlError, nest_of
from tilewise.rtl.program import overhead_of
from tilewise.rtl.reference import requantised, sums_of, weight_stream
from tilewise.rtl.simulate import read_record

DESIGN = small_design(4, 3, 8)
NETWORK = """\
name: net
input: {channels: 3, height: 9, width: 9}
layers:
  - {name: conv, op: convolution, output_channels: 6, kernel: 3, padding: 1, stride: 2}
  - {name: depth, op: depthwise, kernel: 3, padding: 1}
  - {name: sum, op: add, from: [conv, depth]}
  - {name: pool, op: average_pool, kernel: global}
  - {name: classifier, op: fully_connected, outputs: 7}
"""
TILED = [
    {"name": "DRAM", "temporal": [["P", 3], ["Q", 2], ["M", 2], ["C", 2]], "spatial": []},
    {"name": "buffers", "temporal": [["R", 3], ["S", 3], ["P", 2], ["Q", 3]],
     "spatial": [["C", 3, "Y"], ["M", 4, "X"]]},
]  # fmt: skip


def convolution(**keys):
    given = {"name": "c", "op": "convolution", "input": {"channels": 5, "height": 5, "width": 6},
             "output_channels": 7, "kernel": 3, "padding": 1}  # fmt: skip
    return tilewise.Layer(**(given | keys))


@pytest.fixture
def engine(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    return read_engine(path)


def test_the_engine_is_what_its_file_says(engine):
    assert (engine.tm, engine.tn, engine.words("Input"), engine.port_bits) == (4, 3, 2048, 512)
    assert pass_overhead(engine) == 6 + 2  # two levels add three products


def test_a_tile_is_what_the_loops_inside_cover():
    nest = nest_of(convolution(), TILED, 4, 3)
    assert nest.tile == {"N": 1, "G": 1, "M": 4, "C": 3, "P": 2, "Q": 3, "R": 3, "S": 3}
    assert nest.order[-4:] == "PQMC"
    # Rows: two outputs of stride 1 under three taps; one row of padding before the image of 5.
    assert (nest.axes[0].size, nest.axes[0].first, nest.axes[0].end) == (4, 1, 6)


def test_a_short_pass_lasts_until_the_next_may_begin(engine):
    nest = nest_of(convolution(), TILED, 4, 3)
    assert (nest.steps, nest.row) == (3 * 3 * 2 * 3, 3)  # a lane for each output, R S P Q
    assert overhead_of(nest, engine) == pass_overhead(engine) == 8
    inner = {"name": "buffers", "temporal": [["S", 3], ["P", 2], ["Q", 2]],
             "spatial": [["C", 2, "Y"], ["M", 4, "X"]]}  # fmt: skip
    outer = {"name": "DRAM", "temporal": [["P", 3], ["Q", 3], ["M", 2], ["C", 3], ["R", 3]],
             "spatial": []}  # fmt: skip
    short = nest_of(convolution(), [outer, inner], 4, 3)
    # 12 steps, and 22 cycles from one pass to the next.
    assert (short.steps, short.row, overhead_of(short, engine)) == (12, 2, 10)


def test_a_layer_of_groups_fills_the_lanes_of_its_groups():
    pool = tilewise.Layer(name="p", op="max_pool", input={"channels": 9, "height": 4, "width": 4},
                          kernel=2, stride=2)  # fmt: skip
    outer = {"name": "DRAM", "temporal": [["G", 3]], "spatial": []}
    inner = {"name": "buffers", "temporal": [["R", 2], ["S", 2], ["P", 2], ["Q", 2]],
             "spatial": [["G", 3, "X"]]}  # fmt: skip
    nest = nest_of(pool, [outer, inner], 4, 3)
    assert (nest.steps, nest.row) == (2 * 2 * 2 * 2, 3)


def test_the_input_buffer_holds_two_windows_along_the_axis_that_slides(engine):
    nest = nest_of(convolution(), TILED, 4, 3)
    # The innermost loop over Input is C, so rows are doubled: 8 rows of 5 columns, one block.
    assert depths(nest, engine).inputs == 8 * 5
    fields = descriptor(nest, Places((100,), 0, 900), engine, 1, 0, False)
    # Unit (0, 0) lies a row and a pixel of 5 channels before the image.
    assert fields["in_base"] == 100 - 6 * 5 - 5
    assert sum(bits for _, bits in fields_of("descriptor_t")) == 1754


@pytest.mark.parametrize(
    ("outer", "inner", "said"),
    [
        ({}, {"spatial": [["P", 2, "Y"]]}, "lanes along P"),
        # One tap of two rows at stride 2: every other row of Input.
        ({"temporal": [["R", 3]]}, {"temporal": [["S", 3], ["P", 2]]}, "gaps"),
    ],
)
def test_what_the_rtl_has_not_is_refused(outer, inner, said):
    layer = convolution(stride=2, padding=3)
    with pytest.raises(RtlError, match=said):
        nest_of(layer, [TILED[0] | outer, TILED[1] | inner], 4, 3)


def test_sums_are_those_of_plain_loops():
    layer = convolution(stride=2, dilation=2, padding=2)
    mapping = [{"name": "DRAM", "temporal": [], "spatial": []},
               {"name": "buffers", "temporal": [[d, n] for d, n in layer.bounds.items()],
                "spatial": []}]  # fmt: skip
    nest = nest_of(layer, mapping, 4, 3)
    draw = np.random.default_rng(1)
    words = draw.integers(-128, 128, (1, 5, 6, 1, 5))
    weights = draw.integers(-128, 128, (1, 7, 5, 3, 3))
    made = sums_of(nest, words, weights)
    for p, q, m in itertools.product(range(nest.bounds["P"]), range(nest.bounds["Q"]), range(7)):
        wanted = 0
        for c, r, s in itertools.product(range(5), range(3), range(3)):
            h, w = 2 * p + 2 * r - 2, 2 * q + 2 * s - 2
            if 0 <= h < 5 and 0 <= w < 6:
                wanted += words[0, h, w, 0, c] * weights[0, m, c, r, s]
        assert made[0, p, q, 0, m] == wanted


def test_halves_are_rounded_up_and_words_are_cut():
    sums = np.array([5, 6, 7, -5, -6, -7, 2000, -2000])
    assert requantised(sums, 1, 2, False, 8).tolist() == [1, 2, 2, -1, -1, -2, 127, -128]
    assert requantised(sums, 1, 2, True, 8).min() == 0


def test_each_weight_lies_in_its_tile_once():
    nest = nest_of(convolution(), TILED, 4, 3)
    weights = np.arange(1, 7 * 5 * 9 + 1).reshape(1, 7, 5, 3, 3)
    stream = weight_stream(nest, weights)
    assert stream.size == 4 * 4 * 3 * 9  # four tiles, each as long as a whole one
    # First tap first: the channels 0 to 2 of output 0, then those of output 1.
    assert stream[:4].tolist() == [1, 10, 19, 46]
    assert sorted(stream[stream > 0]) == list(range(1, 316))


@pytest.mark.skipif(shutil.which("verilator") is None, reason="verilator is not installed")
def test_a_network_runs_as_the_model_says(tmp_path):
    (tmp_path / "small.yaml").write_text(DESIGN, encoding="utf-8")
    (tmp_path / "net.yaml").write_text(NETWORK, encoding="utf-8")
    command = [sys.executable, "-m", "tilewise", "fpga"]
    generate = [*command, "generate", "--design", "small.yaml", "--network", "net.yaml",
                "--out", "e"]  # fmt: skip
    subprocess.run(generate, cwd=tmp_path, check=True)
    # Exit code 0: each output is exact, and each word crosses the port as often as modelled.
    ran = subprocess.run([*command, "simulate", "e"], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for line in ("conv ", "depth ", "sum ", "pool ", "classifier "):
        assert line in ran.stdout
    check_timeline(tmp_path / "e")
    subprocess.run(generate, cwd=tmp_path, check=True)  # what the run left is no obstacle


def check_timeline(folder):
    record = read_record(folder)
    rows = pd.read_csv(folder / "timeline.csv")
    assert list(rows["layer"].drop_duplicates()) == ["conv", "depth", "sum", "pool", "classifier"]
    assert (rows["first_cycle"].diff().dropna() == rows["cycles"][:-1].to_numpy()).all()
    assert rows["lanes_at_work"].between(0, 1).all()
    assert rows["port_in_use"].between(0, 1.05).all()  # a beat may have gathered before
    # Over a layer the shares are its multiply-adds, and its words on the port.
    conv = rows[rows["layer"] == "conv"]
    assert (conv["lanes_at_work"] * conv["cycles"]).sum() * 4 * 3 == pytest.approx(
        6 * 3 * 5 * 5 * 9, rel=0.01
    )
    bits = {"Input": 8, "Weight": 8, "Output": 8}
    words = record["layers"][0]["model"]["words"]
    assert (conv["port_in_use"] * conv["cycles"]).sum() * record["port_bits"] == pytest.approx(
        sum(words[kind] * width for kind, width in bits.items()), rel=0.01
    )
    figure = tilewise.plot.utilisation(folder, library="matplotlib")
    assert figure.axes[0].get_xlabel() == "cycle"
