"""What other projects read, by small readers written from what theirs do (docs/readers.md)."""

import itertools
import json
import pathlib
import pickle
import re
import sqlite3
import zipfile

import numpy as np
import pytest
import tilewise
from conftest import ROOT
from dataset_specs import PLAIN_DEVICES, SAMPLE_READERS

INDICES = [0, 1, 77, 6111, 15624]
ALL_DEVICES = SAMPLE_READERS["devices"]
FILE_WORDS = {device: re.sub("[:=]", "_", device) for device in ALL_DEVICES}


@pytest.fixture(scope="module")
def costs():
    """The program's numbers, [dataset]: a table by index."""
    table = tilewise.sweep("nasbench201", SAMPLE_READERS["datasets"], ALL_DEVICES)
    return {dataset: rows.set_index("index") for dataset, rows in table.groupby("dataset")}


# LatBench


def eagle_iterator():
    """All points as SamsungLabs/eagle counts them: the first digit runs fastest."""
    for digits in itertools.product(range(5), repeat=6):
        yield digits[::-1]


def eagle_vector(arch_str):
    """The key of an architecture: nodes by "+", edges by "|", the operation before "~"."""
    numbers = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]
    edges = [edge for node in arch_str.split("+") for edge in node[1:-1].split("|")]
    return tuple(numbers.index(edge.split("~")[0]) for edge in edges)


def test_latbench_has_seconds_by_arch_vector_in_its_own_order(readers_folder, costs):
    for device in PLAIN_DEVICES:
        name = f"small.cifar10.{FILE_WORDS[device]}.latbench.pickle"
        latencies = pickle.loads((readers_folder / name).read_bytes())
        assert list(latencies) == list(eagle_iterator())
        for index in INDICES:
            row = costs["cifar10"].loc[index]
            seconds = latencies[eagle_vector(row["arch_str"])]
            assert type(seconds) is float
            assert seconds == pytest.approx(row[f"{device}_latency_ms"] / 1000, rel=1e-15)


def test_latbench_takes_a_sample(sample_folder, costs):
    chosen = set(tilewise.dataset.load(sample_folder).architectures["index"])
    for dataset, device in itertools.product(SAMPLE_READERS["datasets"], ALL_DEVICES):
        name = f"small.{dataset}.{FILE_WORDS[device]}.latbench.pickle"
        latencies = pickle.loads((sample_folder / name).read_bytes())
        rows = costs[dataset].loc[sorted(chosen)]
        assert latencies == {
            eagle_vector(text): ms / 1e3
            for text, ms in zip(rows["arch_str"], rows[f"{device}_latency_ms"], strict=True)
        }


# HELP


class TorchUnpickler(pickle.Unpickler):
    """Of lists, dictionaries, texts and numbers, as torch.load(weights_only=True)."""

    def find_class(self, module, name):
        raise AssertionError(f"{module}.{name}")


