"""A data set holds what the program finds, says how it came to be, and has the public layout."""

import hashlib
import json
import pickle

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest
import tilewise
from conftest import ROOT, run
from dataset_specs import DEVICES, FBNET, SPEC, contents
from tilewise.dataset import splits
from tilewise.dataset.spec import Splits
from tilewise.tables import EXACT


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    """What the program writes for the same sweep."""
    folder = tmp_path_factory.mktemp("sweep") / "out"
    done = run(
        "sweep", "nasbench201", "--dataset", ",".join(SPEC["datasets"]),
        "--device", ",".join(DEVICES), "--objective", "latency", "--out", folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def same(ours, theirs):
    """Whether two columns have the same values, and null in the same rows."""
    return ((ours == theirs) | (ours.isna() & theirs.isna())).all()


def test_the_bytes_are_the_same_again_and_for_any_number_of_threads(
    small_folder, fbnet_folder, tmp_path
):
    for spec, first in [(SPEC, small_folder), (FBNET, fbnet_folder)]:
        again = tmp_path / first.name
        for _ in range(2):  # the second time over the first
            tilewise.dataset.build(spec, again, threads=2)
            assert contents(again) == contents(first)
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".")]


def test_what_was_built_can_be_built_from_what_it_says(small_folder, tmp_path):
    dataset = tilewise.dataset.load(small_folder)
    assert tilewise.dataset.build(dataset.spec, tmp_path / "again") == dataset.digest
    recorded = json.loads((small_folder / "dataset.json").read_text())["spec"]
    assert tilewise.dataset.read_spec(recorded) == dataset.spec


def test_the_numbers_are_those_of_the_program(small_folder, sweep):
    dataset = tilewise.dataset.validate(small_folder)
    costs = pd.read_csv(sweep / "costs.csv", **EXACT)
    ours = dataset.architectures
    assert [*costs.columns, "split"] == list(ours.columns)
    for column in costs.columns:
        assert same(ours[column], costs[column]), column
    layers = pd.read_csv(sweep / "layers.csv", dtype=str, keep_default_na=False)
    assert list(layers.columns) == list(dataset.layers.columns)
    for column in layers.columns:
        found = dataset.layers[column]
        if found.dtype == bool:
            assert (found == (layers[column] == "yes")).all()
        elif found.dtype.kind in "if":
            numbers = pd.to_numeric(layers[column].replace("", np.nan)).astype(found.dtype)
            assert same(found, numbers), column
        else:
            assert (found == layers[column]).all(), column


def test_the_csv_holds_the_same_numbers(small_folder, sweep):
    ours = pd.read_csv(small_folder / "architectures.csv", **EXACT)
    costs = pd.read_csv(sweep / "costs.csv", **EXACT)
    for column in costs.columns:
        assert same(ours[column], costs[column]), column


def test_a_parquet_file_alone_tells_types_units_and_provenance(small_folder):
    table = pyarrow.parquet.read_table(small_folder / "architectures.parquet")
    field = table.schema.field("zc706_energy_mJ")
    assert str(field.type) == "double" and not field.nullable
    assert field.metadata[b"unit"] == b"mJ"
    assert b"energy" in field.metadata[b"meaning"]
    said = json.loads(table.schema.metadata[b"tilewise"])
    written = json.loads((small_folder / "dataset.json").read_text())
    assert said["table"] == "architectures"
    for key in ("schema", "schema_version", "name", "description", "provenance", "spec"):
        assert said[key] == written[key], key
    dataset = tilewise.dataset.load(small_folder)
    assert pd.read_parquet(small_folder / "architectures.parquet").equals(dataset.architectures)
    units = {each.name: each.unit for each in dataset.columns["layers"]}
    assert units["energy_pJ"] == "pJ" and units["dram_bytes"] == "B"


def test_the_provenance_names_devices_and_proofs(small_folder):
    dataset = tilewise.dataset.load(small_folder)
    provenance = dataset.provenance
    assert provenance["version"] == tilewise.__version__
    assert provenance["objective"] == "latency" and provenance["factors"] == "auto"
    for entry, name in zip(provenance["devices"], DEVICES, strict=True):
        device = tilewise.arch(name)
        assert entry["configuration"] == device.fingerprint
        text = device.describe()
        assert entry["text"] == text
        assert entry["configuration_sha256"] == hashlib.sha256(text.encode()).hexdigest()
    shipped = (ROOT / "configs" / "arch" / "zc706.yaml").read_bytes()
    hashes = [entry["file_sha256"] for entry in provenance["devices"]]
    assert hashes[0] == hashlib.sha256(shipped).hexdigest() and hashes[2] is None
    layers = dataset.layers
    assert provenance["exactness"]["layers"] == len(layers)
    assert provenance["exactness"]["proven"] == layers["proven"].sum() == len(layers)
    controls = [each["control"] for each in provenance["exactness"]["devices"]]
    assert controls == ["mapped", "fixed", "published model of networks"]
    assert layers["space_size"].str.fullmatch("[0-9]+").all()


