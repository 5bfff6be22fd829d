"""What stays on chip between the layers of a network, from Python."""

import copy
import json

import pytest
import tilewise
from conftest import ROOT, run

# Each tensor is 8 x 8 x 8 words of 2 bytes, 1 KiB; the output of c is twice that.
RESIDUAL = """\
name: residual
input: {channels: 8, height: 8, width: 8}
layers:
  - {name: a, op: convolution, output_channels: 8, kernel: 3, padding: 1}
  - {name: b, op: convolution, output_channels: 8, kernel: 3, padding: 1}
  - {name: sum, op: add, from: [a, b]}
  - {name: c, op: convolution, output_channels: 16, kernel: 1}
"""


@pytest.fixture
def network(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "residual.yaml").write_text(RESIDUAL)
    return "residual.yaml"


def test_tensors_that_stay_cross_no_boundary_of_dram(network):
    separate = tilewise.cost(network, "eyeriss", threads=1)
    kept = tilewise.cost(network, "eyeriss", threads=1, schedule="kept")
    assert separate.attrs["schedules"] == []
    [schedule] = kept.attrs["schedules"]
    assert (schedule.network, schedule.device, schedule.kind) == ("residual", "eyeriss", "kept")
    assert (schedule.home, schedule.why_no_home) == ("GLB", None)
    assert [(each["layer"], each["from"], each["to"]) for each in schedule.kept] == [
        ("a", 0, 2), ("b", 1, 2), ("sum", 2, 3),
    ]  # fmt: skip
    assert {each["bytes"] for each in schedule.kept} == {1024.0}
    assert [each["memories"][0]["kept_bytes"] for each in schedule.fill] == [1024, 2048, 3072, 1024]
    # The input, 8 x 8 x 9 weights twice, 8 x 16 once, and the output: 2 bytes each.
    assert kept.attrs["totals"]["dram_bytes"] == 2 * (512 + 2 * 576 + 128 + 1024)
    for what in ("energy", "latency", "dram"):
        assert 0 < schedule.saves[what] < 1
    key = {"energy": "energy_mJ", "latency": "latency_ms", "dram": "dram_bytes"}
    for what, total in key.items():
        before, now = separate.attrs["totals"][total], kept.attrs["totals"][total]
        assert 1 - now / before == pytest.approx(schedule.saves[what])
    assert schedule.proven
    assert schedule.gap == 0
    assert (schedule.lower_bound, schedule.unit) == (
        pytest.approx(schedule["totals"]["objective"]), "pJ x cycles",
    )  # fmt: skip
    assert "\nsum " in str(schedule)
    assert str(schedule).startswith("schedule kept: 3 of 3 tensors stay in GLB (100 KiB)")


def test_best_is_at_least_as_good_and_a_device_without_a_home_says_why(network):
    devices = ["eyeriss", "pixel_m32p32"]
    table = tilewise.cost(network, devices, threads=2, schedule="best", budget_seconds=60)
    eyeriss, pixel = table.attrs["schedules"]
    assert eyeriss.kind == "best"
    assert eyeriss.saves["objective"] > 0
    assert (pixel.device, pixel.home, pixel.kept, pixel.fill) == ("pixel_m32p32", None, [], [])
    assert "fixed control" in pixel.why_no_home
    assert pixel.yaml == ""
    assert pixel.saves == {"objective": 0, "energy": 0, "latency": 0, "dram": 0}


def test_a_schedule_as_a_file_costs_the_same(network, tmp_path):
    kept = tilewise.cost(network, "eyeriss", schedule="kept")
    (tmp_path / "kept.yaml").write_text(kept.attrs["schedules"][0].yaml)
    for name in ("kept.yaml", tmp_path / "kept.yaml"):
        given = tilewise.cost(network, "eyeriss", schedule=name)
        assert given.attrs["schedules"][0].kind == "given"
        assert given.attrs["totals"] == kept.attrs["totals"]


def test_the_program_says_the_same(network):
    done = run("cost", "--network", network, "--device", "eyeriss", "--schedule", "kept", "--json")
    [said] = json.loads(done.stdout)["costs"]
    [schedule] = tilewise.cost(network, "eyeriss", schedule="kept").attrs["schedules"]
    assert {key: schedule[key] for key in said["schedule"]} == said["schedule"]
    shown = run("cost", "--network", network, "--device", "eyeriss", "--schedule", "kept").stdout
    assert shown.endswith(str(schedule))


def test_a_table_with_schedules_is_as_any_other(network):
    table = tilewise.cost(network, "eyeriss", schedule="kept")
    assert json.loads(json.dumps(table.attrs))["schedules"][0]["home"] == "GLB"
    same = copy.deepcopy(table).attrs["schedules"]
    assert same == table.attrs["schedules"]
    assert str(same[0]) == str(table.attrs["schedules"][0])


def test_a_wrong_word_is_refused_with_the_nearest(network):
    with pytest.raises(tilewise.InputError, match='schedule "kep".*did you mean "kept"'):
        tilewise.cost(network, "eyeriss", schedule="kep")
    with pytest.raises(tilewise.InputError, match=r"none\.yaml: no such file"):
        tilewise.cost(network, "eyeriss", schedule="none.yaml")


