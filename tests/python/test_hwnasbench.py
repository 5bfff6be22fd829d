"""The programming interface of HW-NAS-Bench, for our devices and for files in its layout."""

import csv
import math
import os
import pathlib
import pickle

import numpy as np
import pytest
import tilewise
from conftest import ROOT
from dataset_specs import READERS
from tilewise.hwnasbench import HWNASBenchAPI
from tilewise.hwnasbench_tables import block_keys

# The answer that the public data set's page shows for architecture 0 on CIFAR-10.
PUBLIC = {
    "edgegpu_latency": 5.807418537139893,
    "edgegpu_energy": 24.226614330768584,
    "raspi4_latency": 10.481976820010459,
    "edgetpu_latency": 0.9571811309997429,
    "pixel3_latency": 3.6058499999999998,
    "eyeriss_latency": 3.645620000000001,
    "eyeriss_energy": 0.6872827644999999,
    "eyeriss_arithmetic_intensity": 6.289297634665844,
    "fpga_latency": 2.57296,
    "fpga_energy": 18.01072,
    "average_hw_metric": 591005.8676719831,
}
PUBLISHED = {
    "eyeriss": "hwnasbench-eyeriss",
    "fpga": "hwnasbench-zc706",
}
SIZE = 15_625


def reference(name):
    """A table that is not shipped, in the place where the C++ tests look for it."""
    folder = os.environ.get("TILEWISE_REFERENCE_DIR") or ROOT.parent / "shared" / "reference"
    path = pathlib.Path(folder) / "hwnasbench" / name
    if not path.is_file():
        pytest.skip(f"reference data not found: hwnasbench/{name}")
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def published():
    return HWNASBenchAPI(devices=PUBLISHED)


@pytest.fixture(scope="module")
def published_fbnet():
    return HWNASBenchAPI(devices=PUBLISHED, search_space="fbnet")


@pytest.fixture(scope="module")
def public_layout():
    """What a file in the public layout holds: all metrics, but the same for all architectures."""
    space = tilewise.space("nasbench201")
    table = {
        metric: np.full(SIZE, value)
        for metric, value in PUBLIC.items()
        if metric != "average_hw_metric"
    }
    table["config"] = [space.config(i) for i in range(SIZE)]
    table["pixel3_latency"] = table["pixel3_latency"].tolist()
    blocks = {
        key: 0.5
        for dataset in ("cifar100", "ImageNet")
        for key in all_keys(block_keys("fbnet", dataset))
    }
    metrics = [name for name in table if name.split("_")[-1] in ("latency", "energy")]
    fbnet = {metric: dict(blocks) for metric in metrics if metric != "edgetpu_latency"}
    return {"nasbench201": {"cifar10": table}, "fbnet": fbnet}


def all_keys(keys):
    return [*keys.fixed.values(), *(key for row in keys.blocks for key in row)]


def test_the_keys_are_the_public_ones_in_their_order(published, public_layout):
    assert list(published.query_by_index(0, "cifar10")) == [
        name for name in PUBLIC if name.split("_")[0] in ("eyeriss", "fpga", "average")
    ]
    assert HWNASBenchAPI(public_layout).query_by_index(0, "cifar10") == PUBLIC


def test_a_file_in_the_public_layout_is_answered_as_by_the_public_class(public_layout, tmp_path):
    path = tmp_path / "HW-NAS-Bench-v1_0.pickle"
    for protocol in (2, 3, 4):
        path.write_bytes(pickle.dumps(public_layout, protocol))
        api = HWNASBenchAPI(path, search_space="nasbench201")
        assert api.query_by_index(77, "cifar10") == PUBLIC
        assert api.get_net_config(77, "cifar10") == public_layout["nasbench201"]["cifar10"][
            "config"
        ][77]  # fmt: skip
    assert HWNASBenchAPI(str(tmp_path)).query_by_index(np.int64(3), "cifar10") == PUBLIC
    fbnet = HWNASBenchAPI(str(path), "fbnet")
    answer = fbnet.query_by_index([0] * 22, "ImageNet")
    assert answer.pop("average_hw_metric") == (26 * 0.5) ** 8
    assert answer == {name: 26 * 0.5 for name in public_layout["fbnet"]}
    assert fbnet.get_op_lookup_tables() == public_layout["fbnet"]
    with pytest.raises(tilewise.InputError, match="there are: cifar10$"):
        api.query_by_index(0, "cifar100")