def test_the_pickle_has_the_public_layout(small_folder):
    data = pickle.loads((small_folder / "small.pickle").read_bytes())
    architectures = tilewise.dataset.load(small_folder).architectures
    assert list(data) == ["nasbench201"] and list(data["nasbench201"]) == SPEC["datasets"]
    for dataset, entry in data["nasbench201"].items():
        rows = architectures[architectures["dataset"] == dataset]
        assert set(entry) == {"config"} | {
            f"{device}_{metric}"
            for device in DEVICES
            for metric in ("latency", "energy", "arithmetic_intensity")
        }
        assert entry["zc706_latency"] == rows["zc706_latency_ms"].tolist()
        assert entry["pixel_m32p32_energy"] == rows["pixel_m32p32_energy_mJ"].tolist()
        assert len(entry["config"]) == 15_625
        space = tilewise.space("nasbench201")
        assert entry["config"][4321] == space.config(4321, dataset)
    # As published of architecture 0: in ms and mJ.
    entry = data["nasbench201"]["cifar10"]
    assert entry["hwnasbench-zc706_latency"][0] == pytest.approx(2.57296, rel=1e-9)
    assert entry["hwnasbench-zc706_energy"][0] == pytest.approx(18.01072, rel=1e-9)
    assert entry["config"][0] == {
        "name": "infer.tiny",
        "C": 16,
        "N": 5,
        "arch_str": "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|"
        "+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|",
        "num_classes": 10,
    }


# FBNet as published: blocks, channels and first strides of the seven stages.
STAGES = list(zip([1, 4, 4, 4, 4, 4, 1], [16, 24, 32, 64, 112, 184, 352], strict=True))
STRIDES = {"cifar100": [1, 1, 2, 2, 1, 2, 1], "ImageNet": [1, 2, 2, 2, 1, 2, 1]}
SHAPES = [(1, 3, 1), (1, 3, 2), (3, 3, 1), (6, 3, 1), (1, 5, 1), (1, 5, 2), (3, 5, 1), (6, 5, 1)]


def public_keys(ops, dataset):
    """The keys of the public lookup tables that an architecture of FBNet is the sum of."""
    image, stem_stride, head, classes = {
        "cifar100": (32, 1, 1504, 100),
        "ImageNet": (224, 2, 1984, 1000),
    }[dataset]
    keys = [f"ConvNorm_H{image}_W{image}_Cin3_Cout16_kernel3_stride{stem_stride}_group1"]
    size, inputs, place = image // stem_stride, 16, iter(ops)
    for (blocks, outputs), first_stride in zip(STAGES, STRIDES[dataset], strict=True):
        for block in range(blocks):
            stride, op = first_stride if block == 0 else 1, next(place)
            shape = f"H{size}_W{size}_Cin{inputs}_Cout{outputs}"
            if op == 8:
                keys.append(f"Skip_{shape}_stride{stride}")
            else:
                expansion, kernel, group = SHAPES[op]
                keys.append(
                    f"ConvBlock_{shape}_exp{expansion}_kernel{kernel}_stride{stride}_group{group}"
                )
            size, inputs = size // stride, outputs
    keys.append(f"ConvNorm_H{size}_W{size}_Cin352_Cout{head}_kernel1_stride1_group1")
    keys.append(f"AvgP_H{size}_W{size}_Cin{head}_Cout{head}_kernel{size}_stride1")
    return [*keys, f"FC_Cin{head}_Cout{classes}"]


def test_the_lookup_tables_of_fbnet_have_the_public_keys_and_sums(fbnet_folder):
    data = pickle.loads((fbnet_folder / "fbnet.pickle").read_bytes())
    dataset = tilewise.dataset.validate(fbnet_folder)
    tables = data["fbnet"]
    assert set(tables) == {
        f"{device}_{metric}" for device in FBNET["devices"] for metric in ("latency", "energy")
    }
    rows = dataset.architectures
    assert len(rows) == 600 and rows["index"].tolist() == 2 * list(range(300))
    used = set()
    for row in rows.to_dict("records"):
        ops = [int(op) for op in row["arch_str"].split(",")]
        keys = public_keys(ops, row["dataset"])
        used |= set(keys)
        for device in FBNET["devices"]:
            latency = sum(tables[f"{device}_latency"][key] for key in keys)
            energy = sum(tables[f"{device}_energy"][key] for key in keys)
            assert latency == pytest.approx(row[f"{device}_latency_ms"], rel=1e-12)
            assert energy == pytest.approx(row[f"{device}_energy_mJ"], rel=1e-12)
    # 300 random architectures meet each of the 9 operations at each of the 22 places.
    assert used == set(tables["pixel_m32p32_latency"])
    # As published of the architecture of first operations.
    for name, latency in [("cifar100", 10.73952), ("ImageNet", 29.4219)]:
        table = tables["hwnasbench-zc706_latency"]
        total = sum(table[key] for key in public_keys([0] * 22, name))
        assert total == pytest.approx(latency, rel=1e-9)


