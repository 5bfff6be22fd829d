"""A sweep in Python is the sweep of the program, as columns."""

import io

import numpy as np
import pandas as pd
import pytest
import tilewise
from conftest import run
from tilewise.tables import EXACT

DEVICES = ["zc706", "hwnasbench-zc706"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the program writes for the sweep that the tests ask Python for."""
    folder = tmp_path_factory.mktemp("sweep") / "out"
    done = run(
        "sweep", "nasbench201", "--dataset", "cifar10,ImageNet16-120",
        "--device", ",".join(DEVICES), "--objective", "latency", "--out", folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def tables():
    return tilewise.sweep(
        "nasbench201",
        datasets=["cifar10", "ImageNet16-120"],
        devices=DEVICES,
        objective="latency",
        return_layers=True,
    )


def test_the_table_is_that_of_the_program(folder, tables):
    costs, _ = tables
    written = pd.read_csv(folder / "costs.csv", **EXACT)
    assert list(costs.columns) == list(written.columns)
    assert len(costs) == 2 * 15_625
    for column in written.columns:
        same = (costs[column] == written[column]) | (costs[column].isna() & written[column].isna())
        assert same.all(), column
    assert costs["index"].dtype == costs["macs"].dtype == costs["params"].dtype == np.int64
    assert costs["zc706_latency_ms"].dtype == np.float64


def test_the_layers_are_those_of_the_program(folder, tables):
    _, layers = tables
    written = io.StringIO()
    layers.to_csv(written, index=False)
    expected = pd.read_csv(folder / "layers.csv", dtype=str, keep_default_na=False)
    ours = pd.read_csv(io.StringIO(written.getvalue()), dtype=str, keep_default_na=False)
    assert list(ours.columns) == list(expected.columns)
    for column in ("name", "device", "mapping", "space_size", "evaluated", "bound", "proven"):
        assert (ours[column] == expected[column]).all(), column
    assert layers["cycles"].tolist() == [float(each) for each in expected["cycles"]]


def test_the_attributes_say_how_it_came_to_be(tables):
    costs, layers = tables
    assert costs.attrs["devices"][0] == {
        "name": "zc706",
        "configuration": tilewise.arch("zc706").fingerprint,
        "description": tilewise.arch("zc706").description,
    }
    assert costs.attrs["objective"] == "latency"
    assert costs.attrs["version"] == tilewise.__version__
    assert costs.attrs["settings"] == ["prune_dead: false"]
    assert costs.attrs["datasets"] == ["cifar10", "ImageNet16-120"]
    assert layers.attrs == costs.attrs


def test_any_number_of_threads_gives_the_same_table():
    one, two = (
        tilewise.sweep("nasbench201", datasets=["cifar10"], devices=["zc706"], threads=n)
        for n in (1, 2)
    )
    assert one.equals(two)


def test_the_size_space_of_natsbench_is_swept_too():
    costs = tilewise.sweep("natsbench_size", datasets=["cifar10"], devices=["pixel_m32p32"])
    assert len(costs) == 32_768
    assert costs["arch_str"].iloc[-1] == "64:64:64:64:64"
    network = tilewise.space("natsbench_size").network("8:8:8:8:8")
    assert costs["macs"][0] == network.macs


def test_dead_layers_are_left_out_when_asked():
    costs = tilewise.sweep(
        "nasbench201", datasets=["cifar10"], devices=["pixel_m32p32"], prune_dead=True
    )
    assert costs.attrs["settings"] == ["prune_dead: true"]
    whole = tilewise.sweep("nasbench201", datasets=["cifar10"], devices=["pixel_m32p32"])
    dead = whole["arch_str"].map(has_dead_convolution)
    assert 0 < dead.sum() < len(dead)
    assert ((costs["macs"] < whole["macs"]) == dead).all()
    assert (costs["macs"] <= whole["macs"]).all()
    network = tilewise.space("nasbench201").network(0, prune_dead=True)
    assert costs["macs"][0] == network.macs


def has_dead_convolution(arch_str):
    """Whether a convolution reads only zeros or is read by none: in the cell, or the whole stem."""
    edges = [
        (int(edge.split("~")[1]), node, edge.split("~")[0])
        for node, text in enumerate(arch_str.split("+"), 1)
        for edge in text.strip("|").split("|")
    ]
    alive = [(a, b) for a, b, op in edges if op != "none"]
    fed = {0}
    for node in (1, 2, 3):
        fed |= {node for a, b in alive if b == node and a in fed}
    read = {3}
    for node in (2, 1, 0):
        read |= {node for a, b in alive if a == node and b in read}
    return 3 not in fed or any("conv" in op and not (a in fed and b in read) for a, b, op in edges)


def test_progress_is_told_from_the_start_to_the_end():
    told = []
    tilewise.sweep(
        "nasbench201",
        datasets=["cifar10"],
        devices=["zc706"],
        threads=2,
        progress=lambda phase, share: told.append((phase, share)),
    )
    assert {phase for phase, _ in told} == {"map layers"}
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert told[-1][1] == 1.0


def test_an_exception_of_the_progress_stops_the_sweep():
    calls = []

    def stop(phase, share):
        calls.append(share)
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        tilewise.sweep("nasbench201", datasets=["cifar10"], devices=["eyeriss"], progress=stop)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ({"devices": ["nothing"]}, ["--dataset", "cifar10", "--device", "nothing"]),
        ({"datasets": ["mnist"]}, ["--dataset", "mnist", "--device", "zc706"]),
        (
            {"datasets": ["cifar10", "cifar10"]},
            ["--dataset", "cifar10,cifar10", "--device", "zc706"],
        ),
        (
            {"objective": "pareto"},
            ["--dataset", "cifar10", "--device", "zc706", "--objective", "pareto"],
        ),
        (
            {"devices": ["zc706", "zc706"]},
            ["--dataset", "cifar10", "--device", "zc706,zc706"],
        ),
    ],
)
def test_a_refusal_has_the_text_of_the_program(arguments, options, refusal, tmp_path):
    with pytest.raises(tilewise.InputError) as error:
        tilewise.sweep("nasbench201", **{"datasets": ["cifar10"], "devices": ["zc706"]} | arguments)
    assert str(error.value) == refusal("sweep", "nasbench201", *options, "--out", tmp_path / "out")


def test_a_space_of_blocks_is_swept_as_the_table_of_its_blocks():
    table = tilewise.sweep("fbnet", datasets=["cifar100"], devices=["zc706"], threads=1)
    assert len(table) == 1 + 22 * 9
    space = tilewise.space("fbnet", devices=["zc706"])
    pd.testing.assert_frame_equal(table, space.blocks)
    assert table.attrs["space"] == "fbnet"


def test_published_costs_are_not_set_beside_pruned_networks():
    for device in ("hwnasbench-zc706", "hwnasbench-eyeriss"):
        with pytest.raises(tilewise.InputError, match=f"^--device {device}: published with all"):
            tilewise.sweep("nasbench201", ["cifar10"], ["zc706", device], prune_dead=True)


def test_a_wrong_space_or_option_is_refused():
    with pytest.raises(tilewise.InputError, match="^nothing: no such search space; there are: nas"):
        tilewise.sweep("nothing", datasets=["cifar10"], devices=["zc706"])
    with pytest.raises(tilewise.InputError, match="no device"):
        tilewise.sweep("nasbench201", datasets=["cifar10"], devices=[])
    with pytest.raises(tilewise.InputError, match="prune_dead"):
        tilewise.sweep("natsbench_size", ["cifar10"], ["zc706"], prune_dead=True)


def test_kept_tensors_make_every_candidate_cheaper():
    asked = {"datasets": ["ImageNet16-120"], "devices": ["zc706"], "objective": "energy"}
    apart = tilewise.sweep("nasbench201", **asked)
    kept = tilewise.sweep("nasbench201", schedule="kept", **asked)
    assert list(kept.columns) == list(apart.columns)
    assert (kept["zc706_energy_mJ"] < apart["zc706_energy_mJ"]).all()
    assert (kept["zc706_dram_bytes"] < apart["zc706_dram_bytes"]).all()
    assert "schedule: kept" in kept.attrs["settings"]
    assert not [each for each in apart.attrs["settings"] if each.startswith("schedule")]
    with pytest.raises(tilewise.InputError, match='did you mean "kept"'):
        tilewise.sweep("nasbench201", schedule="kpt", **asked)