def test_devices_join_those_of_a_file_and_replace_those_of_the_same_prefix(public_layout):
    api = HWNASBenchAPI(public_layout, devices={"fpga": "zc706", "mine": "hwnasbench-zc706"})
    answer = api.query_by_index(0, "cifar10")
    assert list(answer) == [*list(PUBLIC)[:-1], "mine_latency", "mine_energy", "average_hw_metric"]
    assert answer["edgegpu_latency"] == PUBLIC["edgegpu_latency"]
    assert answer["mine_latency"] == pytest.approx(PUBLIC["fpga_latency"], rel=1e-12)
    assert answer["fpga_latency"] != PUBLIC["fpga_latency"]
    costs = [value for name, value in answer.items() if name.endswith(("_latency", "_energy"))]
    assert answer["average_hw_metric"] == pytest.approx(math.prod(costs), rel=1e-12)


# Published in the README.md and the notebook of the data set: latency and energy of the FPGA;
# latency, energy and intensity of Eyeriss. All architectures are compared in the C++ tests.
@pytest.mark.parametrize(
    ("index", "dataset", "fpga", "eyeriss"),
    [
        (0, "cifar10", (2.57296, 18.01072), (3.64562, 0.6872827645, 6.289297634665844)),
        (1, "cifar10", (5.31536, 37.20752), (7.57778, 1.5644240285, 20.86006697108513)),
        (2, "cifar100", (5.28656, 37.00592), (10.52992, 2.084818046, 9.84428376395304)),
        (0, "ImageNet16-120", (0.64912, 4.54384), (0.91456, 0.176770972, 2.2148960216998193)),
        (1, "ImageNet16-120", (1.8784, 13.1488), (1.8976, 0.400740188, 6.2913928924685605)),
        (2, "ImageNet16-120", (1.4208, 9.9456), (2.63488, 0.534287692, 2.9733837772397096)),
    ],
)
def test_the_published_models_answer_the_public_values(published, index, dataset, fpga, eyeriss):
    answer = published.query_by_index(index, dataset)
    for metric, value in zip(("latency", "energy"), fpga, strict=True):
        assert answer[f"fpga_{metric}"] == pytest.approx(value, rel=1e-9)
    for metric, value in zip(("latency", "energy", "arithmetic_intensity"), eyeriss, strict=True):
        assert answer[f"eyeriss_{metric}"] == pytest.approx(value, rel=1e-9)


def test_the_published_fpga_is_the_sum_of_its_reference_terms(published):
    terms = {
        row["term"]: float(row["ms_total"])
        for row in reference("nb201_ops.csv")
        if (row["platform"], row["dataset"]) == ("fpga", "cifar10")
    }
    latency = [published.query_by_index(i, "cifar10")["fpga_latency"] for i in range(SIZE)]
    for index in range(0, SIZE, 7):
        text = published.get_net_config(index, "cifar10")["arch_str"]
        expected = terms["base"] + sum(
            text.count(op) * terms[op] for op in ("nor_conv_3x3", "nor_conv_1x1", "avg_pool_3x3")
        )
        assert latency[index] == pytest.approx(expected, rel=1e-9)


def test_the_published_blocks_of_the_fpga_are_those_of_the_reference(published_fbnet):
    rows = [row for row in reference("fbnet_fpga_blocks.csv") if row["dataset"] != "cifar10"]
    tables = published_fbnet.get_op_lookup_tables()
    assert {row["key"] for row in rows} == set(tables["fpga_latency"])
    for row in rows:
        for metric in ("latency_ms", "energy_mJ"):
            table = tables["fpga_" + metric.split("_")[0]]
            assert table[row["key"]] == pytest.approx(float(row[metric]), rel=1e-9), row["key"]


def test_the_public_totals_of_fbnet(published_fbnet):
    for dataset, latency, energy in [
        ("cifar100", 10.73952, 75.17664), ("ImageNet", 29.4219, 205.9533),
    ]:  # fmt: skip
        answer = published_fbnet.query_by_index([0] * 22, dataset)
        assert answer["fpga_latency"] == pytest.approx(latency, rel=1e-6)
        assert answer["fpga_energy"] == pytest.approx(energy, rel=1e-6)


def test_stem_head_pool_and_classifier_of_the_published_eyeriss_are_told_apart(published_fbnet):
    # docs/hwnasbench.md: stem, head, pool, classifier on cifar100; the energies repeat them.
    tables = published_fbnet.get_op_lookup_tables()
    for part, ms in {
        "stem": 0.018432, "head": 0.385024, "pool": 2.262016, "classifier": 0.006016,
    }.items():  # fmt: skip
        key = block_keys("fbnet", "cifar100").fixed[part]
        assert tables["eyeriss_latency"][key] == pytest.approx(ms, rel=1e-9)
        assert tables["eyeriss_energy"][key] == pytest.approx(ms, rel=1e-9)