def test_the_tables_of_fbnet_are_those_of_the_space(fbnet_folder):
    dataset = tilewise.dataset.load(fbnet_folder)
    space = tilewise.space("fbnet", dataset="ImageNet", devices=["pixel_m32p32"])
    ops = space.sample(300, seed=3)
    rows = dataset.architectures[dataset.architectures["dataset"] == "ImageNet"]
    assert rows["arch_str"].tolist() == [",".join(map(str, each)) for each in ops]
    assert (rows["pixel_m32p32_energy_mJ"] == space.cost(ops, "energy_mJ")).all()
    assert (rows["params"] == space.cost(ops, "params")).all()
    blocks = dataset.blocks[dataset.blocks["dataset"] == "ImageNet"].reset_index(drop=True)
    assert (blocks["pixel_m32p32_latency_ms"] == space.blocks["pixel_m32p32_latency_ms"]).all()
    assert blocks["op"].isna().sum() == 1 and blocks["kernel"].isna().sum() == 1 + 22
    assert blocks["position"].tolist() == [0, *np.repeat(np.arange(1, 23), 9)]


def test_without_a_sample_fbnet_has_blocks_alone(tmp_path):
    spec = {"space": "fbnet", "datasets": ["cifar100"], "devices": ["hwnasbench-zc706"]}
    tilewise.dataset.build(spec, tmp_path / "out")
    dataset = tilewise.dataset.validate(tmp_path / "out")
    assert dataset.architectures is None
    assert len(dataset.blocks) == 1 + 22 * 9 and dataset.layers.empty


def test_the_size_space_and_a_sample(tmp_path):
    spec = {
        "space": "natsbench_size",
        "datasets": ["cifar10", "cifar100"],
        "devices": ["pixel_m32p32"],
    }
    tilewise.dataset.build(spec, tmp_path / "all")
    whole = tilewise.dataset.validate(tmp_path / "all").architectures
    data = pickle.loads((tmp_path / "all" / "natsbench_size.pickle").read_bytes())
    assert data["natsbench_size"]["cifar100"]["config"][1] == {
        "name": "infer.shape.tiny",
        "channels": "8:8:8:8:16",
        "num_classes": 100,
    }
    chosen = spec | {"sample": {"count": 1000, "seed": 2}, "formats": ["csv"]}
    tilewise.dataset.build(chosen, tmp_path / "sample")
    rows = tilewise.dataset.validate(tmp_path / "sample").architectures
    assert len(rows) == 2000 and not (tmp_path / "sample" / "layers.parquet").exists()
    first, second = (rows[rows["dataset"] == each] for each in spec["datasets"])
    assert first["index"].tolist() == second["index"].tolist()
    expected = whole[whole["index"].isin(first["index"])].reset_index(drop=True)
    assert rows.equals(expected)


def test_parts_are_decided_by_the_hash_of_the_architecture_alone(small_folder):
    rows = tilewise.dataset.load(small_folder).architectures
    for row in rows.iloc[:50].to_dict("records"):
        number = hashlib.sha256(f"7:{row['arch_str']}".encode()).digest()[:8]
        share = int.from_bytes(number, "big") / 2**64
        expected = "train" if share < 0.8 else "val" if share < 0.9 else "test"
        assert row["split"] == expected
    first, second = (rows[rows["dataset"] == each]["split"] for each in SPEC["datasets"])
    assert first.tolist() == second.tolist()
    shares = first.value_counts(normalize=True)
    # Three standard deviations of 15,625 draws.
    for part, share in [("train", 0.8), ("val", 0.1), ("test", 0.1)]:
        assert abs(shares[part] - share) < 3 * (share * (1 - share) / 15_625) ** 0.5
    other = splits.split(rows["arch_str"], Splits(train=0.8, val=0.1, test=0.1, seed=8))
    assert (other != rows["split"]).any()
    none = splits.split(rows["arch_str"], Splits(train=0.5, val=0.5, test=0.0))
    assert set(none) == {"train", "val"}


@pytest.mark.parametrize("name", ["nasbench201", "fbnet"])
def test_the_shipped_specifications_can_be_built(name, tmp_path):
    spec = tilewise.dataset.read_spec(name)
    assert spec == tilewise.dataset.read_spec(ROOT / "configs" / "dataset" / f"{name}.yaml")
    # With the devices that are mapped left out, to be fast.
    quick = spec.as_dict() | {"devices": [each for each in spec.devices if "hwnas" in each]}
    tilewise.dataset.build(quick, tmp_path / "out")
    rows = tilewise.dataset.validate(tmp_path / "out").architectures
    assert len(rows) == {"nasbench201": 3 * 15_625, "fbnet": 2 * 10_000}[name]