def torch_load(path):
    """What torch.load reads: stored ZIP entries below one folder; data.pkl of protocol 2."""
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["archive/data.pkl", "archive/version"]
        assert {each.compress_type for each in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.read("archive/version") == b"3\n"
        assert archive.read("archive/data.pkl")[:2] == b"\x80\x02"
        with archive.open("archive/data.pkl") as file:
            return TorchUnpickler(file).load()


def test_help_has_ms_in_the_order_of_the_index(readers_folder, costs):
    for device in PLAIN_DEVICES:
        listed = torch_load(readers_folder / f"small.cifar10.{device}.help.pt")
        assert listed == costs["cifar10"][f"{device}_latency_ms"].tolist()


def test_help_agrees_with_the_public_list_of_the_same_device(readers_folder):
    # The first ten of HELP's data/nasbench201/latency/fpga.pt, which is HW-NAS-Bench's ZC706.
    public = [
        2.57296, 5.31536, 5.28656, 1.54256, 2.16336, 3.83056, 5.31536, 4.05776, 3.31536, 2.80016,
    ]  # fmt: skip
    listed = torch_load(readers_folder / "small.cifar10.hwnasbench-zc706.help.pt")
    assert listed[:10] == pytest.approx(public, rel=1e-12)


def test_help_of_fbnet_has_the_architectures_beside_the_latencies(block_readers_folder):
    for dataset in ("cifar100", "ImageNet"):
        archs = torch_load(block_readers_folder / f"blocks.{dataset}.metainfo.help.pt")["arch"]
        ops = np.array([each["op_idx_list"] for each in archs], dtype=np.uint8)
        for device in ("pixel_m32p32", "hwnasbench-zc706"):
            name = f"blocks.{dataset}.{device}.help.pt"
            space = tilewise.space("fbnet", dataset=dataset, devices=[device])
            expected = space.cost(ops, "latency_ms")
            assert torch_load(block_readers_folder / name) == pytest.approx(list(expected))
            assert len(archs) == 40


# EvoXBench


def evoxbench_rows(path, texts):
    """The rows that EvoXBench asks for, by text; its JSON columns read."""
    asked = ", ".join("?" * len(texts))
    with sqlite3.connect(path) as base:
        base.row_factory = sqlite3.Row
        found = base.execute(
            f"SELECT * FROM nasbench201_nasbench201result WHERE phenotype IN ({asked})", texts
        ).fetchall()
    base.close()
    kept = {"id", "index", "phenotype"}
    return {
        row["phenotype"]: {
            key: row[key] if key in kept else json.loads(row[key])
            for key in row.keys()  # noqa: SIM118
        }
        for row in found
    }


def test_evoxbench_has_hw_info_and_cost_by_text(sample_folder, costs):
    chosen = tilewise.dataset.load(sample_folder).architectures["index"].unique().tolist()
    texts = [costs["cifar10"].loc[index, "arch_str"] for index in chosen]
    rows = evoxbench_rows(sample_folder / "small.evoxbench.sqlite3", texts)
    assert len(rows) == 40
    for index, text in zip(chosen, texts, strict=True):
        row = rows[text]
        assert row["index"] == index and row["more_info"] == {}
        for dataset, device in itertools.product(SAMPLE_READERS["datasets"], ALL_DEVICES):
            said, expected = row["hw_info"][dataset], costs[dataset].loc[index]
            assert said[f"{device}_latency"] == expected[f"{device}_latency_ms"]
            assert said[f"{device}_energy"] == expected[f"{device}_energy_mJ"]
            counts = {"flops": expected["macs"] / 1e6, "params": expected["params"] / 1e6}
            assert row["cost200"][dataset] == row["cost12"][dataset] == counts


def test_what_evoxbench_counts_in_millions_is_what_nasbench201_published(costs):
    # Its README has 113.951360 M and 0.802426 M of index 1.
    row = costs["cifar10"].loc[1]
    assert (row["macs"] / 1e6, row["params"] / 1e6) == (113.95136, 0.802426)


def test_hw_info_joins_a_public_file_by_the_statements_of_the_page(sample_folder, tmp_path):
    page = (ROOT / "docs" / "readers.md").read_text()
    statements = re.search(r"^```sql\n(.*?)^```$", page, re.MULTILINE | re.DOTALL).group(1)
    public = tmp_path / "db.sqlite3"
    text = tilewise.dataset.load(sample_folder).architectures["arch_str"][0]
    with sqlite3.connect(public) as base:
        base.execute(
            "CREATE TABLE nasbench201_nasbench201result (id, phenotype, hw_info, more_info)"
        )
        known = json.dumps({"cifar10": {"fpga_latency": 1.5}, "cifar100": {"fpga_latency": 2}})
        base.execute(
            "INSERT INTO nasbench201_nasbench201result VALUES (1, ?, ?, '{\"a\": 1}')",
            (text, known),
        )
        base.commit()
        place = str(sample_folder / "small.evoxbench.sqlite3")
        base.executescript(statements.replace("small.evoxbench.sqlite3", place))
    base.close()
    row = evoxbench_rows(public, [text])[text]
    ours = evoxbench_rows(place, [text])[text]["hw_info"]
    assert row["hw_info"]["cifar10"] == {"fpga_latency": 1.5, **ours["cifar10"]}
    assert row["hw_info"]["cifar100"] == {"fpga_latency": 2} and row["more_info"] == {"a": 1}


# nn-Meter


def nn_meter_labels(path, kernel):
    """What nn-Meter trains a kernel with: features by config, "average +- deviation"."""
    entries = json.loads(pathlib.Path(path).read_text())[kernel]
    return {
        tuple(entry["config"].values()): float(entry["latency"].split("+-")[0])
        for entry in entries.values()
    }


@pytest.mark.parametrize("folder", ["sample_folder", "block_readers_folder"])
def test_nn_meter_has_the_latency_of_each_kernel(folder, request):
    made = request.getfixturevalue(folder)
    (path,) = made.glob("*.nn-meter.json")  # the published models have no layers
    labels = nn_meter_labels(path, "conv-bn-relu")
    assert len(labels) > 5
    for (size, inputs, outputs, kernel, stride), latency in list(labels.items())[:6]:
        layer = tilewise.Layer(
            op="convolution",
            input={"channels": inputs, "height": size, "width": size},
            output_channels=outputs, kernel=kernel, stride=stride, padding=kernel // 2,
        )  # fmt: skip
        assert latency == tilewise.map(layer, "pixel_m32p32").cost.latency_ms
    if folder == "block_readers_folder":
        for (size, inputs, outputs, kernel, stride), latency in nn_meter_labels(
            path, "dwconv-bn-relu"
        ).items():
            assert inputs == outputs
            layer = tilewise.Layer(
                op="depthwise", input={"channels": inputs, "height": size, "width": size},
                kernel=kernel, stride=stride, padding=kernel // 2,
            )  # fmt: skip
            assert latency == tilewise.map(layer, "pixel_m32p32").cost.latency_ms


def test_nn_meter_has_no_layer_in_groups(block_readers_folder):
    layers = tilewise.dataset.load(block_readers_folder).layers
    here = layers[layers["device"] == "pixel_m32p32"]
    grouped = (here["operator"] == "convolution") & (here["G"] > 1)
    assert grouped.any()
    kernels = json.loads((block_readers_folder / "blocks.pixel_m32p32.nn-meter.json").read_text())
    assert sum(map(len, kernels.values())) == len(here) - grouped.sum()
