"""Networks and accelerators together, against all pairs by brute force."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import tilewise
from search_accuracy import made_up_accuracy
from tilewise.codesigns.fronts import undominated

STUDY = """
name: four
architecture: eyeriss
parameters:
  parameters.pe_columns: [14, 28]
  parameters.buffer: [64 KiB, 256 KiB]
workloads: [{space: nasbench201, dataset: cifar10, distinct: true}]
objectives: [latency, energy, area]
"""
COLUMNS = ["latency_ms", "energy_mJ", "area_mm2"]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    path = tmp_path_factory.mktemp("codesign") / "four.yaml"
    path.write_text(STUDY)
    return path


@pytest.fixture(scope="module")
def accuracy():
    space = tilewise.space("nasbench201")
    # In whole numbers, so that many networks are equally good.
    return {index: round(made_up_accuracy(space.arch_str(index))) for index in range(space.size)}


@pytest.fixture(scope="module")
def found(study, accuracy):
    return tilewise.codesign("nasbench201", study, study.parent / "out", accuracy)


@pytest.fixture(scope="module")
def pairs(study, found, accuracy):
    """All pairs: a sweep of the space on each of the four architectures."""
    front = pd.read_csv(study.parent / "out" / "all.csv")
    tables = []
    for index, area in zip(front["index"], front["area_mm2"], strict=True):
        path = study.parent / f"c{index}.yaml"
        path.write_text(architecture(study, index))
        swept = tilewise.sweep("nasbench201", ["cifar10"], [str(path)], factors="divisors")
        [device] = swept.attrs["devices"]
        tables.append(
            pd.DataFrame(
                {
                    "index": swept["index"],
                    "accuracy": [accuracy[each] for each in swept["index"]],
                    "configuration": index,
                    "latency_ms": swept[f"{device['name']}_latency_ms"],
                    "energy_mJ": swept[f"{device['name']}_energy_mJ"],
                    "area_mm2": area,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def architecture(study, index):
    """The file of a configuration, from an exploration that keeps all four on its front."""
    out = study.parent / f"single{index}"
    columns, buffer = [(14, 64), (14, 256), (28, 64), (28, 256)][index]
    one = study.parent / f"single{index}.yaml"
    one.write_text(
        STUDY.replace("[14, 28]", str(columns)).replace("[64 KiB, 256 KiB]", f"{buffer} KiB")
    )
    tilewise.explore(one, out, store=study.parent / "out")
    return (out / "architectures" / "0.yaml").read_text()


def by_hand(costs):
    """The rows that no other beats, of equal ones the first: one by one."""
    kept = np.empty(0, dtype=int)
    for row, cost in enumerate(costs):
        if (costs[kept] <= cost).all(axis=1).any():
            continue
        beaten = (cost <= costs[kept]).all(axis=1)
        kept = np.append(kept[~beaten], row)
    return kept


def rounded(pairs):
    """The objectives of pairs, the less the better; rounded, as sums in another order differ."""
    costs = pairs[["accuracy", *COLUMNS]].to_numpy(dtype=float) * [-1, 1, 1, 1]
    return np.array([[float(f"{each:.11g}") for each in row] for row in costs])


@pytest.mark.parametrize("seed", range(20))
def test_the_front_of_rows_is_that_of_comparing_each_with_each(seed):
    random = np.random.default_rng(seed)
    costs = random.integers(0, 6, size=(random.integers(0, 900), random.integers(1, 5)))
    costs = costs.astype(float)
    assert sorted(undominated(costs)) == sorted(
        row
        for row, cost in enumerate(costs)
        if not any(
            (other <= cost).all() and ((other < cost).any() or place < row)
            for place, other in enumerate(costs)
        )
    )
    known, rest = costs[: len(costs) // 2], costs[len(costs) // 2 :]
    left = [row for row in undominated(rest) if not (known <= rest[row]).all(axis=1).any()]
    assert sorted(undominated(rest, known)) == sorted(left)


def test_the_front_is_that_of_all_pairs(found, pairs):
    assert found.counts["pairs"] == len(pairs) == 4 * 15625
    assert found.counts["networks_left"] < 1000
    expected = by_hand(rounded(pairs))
    wanted = {tuple(row) for row in rounded(pairs.iloc[expected])}
    assert {tuple(row) for row in rounded(found.front)} == wanted
    assert len(found.front) == len(expected) > 20
    whole = pairs.set_index(["index", "configuration"])
    rows = whole.loc[list(zip(found.front["index"], found.front["configuration"], strict=True))]
    for column in ("accuracy", *COLUMNS):
        assert found.front[column].to_numpy() == pytest.approx(rows[column].to_numpy(), rel=1e-12)
    assert (found.front["edp_mJ_ms"] == found.front["latency_ms"] * found.front["energy_mJ"]).all()
    texts = tilewise.space("nasbench201")
    assert found.front["arch_str"].tolist() == [texts.arch_str(i) for i in found.front["index"]]
    assert set(found.architectures) == set(found.front["configuration"])
    order = list(zip(-found.front["accuracy"], found.front["index"], found.front["latency_ms"],
                     strict=True))  # fmt: skip
    assert order == sorted(order)


def test_limits_hold_and_the_rest_is_the_front_of_what_they_leave(study, accuracy, pairs):
    latency = pairs["latency_ms"].quantile(0.4)
    limits = {"latency": latency, "area": pairs["area_mm2"].median(), "accuracy": 60}
    found = tilewise.codesign("nasbench201", study, study.parent / "out", accuracy, limits=limits)
    left = pairs[
        (pairs["latency_ms"] <= latency)
        & (pairs["area_mm2"] <= limits["area"])
        & (pairs["accuracy"] >= 60)
    ]
    assert 0 < len(left) < len(pairs)
    wanted = {tuple(row) for row in rounded(left.iloc[by_hand(rounded(left))])}
    assert {tuple(row) for row in rounded(found.front)} == wanted


def test_one_side_fixed_is_the_front_of_its_pairs(found, pairs):
    network = int(found.front["index"].iloc[len(found.front) // 2])
    for one, column, value in [
        (found.best_accelerators(network), "index", network),
        (found.best_networks(2), "configuration", 2),
    ]:
        own = pairs[pairs[column] == value]
        wanted = {tuple(row) for row in rounded(own.iloc[by_hand(rounded(own))])}
        assert {tuple(row) for row in rounded(one)} == wanted
    text = tilewise.space("nasbench201").arch_str(network)
    assert found.best_accelerators(text).equals(found.best_accelerators(network))


def test_the_price_of_separation_is_that_of_its_definition(found, pairs):
    table = found.separation(reference=1)
    edp = (pairs["latency_ms"] * pairs["energy_mJ"]).to_numpy().reshape(4, -1)
    good = pairs["accuracy"].to_numpy().reshape(4, -1)[0]
    sums = [pairs[pairs["configuration"] == each] for each in range(4)]
    mean = [each["latency_ms"].mean() * each["energy_mJ"].mean() for each in sums]
    assert len(table) == min(10, found.front["accuracy"].nunique()) > 3
    for _, row in table.iterrows():
        enough = np.flatnonzero(good >= row["accuracy_at_least"])
        network = enough[np.argmin(edp[1, enough])]
        assert row["together_edp_mJ_ms"] == pytest.approx(edp[:, enough].min())
        assert row["network_first_edp_mJ_ms"] == pytest.approx(edp[:, network].min())
        assert row["accelerator_first_edp_mJ_ms"] == pytest.approx(
            edp[int(np.argmin(mean)), enough].min()
        )
        assert row["network_first_loss_percent"] >= -1e-9
        assert row["accelerator_first_loss_percent"] >= -1e-9


def test_limits_that_no_pair_keeps_leave_nothing(study, accuracy, found, pairs):
    out = study.parent / "out"
    for limits in ({"area": 0.001}, {"latency": 1e-6}, {"accuracy": 101}):
        none = tilewise.codesign("nasbench201", study, out, accuracy, limits=limits)
        assert none.front.empty and none.separation().empty
        assert none.separation().columns.tolist() == found.separation().columns.tolist()
    # Some configuration is fast enough for some network, and configuration 0 for none.
    fastest = pairs.groupby("configuration")["latency_ms"].min()
    assert fastest[2] < fastest[0]
    limits = {"latency": (fastest[0] + fastest[2]) / 2}
    table = tilewise.codesign("nasbench201", study, out, accuracy, limits=limits).separation(0)
    assert len(table) > 0
    assert table["network_first_edp_mJ_ms"].isna().all()
    assert table["together_edp_mJ_ms"].notna().all()


def test_a_stand_in_is_called_by_its_name(study):
    found = tilewise.codesign(
        "nasbench201", study, study.parent / "out", objectives=["macs", "edp"]
    )
    assert "accuracy" not in found.front
    assert found.front["macs"].is_monotonic_decreasing
    assert "stand-in, NOT an accuracy" in found.summary()
    assert found.counts["accelerators_left"] <= 4


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"space": "fbnet"}, "accuracy: dict: fbnet is too large to list"),
        ({"objectives": ["accuracy", "latncy"]}, "latncy: unknown; did you mean latency"),
        ({"objectives": ["accuracy", "area"]}, "expected one of latency"),
        ({"objectives": ["latency", "DSP"]}, "DSP: a configuration of the study has none"),
        ({"dataset": "cifar100"}, "the study has no layer"),
        ({"accuracy": {0: 50.0}}, "lacks 15624 of the 15625"),
        ({"limits": {"area": float("nan")}}, "area: nan: expected a number"),
    ],
)
def test_what_cannot_be_paired_is_one_error(study, accuracy, change, word):
    asked = {
        "space": "nasbench201", "study": study, "out": study.parent / "out", "accuracy": accuracy,
    }  # fmt: skip
    with pytest.raises(tilewise.InputError, match=word):
        tilewise.codesign(**(asked | change))


def test_the_command_writes_and_prints_the_same(study, accuracy, found, tmp_path):
    table = tmp_path / "accuracy.csv"
    rows = "".join(f"{index},{value}\n" for index, value in accuracy.items())
    table.write_text("index,accuracy\n" + rows)

    def command(*more):
        return subprocess.run(
            [sys.executable, "-m", "tilewise", "codesign", "--space", "nasbench201",
             "--study", str(study), "--store", str(study.parent / "out"), *map(str, more)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    out = tmp_path / "both"
    done = command("--out", out, "--accuracy", table, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["counts"] == found.counts
    assert len(said["front"]) == len(found.front)
    assert pd.read_csv(out / "codesign.csv")["index"].tolist() == found.front["index"].tolist()
    assert len(said["separation"]) == len(pd.read_csv(out / "separation.csv")) > 3
    written = {path.name for path in out.iterdir()}
    assert written >= {"codesign.csv", "separation.csv", "codesign.json", "architectures", "study"}
    files = {path.stem for path in (out / "architectures").iterdir()}
    assert files == {str(each) for each in found.architectures}
    layers = tilewise.space("nasbench201")
    for index in found.front["index"].unique():
        network = tilewise.Network.from_yaml(out / "networks" / f"{index}.yaml")
        asked_for = layers.layers(int(index), "cifar10")
        assert [each.bounds for each in network.layers] == [each.bounds for each in asked_for]
    (out / "mine.txt").write_text("mine")
    refused = command("--out", out, "--accuracy", table)
    assert refused.returncode == 2
    said = f"error: {out}: holds mine.txt, which is not of a co-design; name another folder\n"
    assert refused.stderr == said
    wrong = command("--out", tmp_path / "other", "--limit", "area")
    assert wrong.returncode == 2 and "expected WORD=NUMBER" in wrong.stderr
    assert not (tmp_path / "other" / "codesign.csv").exists()
