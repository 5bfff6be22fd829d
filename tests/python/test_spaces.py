"""Architectures of the search spaces, and what those of FBNet cost."""

import collections
import io

import numpy as np
import pandas as pd
import pytest
import tilewise
from conftest import run
from tilewise.tables import EXACT


def test_index_and_string_of_nasbench201_name_each_other():
    space = tilewise.space("nasbench201")
    assert space.arch_str(0) == (
        "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+"
        "|nor_conv_1x1~0|skip_connect~1|skip_connect~2|"
    )
    assert all(space.index(space.arch_str(i)) == i for i in range(0, space.size, 997))
    for wrong in (-1, space.size):
        with pytest.raises(tilewise.InputError, match=str(wrong)):
            space.arch_str(wrong)
    with pytest.raises(tilewise.InputError, match="no candidate of nasbench201, it ends early"):
        space.index("|none~0|")


def test_an_architecture_of_nasbench201_has_the_layers_that_the_program_counts(ask):
    space = tilewise.space("nasbench201")
    shown = ask("space", "nasbench201", "--index", 0, "--dataset", "cifar100")[0]
    network = space.network(0, "cifar100")
    assert (network.macs, network.parameters) == (shown["macs"], shown["params"])
    assert len(space.layers(shown["arch_str"], "cifar100")) == shown["layers"]
    assert space.config(0, "ImageNet16-120") == {
        "name": "infer.tiny",
        "C": 16,
        "N": 5,
        "arch_str": shown["arch_str"],
        "num_classes": 120,
    }


def test_index_and_string_of_natsbench_name_each_other(ask):
    space = tilewise.space("natsbench_size")
    assert space.arch_str(space.index("8:64:32:16:8")) == "8:64:32:16:8"
    shown = ask("space", "natsbench_size", "--arch", "8:64:32:16:8")[0]
    assert space.index("8:64:32:16:8") == shown["index"]
    assert space.network("8:64:32:16:8").macs == shown["macs"]
    assert len(space.layers(shown["index"])) == shown["layers"]
    assert space.config(0)["channels"] == "8:8:8:8:8"


@pytest.fixture(scope="module")
def fbnet():
    return tilewise.space("fbnet", dataset="cifar100", devices=["zc706"])


@pytest.fixture(scope="module")
def sample():
    """A random sample as the program costs it."""
    done = run("space", "fbnet", "--sample", 200, "--seed", 7, "--device", "zc706")
    return pd.read_csv(io.StringIO(done.stdout), **EXACT)


def test_a_sample_of_fbnet_costs_what_the_program_says(fbnet, sample):
    ops = np.array([[int(op) for op in text.split(",")] for text in sample["arch_str"]])
    assert (fbnet.sample(200, seed=7) == ops).all()
    latency, energy = fbnet.cost(ops)
    assert (latency == sample["zc706_latency_ms"]).all()
    assert (energy == sample["zc706_energy_mJ"]).all()
    assert latency.shape == energy.shape == (200,)
    for metric, column in {
        "dram_bytes": "zc706_dram_bytes",
        "macs": "macs",
        "params": "params",
    }.items():
        assert (fbnet.cost(ops, metric=metric) == sample[column]).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int32, np.int64, np.uint64])
def test_any_whole_numbers_in_any_order_of_memory_cost_the_same(fbnet, dtype):
    ops = fbnet.sample(1000, seed=1)
    expected = fbnet.cost(ops, metric="latency_ms", threads=1)
    assert (fbnet.cost(ops.astype(dtype), metric="latency_ms") == expected).all()
    assert (fbnet.cost(np.asfortranarray(ops.astype(dtype)), metric="latency_ms") == expected).all()
    assert (fbnet.cost(ops[::-1].astype(dtype), metric="latency_ms") == expected[::-1]).all()
    read_only = ops.astype(dtype)
    read_only.setflags(write=False)
    assert (fbnet.cost(read_only, metric="latency_ms", threads=2) == expected).all()