def test_eyeriss_is_that_of_the_sweep():
    api = HWNASBenchAPI(devices={"eyeriss": "eyeriss"}, objective="latency")
    table = tilewise.sweep("nasbench201", ["ImageNet16-120"], ["eyeriss"], objective="latency")
    for index in (0, 1, 4321, SIZE - 1):
        answer = api.query_by_index(index, "ImageNet16-120")
        row = table.iloc[index]
        assert answer["eyeriss_latency"] == row["eyeriss_latency_ms"]
        assert answer["eyeriss_energy"] == row["eyeriss_energy_mJ"]
        intensity = row["eyeriss_arithmetic_intensity_macs_per_byte"]
        assert answer["eyeriss_arithmetic_intensity"] == intensity


@pytest.mark.parametrize(
    "device", ["zc706", *PUBLISHED.values(), "hwnasbench-zc706:frame_free=off"]
)
def test_any_architecture_of_fbnet_is_the_sum_of_its_lookup_tables(device):
    dataset = "cifar100"
    api = HWNASBenchAPI(devices={"mine": device}, search_space="fbnet")
    space = tilewise.space("fbnet", dataset=dataset, devices=[device])
    ops = space.sample(300, seed=5)
    latency, energy = space.cost(ops)
    for i, row in enumerate(ops.tolist()):
        answer = api.query_by_index(row, dataset)
        assert list(answer) == ["mine_latency", "mine_energy", "average_hw_metric"]
        assert answer["mine_latency"] == pytest.approx(latency[i], rel=1e-12)
        assert answer["mine_energy"] == pytest.approx(energy[i], rel=1e-12)
        assert answer["average_hw_metric"] == answer["mine_latency"] * answer["mine_energy"]


def test_the_networks_are_those_of_the_public_class(published, published_fbnet):
    assert published.get_net_config(0, "cifar10") == {
        "name": "infer.tiny",
        "C": 16,
        "N": 5,
        "arch_str": "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+"
        "|nor_conv_1x1~0|skip_connect~1|skip_connect~2|",
        "num_classes": 10,
    }
    ops = [0, 1, 2, 3, 4, 5, 6, 7, 8, *[8] * 13]
    assert published_fbnet.get_net_config(ops, "ImageNet") == {
        "dataset": "ImageNet",
        "num_classes": 1000,
        "op_idx_list": ops,
        "arch_str": ["k3_e1", "k3_e1_g2", "k3_e3", "k3_e6", "k5_e1", "k5_e1_g2", "k5_e3", "k5_e6"]
        + ["skip"] * 14,
    }
    assert published_fbnet.get_net_config(ops, "cifar100")["num_classes"] == 100


def test_what_is_computed_can_be_kept_in_the_public_layout(published, published_fbnet, tmp_path):
    path = tmp_path / "mine.pickle"
    content = published.HW_metrics | published_fbnet.HW_metrics
    path.write_bytes(pickle.dumps(content))
    kept, kept_fbnet = HWNASBenchAPI(path), HWNASBenchAPI(path, "fbnet")
    for dataset in ("cifar10", "cifar100", "ImageNet16-120"):
        assert kept.query_by_index(99, dataset) == published.query_by_index(99, dataset)
        assert kept.get_net_config(99, dataset) == published.get_net_config(99, dataset)
    ops = [6, 3] * 11
    assert kept_fbnet.query_by_index(ops, "ImageNet") == published_fbnet.query_by_index(
        ops, "ImageNet"
    )


@pytest.mark.parametrize("index", [-1, SIZE, 1.0, "0", None, [0] * 22])
def test_an_index_that_is_none_is_refused(published, index):
    for ask in (published.query_by_index, published.get_net_config):
        with pytest.raises(ValueError, match="expected 0 to 15624"):
            ask(index, "cifar10")


@pytest.mark.parametrize("ops", [[0] * 21, [9] + [0] * 21, [-1] * 22, [0.0] * 22, "0" * 22, 3])
def test_operations_that_are_none_are_refused(published_fbnet, ops):
    for ask in (published_fbnet.query_by_index, published_fbnet.get_net_config):
        with pytest.raises(ValueError, match="expected 22 operations, 0 to 8"):
            ask(ops, "cifar100")