# Two branches from the input, each with a map of 64 KiB that only its next layer reads: in the
# order of the file both maps are there at once, and the 100 KiB of eyeriss hold one beside tiles.
BRANCHES = """\
name: branches
input: {channels: 8, height: 32, width: 32}
layers:
  - {name: stem, op: convolution, output_channels: 2, kernel: 1}
  - {name: wide1, op: convolution, from: stem, output_channels: 32, kernel: 1}
  - {name: wide2, op: convolution, from: stem, output_channels: 32, kernel: 1}
  - {name: thin1, op: convolution, from: wide1, output_channels: 2, kernel: 1}
  - {name: thin2, op: convolution, from: wide2, output_channels: 2, kernel: 1}
  - {name: sum, op: add, from: [thin1, thin2]}
"""


def test_weights_that_stay_over_images_are_those_of_the_program():
    network = str(ROOT / "configs" / "examples" / "ds_cnn.yaml")
    table = tilewise.cost(network, "zc706", schedule="kept", images=100)
    [schedule] = table.attrs["schedules"]
    images = schedule.images
    assert images["count"] == 100
    assert 0 < len(images["resident"]) < 10
    assert images["load"]["dram_bytes"] == images["resident_bytes"]
    first, further, load = (images[key]["latency_ms"] for key in ("first", "further", "load"))
    assert first == pytest.approx(further + load)
    assert further == pytest.approx(table.attrs["totals"]["latency_ms"])
    [stream] = tilewise.cost(network, "zc706", images="stream").attrs["schedules"]
    assert stream.images["count"] == "stream"
    with pytest.raises(tilewise.InputError, match='images "0": expected a number from 1'):
        tilewise.cost(network, "zc706", images=0)


def test_all_orders_are_those_of_the_program(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "branches.yaml").write_text(BRANCHES)
    how = {"schedule": "kept", "store": "mapped"}
    [given] = tilewise.cost("branches.yaml", "eyeriss", **how).attrs["schedules"]
    table = tilewise.cost("branches.yaml", "eyeriss", orders="all", **how)
    [best] = table.attrs["schedules"]
    assert best.proven
    assert best["totals"]["objective"] < given["totals"]["objective"]
    names = [each["layer"] for each in best.fill]
    assert names != [each["layer"] for each in given.fill]
    assert abs(names.index("thin1") - names.index("wide1")) == 1
    done = run(
        "cost", "--network", "branches.yaml", "--device", "eyeriss", "--schedule", "kept",
        "--orders", "all", "--store", "mapped", "--json",
    )  # fmt: skip
    [said] = json.loads(done.stdout)["costs"]
    assert {key: best[key] for key in said["schedule"]} == said["schedule"]
    with pytest.raises(tilewise.InputError, match='orders "al".*did you mean "all"'):
        tilewise.cost("branches.yaml", "eyeriss", schedule="kept", orders="al")


def test_pareto_lists_the_corners_of_all_totals(network):
    table = tilewise.cost(network, "eyeriss", objective="pareto", schedule="best", threads=1)
    [schedule] = table.attrs["schedules"]
    assert schedule.corners_proven
    for key, objective in (("latency_ms", "latency"), ("energy_mJ", "energy")):
        best = tilewise.cost(network, "eyeriss", objective=objective, schedule="best", threads=1)
        assert min(each[key] for each in schedule.corners) == pytest.approx(
            best.attrs["totals"][key], rel=1e-9
        )
    best = tilewise.cost(network, "eyeriss", objective="edp", schedule="best", threads=1)
    [edp] = best.attrs["schedules"]
    assert min(each["energy_pJ"] * each["cycles"] for each in schedule.corners) == pytest.approx(
        edp["totals"]["objective"], rel=1e-9
    )
    assert "between two of them nothing lies below their line: proven" in str(schedule)
    assert edp.corners == []
    with pytest.raises(tilewise.InputError, match="--objective pareto: .*add --schedule best"):
        tilewise.cost(network, "eyeriss", objective="pareto")


def test_explored_configurations_have_the_schedules_that_are_asked_for(network, tmp_path):
    (tmp_path / "study.yaml").write_text(
        "architecture: eyeriss\n"
        "parameters: {parameters.buffer: [32 KiB, 64 KiB]}\n"
        f"workloads: [{{network: {network}}}]\n"
        "objectives: [energy, area]\n"
    )
    apart = tilewise.explore("study.yaml", "apart", threads=1)
    best = tilewise.explore("study.yaml", "best", threads=1, schedule="best", orders="all")
    assert best.attrs["schedules_found"] == 2
    assert best["energy_mJ"].min() < 0.99 * apart["energy_mJ"].min()
    for _, row in best.iterrows():
        table = tilewise.cost(
            network, f"best/architectures/{row['index']}.yaml", factors="divisors", threads=1,
            schedule="best", orders="all",
        )  # fmt: skip
        assert row["energy_mJ"] == pytest.approx(table.attrs["totals"]["energy_mJ"], rel=1e-12)
    run_yaml = (tmp_path / "best" / "run.yaml").read_text()
    assert "schedule: best\norders: all\n" in run_yaml