def test_one_architecture_costs_the_sum_of_its_blocks(fbnet):
    ops = [3] * 11 + [8] * 11
    blocks = fbnet.blocks
    chosen = blocks[(blocks["position"] == 0)]["zc706_latency_ms"].iloc[0] + sum(
        blocks[(blocks["position"] == p + 1) & (blocks["op"].astype(str) == str(op))][
            "zc706_latency_ms"
        ].iloc[0]
        for p, op in enumerate(ops)
    )
    assert fbnet.cost(ops, metric="latency_ms")[0] == pytest.approx(chosen, rel=1e-12)
    assert fbnet.network(ops).macs == fbnet.cost(ops, metric="macs")[0]
    assert fbnet.cost(np.empty((0, 22), np.uint8), metric="macs").shape == (0,)


def test_the_range_holds_every_sample(fbnet):
    least, most = fbnet.range("energy_mJ")
    _, energy = fbnet.cost(fbnet.sample(1000))
    assert least <= energy.min() < energy.max() <= most


def test_the_layers_have_their_mappings(fbnet):
    layers = fbnet.layers
    assert (layers["device"] == "zc706").all()
    assert layers["mapping"].str.startswith("DRAM").all()
    assert fbnet.attrs["objective"] == "edp"
    assert fbnet.attrs["space"] == "fbnet"


@pytest.mark.parametrize(
    ("ops", "text"),
    [
        (np.zeros((3, 21), np.uint8), r"shape \(3, 21\); expected \(n, 22\)"),
        (np.zeros((1, 1, 22), np.uint8), "shape"),
        (np.zeros((2, 22)), "float64"),
        (np.full((2, 22), 9, np.uint8), "architecture 0: position 1: no such operation"),
        (np.vstack([np.zeros((5000, 22), int), np.full((1, 22), -1)]), "architecture 5000"),
        (np.full((2, 22), 256), "architecture 0: position 1"),
        ([["k3_e1"] * 22], "whole numbers"),
    ],
)
def test_what_are_no_operations_is_refused(fbnet, ops, text):
    with pytest.raises(tilewise.InputError, match=text):
        fbnet.cost(ops)


def test_a_metric_or_device_that_is_not_there_is_refused(fbnet):
    ops = np.zeros((1, 22), np.uint8)
    with pytest.raises(tilewise.InputError, match="no such metric"):
        fbnet.cost(ops, metric="speed")
    with pytest.raises(tilewise.InputError, match="there are: zc706"):
        fbnet.cost(ops, device="eyeriss")
    without = tilewise.space("fbnet")
    assert without.cost(ops, metric="macs")[0] == without.network(ops[0]).macs
    with pytest.raises(tilewise.InputError, match="give devices"):
        without.cost(ops)
    with pytest.raises(tilewise.InputError, match="no such data set"):
        tilewise.space("fbnet", dataset="cifar10")
    with pytest.raises(tilewise.InputError, match="no such search space"):
        tilewise.space("nothing")


OWN = """
name: own
datasets: {photos: {height: 16, width: 16, classes: 10}}
blocks:
  conv:
    - {name: conv, op: convolution, output_channels: out, kernel: kernel, padding: same}
  head:
    - {name: pool, op: average_pool, kernel: global}
    - {name: fc, op: fully_connected, outputs: classes, bias: true}
choices:
  block:
    - {name: k1, block: conv, kernel: 1}
    - {name: k3, block: conv, kernel: 3}
    - {name: skip, if: in == out}
network:
  - {name: stem, block: conv, kernel: 3, out: 8}
  - {choose: block, out: 16}
  - {choose: block, repeat: 2, out: 16}
  - {name: head, block: head}
"""


