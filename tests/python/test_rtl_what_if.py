"""`fpga what-if --verify`: what the RTL builds of a change, what it has not, and a run."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest
import tilewise
from small_engine import small_design
from tilewise.rtl.netlist import RESOURCES
from tilewise.rtl.simulate import Run, end_tools, run_tool
from tilewise.rtl.synthesise import Synthesis
from tilewise.rtl.what_if import Answer, Verified, rtl_design
from tilewise.rtl.what_if_report import csv_of, json_of, text_of

GIVEN = {
    "family": "fpga_tiled_engine",
    "name": "small",
    "parameters": {"board": "zc706", "port": "ps", "Tm": 4, "Tn": 3},
}
LAYER = """\
name: layer
op: convolution
input: {channels: 3, height: 5, width: 5}
output_channels: 8
kernel: 3
"""
COMMAND = [sys.executable, "-m", "tilewise", "fpga", "what-if", "--arch", "small.yaml", "--layer",
           "layer.yaml", "--verify"]  # fmt: skip
needs_tools = pytest.mark.skipif(
    shutil.which("yosys") is None or shutil.which("verilator") is None,
    reason="yosys or verilator is not installed",
)


def row(change="(none)", parameters=None, **pragmas):
    design = {"parameters": parameters or {"Tm": 4, "Tn": 3, "double_buffered": ["Input"]}}
    return {"change": change, "design": design | {"pipeline": True, "flatten": True,
                                                  "dataflow": True} | pragmas}  # fmt: skip


def test_a_design_keeps_the_board_and_the_port_of_its_file():
    made = rtl_design(row(), GIVEN)
    assert made["family"] == "fpga_tiled_engine"
    assert made["parameters"] == {
        "board": "zc706", "port": "ps", "Tm": 4, "Tn": 3, "double_buffered": ["Input"]
    }  # fmt: skip
    # The port was one of the other board.
    assert "port" not in rtl_design(row("board=pynq_z2"), GIVEN)["parameters"]
    moved = rtl_design(row("Tm=8,board=vc709,port=hbm"), GIVEN)["parameters"]
    assert (moved["board"], moved["port"]) == ("vc709", "hbm")


def test_without_a_pipeline_a_step_waits_for_the_sums_of_the_one_before():
    # Read, product, two levels of adders over three products, sum, write, hand-over: 9 cycles.
    assert rtl_design(row("pipeline=off", pipeline=False), GIVEN)["parameters"]["interval"] == 9


def test_without_dataflow_no_buffer_has_two_copies():
    assert (
        rtl_design(row("dataflow=off", dataflow=False), GIVEN)["parameters"]["double_buffered"]
        == []
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (row(flatten=False), "one loop"),
        (row(parameters={"Tn": 3, "dsp_packing": 2}), "one product in a DSP"),
    ],
)
def test_what_the_rtl_has_not_is_said(changed, said):
    with pytest.raises(tilewise.InputError, match=said):
        rtl_design(changed, GIVEN)


@pytest.fixture
def answer():
    counts = dict.fromkeys(RESOURCES, 10)
    synthesis = Synthesis("Yosys", "xc7", counts, {"DSP": 12, "BRAM18": 5, "LUT": 9, "FF": 8},
                          None, {}, 7)  # fmt: skip
    run = Run("layer", 200, 1, {}, 0, {"cycles": 150.0, "words": {}})
    estimate = {"latency_cycles": 100.0}
    rows = [
        Verified("(none)", estimate, run, synthesis),
        Verified("Tm=x2", {"latency_cycles": 50.0}, None, None, "it does not fit"),
    ]
    return Answer("small", "zc706", "layer", rows)


def test_a_table_says_both_numbers_and_why_one_is_not_there(answer):
    title, _, _, first, second, *_ = text_of(answer).splitlines()
    assert title == "layer on small, zc706"
    assert first.split() == ["(none)", "100", "1.000", "150", "200", "1.000", "-50.00", "%", "0"]
    assert second.split() == ["Tm=x2", "50", "0.500", "-", "-", "-", "-", "-"]
    assert "12 / 10" in text_of(answer)
    assert text_of(answer).endswith("not verified\n  Tm=x2: it does not fit")


def test_json_and_csv_leave_out_what_is_not_known(answer):
    designs = json.loads(json_of(answer))["designs"]
    assert [each["why_not"] for each in designs] == [None, "it does not fit"]
    assert designs[0]["simulated"]["cycles"] == 200 and designs[1]["synthesised"] is None
    header, first, second = csv_of(answer).splitlines()
    assert header.startswith("change,predicted_cycles,rtl_model_cycles,simulated")
    assert first == "(none),100.0,150.0,200,0,12,10,5,10,9,10,8,10,7,"
    assert second == "Tm=x2,50.0,,,,,,,,,,,,,it does not fit"


def test_a_tool_that_is_ended_takes_what_it_started_with_it(tmp_path):
    with pytest.raises(subprocess.TimeoutExpired):
        run_tool(["sh", "-c", "sleep 60 & echo $! > pid; wait"], tmp_path, limit=1)
    end_tools()  # nothing is left to end
    number = (tmp_path / "pid").read_text().strip()
    for _ in range(50):
        state = subprocess.run(["ps", "-o", "stat=", "-p", number], capture_output=True, text=True)
        if state.stdout.strip()[:1] in ("", "Z"):
            return
        time.sleep(0.1)
    raise AssertionError(f"process {number} is still there")


@pytest.fixture
def work(tmp_path):
    (tmp_path / "small.yaml").write_text(small_design(2, 2, 8), encoding="utf-8")
    (tmp_path / "layer.yaml").write_text(LAYER, encoding="utf-8")
    return tmp_path


def verify(work, *more, **environment):
    return subprocess.run(
        [*COMMAND, *more], cwd=work, capture_output=True, text=True, env=os.environ | environment
    )


def test_without_its_tools_the_cure_is_said(work):
    ran = verify(work, PATH="")
    assert ran.returncode == 2 and ran.stdout == ""
    assert "needs Verilator; apt-get install verilator" in ran.stderr


@needs_tools
def test_a_design_that_the_rtl_has_not_is_refused(work):
    (work / "small.yaml").write_text(small_design(2, 2, 8) + "  Tp: 2\n", encoding="utf-8")
    ran = verify(work)
    assert ran.returncode == 2 and ran.stdout == ""
    assert "small.yaml: parameters.Tp: the RTL has no lanes along pixels" in ran.stderr


def test_limit_needs_verify(work):
    ran = subprocess.run([*COMMAND[:-1], "--limit", "9"], cwd=work, capture_output=True, text=True)
    assert ran.returncode == 2 and "--limit" in ran.stderr


@needs_tools
def test_a_change_is_run_and_synthesised(work):
    ran = verify(work, "--change", "pipeline=off", "--change", "flatten=off", "--limit", "1",
                 "--json")  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    as_it_is, unpipelined, nested = json.loads(ran.stdout)["designs"]
    # 1 s is too little for Yosys, which costs the synthesis alone.
    assert "not done after 1 s" in as_it_is["why_not"]
    assert as_it_is["simulated"]["wrong_words"] == unpipelined["simulated"]["wrong_words"] == 0
    steps = as_it_is["simulated"]["model"]["steps"]
    # A step in 8 cycles instead of 1: 6, a level of adders and its own.
    more = unpipelined["simulated"]["cycles"] - as_it_is["simulated"]["cycles"]
    assert 6 * steps < more < 8 * steps
    assert nested["simulated"] is None and "one loop" in nested["why_not"]