def test_other_mistakes_are_refused(published, published_fbnet, public_layout, tmp_path):
    with pytest.raises(ValueError, match="ImageNet: no such data set.*cifar10, cifar100"):
        published.query_by_index(0, "ImageNet")
    with pytest.raises(ValueError, match="cifar10: no such data set.*cifar100, ImageNet"):
        published_fbnet.query_by_index([0] * 22, "cifar10")
    with pytest.raises(ValueError, match="cifar10: no such data set"):
        published_fbnet.get_net_config([0] * 22, "cifar10")
    with pytest.raises(ValueError, match="no such search space; there are: nasbench201, fbnet"):
        HWNASBenchAPI(search_space="nowhere")
    with pytest.raises(ValueError, match="nasbench201 has no lookup tables"):
        published.get_op_lookup_tables()
    with pytest.raises(ValueError, match="nothing: no such file, and no config"):
        HWNASBenchAPI(devices={"mine": "nothing"}).query_by_index(0, "cifar10")
    for devices in (["zc706"], {"": "zc706"}, {3: "zc706"}):
        with pytest.raises(ValueError, match="devices"):
            HWNASBenchAPI(devices=devices)
    with pytest.raises(ValueError, match="0 files named"):
        HWNASBenchAPI(tmp_path)
    with pytest.raises(ValueError, match="expected the search space fbnet; found: nasbench201"):
        HWNASBenchAPI({"nasbench201": public_layout["nasbench201"]}, "fbnet")


@pytest.mark.parametrize("wrong", [[1.0, 2.0], ["fast"] * SIZE, None, np.zeros((SIZE, 2))])
def test_a_column_of_the_wrong_size_or_kind_is_refused(wrong):
    source = {"nasbench201": {"cifar10": {"fpga_latency": wrong, "config": [3]}}}
    with pytest.raises(ValueError, match="cifar10: fpga_latency: expected 15625 numbers"):
        HWNASBenchAPI(source).query_by_index(0, "cifar10")
    with pytest.raises(ValueError, match="config: expected a dictionary at 0"):
        HWNASBenchAPI(source).get_net_config(0, "cifar10")


def test_a_table_without_a_block_is_refused():
    source = {"fbnet": {"fpga_latency": {"FC_Cin1504_Cout100": 1.0}}}
    with pytest.raises(ValueError, match="fpga_latency: ConvNorm_H32.* is missing"):
        HWNASBenchAPI(source, "fbnet").query_by_index([0] * 22, "cifar100")
    source["fbnet"]["fpga_latency"] = {"FC_Cin1504_Cout100": "fast"}
    with pytest.raises(ValueError, match="fpga_latency: expected numbers"):
        HWNASBenchAPI(source, "fbnet").query_by_index([0] * 22, "cifar100")


def test_a_file_that_would_run_something_is_refused(tmp_path):
    class Code:
        def __reduce__(self):
            return (pathlib.Path.touch, (tmp_path / "ran",))

    path = tmp_path / "HW-NAS-Bench-v1_0.pickle"
    path.write_bytes(pickle.dumps({"nasbench201": {"cifar10": {"config": [Code()]}}}, 4))
    with pytest.raises(ValueError, match="names .*pathlib.* was not run"):
        HWNASBenchAPI(path)
    assert not (tmp_path / "ran").exists()


def test_nothing_is_printed(capfd):
    HWNASBenchAPI(devices={"fpga": "zc706"}).query_by_index(0, "cifar10")
    assert capfd.readouterr() == ("", "")


def test_without_source_and_devices_it_has_the_two_estimated_devices():
    api = HWNASBenchAPI()
    assert api._devices == {"eyeriss": "eyeriss", "fpga": "zc706"}


def test_a_data_set_of_parquet_alone_answers_look_ups(tmp_path):
    spec = READERS | {"datasets": ["cifar10"], "formats": ["parquet"]}
    tilewise.dataset.build(spec, tmp_path / "small")
    assert not list((tmp_path / "small").glob("*.pickle"))
    rows = tilewise.dataset.load(tmp_path / "small").architectures
    for source in (tmp_path / "small", tmp_path / "small" / "architectures.parquet"):
        api = HWNASBenchAPI(source, "nasbench201")
        answer = api.query_by_index(15, "cifar10")
        assert answer["pixel_m32p32_latency"] == rows["pixel_m32p32_latency_ms"][15]
        assert api.get_net_config(15, "cifar10")["arch_str"] == rows["arch_str"][15]


def test_a_sample_is_no_source_of_look_ups(tmp_path):
    sample = {"count": 3, "seed": 1}
    spec = READERS | {"datasets": ["cifar10"], "formats": ["parquet"], "sample": sample}
    tilewise.dataset.build(spec, tmp_path / "few")
    with pytest.raises(tilewise.InputError, match="a sample of nasbench201.*without `sample`"):
        HWNASBenchAPI(tmp_path / "few", "nasbench201")