@pytest.fixture(name="own")
def _own(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(OWN)
    return str(path)


def test_a_space_of_a_file_is_a_space_as_any_other(own):
    space = tilewise.space(own, devices=["zc706"])
    assert (space.positions, space.choices, space.dataset) == (3, ["k1", "k3", "skip"], "photos")
    ops = space.sample(50, seed=1)
    assert {tuple(row) for row in ops} == {  # 2 x 3 x 3 candidates: the first may not be skipped
        (a, b, c) for a in range(2) for b in range(3) for c in range(3)
    }
    for row, latency, energy in zip(ops, *space.cost(ops), strict=True):
        network = space.network(row)
        totals = tilewise.cost(network, "zc706").attrs["totals"]
        assert latency == pytest.approx(totals["latency_ms"])
        assert energy == pytest.approx(totals["energy_mJ"])
        assert space.cost(row, metric="macs")[0] == network.macs
    assert space.range("macs")[0] == min(space.cost(ops, metric="macs"))
    with pytest.raises(tilewise.InputError, match="position 1: no such operation"):
        space.cost([[2, 0, 0]])
    assert len(tilewise.sweep(own, "photos", "zc706")) == 1 + 2 + 3 + 3


def test_a_genotype_is_a_row_of_darts():
    genotype = collections.namedtuple("Genotype", "normal normal_concat reduce reduce_concat")
    sums = [("sep_conv_3x3", 0), ("sep_conv_3x3", 1)] * 2
    normal = [*sums, ("sep_conv_3x3", 1), ("skip_connect", 0), ("skip_connect", 0),
              ("dil_conv_3x3", 2)]  # fmt: skip
    pools = [("max_pool_3x3", 0), ("max_pool_3x3", 1), ("skip_connect", 2), ("max_pool_3x3", 1),
             ("max_pool_3x3", 0), ("skip_connect", 2), ("skip_connect", 2),
             ("max_pool_3x3", 1)]  # fmt: skip
    space = tilewise.space("darts")
    ops = space.ops(str(genotype(normal, range(2, 6), pools, [2, 3, 4, 5])))
    assert ops.tolist()[:5] == [4, 4, 4, 4, 0]
    # DARTS_V2: the log of its train.py says 3.349342MB.
    assert space.cost(ops, metric="params")[0] == 3_349_342
    assert (space.ops(space.arch_str(ops)) == ops).all()
    with pytest.raises(tilewise.InputError, match="reduce_concat: a cell of this space gives"):
        space.ops(str(genotype(normal, range(2, 6), pools, [3, 4, 5])))
    ops[4] = 1
    with pytest.raises(tilewise.InputError, match="normal_node3: 3 of the positions 3, 4, 5"):
        space.cost(ops, metric="macs")


def test_a_wrong_space_file_is_refused_with_its_line(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text(OWN.replace("kernel: 3, out: 8", "kernal: 3, out: 8"))
    with pytest.raises(tilewise.InputError, match=r"wrong.yaml:\d+: network\[0\].kernal"):
        tilewise.space(str(path))
    with pytest.raises(tilewise.InputError, match="no such file"):
        tilewise.space(str(tmp_path / "none.yaml"))


def test_a_data_set_of_a_space_file(own, tmp_path):
    spec = {"space": own, "devices": ["zc706"], "formats": ["csv"], "sample": {"count": 5}}
    tilewise.dataset.build(spec, tmp_path / "made")
    assert len(pd.read_csv(tmp_path / "made" / "blocks.csv")) == 1 + 2 + 3 + 3


def test_two_files_may_give_one_name_and_none_may_change(own, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(OWN.replace("out: 8", "out: 4"))
    first, second = tilewise.space(own), tilewise.space(str(other))
    ops = [[0, 0, 0]]
    assert first.cost(ops, metric="macs")[0] > second.cost(ops, metric="macs")[0]
    assert first.range("macs")[0] > second.range("macs")[0]
    other.write_text(OWN)
    with pytest.raises(tilewise.InputError, match="has changed since this process read it"):
        tilewise.space(str(other))
