"""Networks of spaces of blocks and accelerators together, against all pairs by brute force."""

import itertools
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import tilewise
from tilewise.codesigns import sums
from tilewise.codesigns.block_networks import block_networks
from tilewise.searches.encodings import Encoding, Rules

SPACE = """
name: tiny
datasets:
  photos: {height: 8, width: 8, classes: 10}
blocks:
  convolution:
    - {name: conv, op: convolution, output_channels: out, kernel: kernel, stride: stride, padding: same, batch_norm: true}
  inverted:
    - {name: expand, op: convolution, output_channels: expand * in, kernel: 1, batch_norm: true}
    - {name: depthwise, op: depthwise, kernel: kernel, stride: stride, padding: same, batch_norm: true}
    - {name: project, op: convolution, output_channels: out, kernel: 1, batch_norm: true}
choices:
  block:
    - {name: plain, block: convolution, kernel: 3}
    - {name: k3_e2, block: inverted, kernel: 3, expand: 2}
    - {name: k5_e1, block: inverted, kernel: 5, expand: 1}
    - {name: none, if: place > 1, ends: true}
network:
  - {name: stem, block: convolution, out: 4, kernel: 3, stride: 1}
  - {choose: block, out: 6, stride: 2}
  - {choose: block, repeat: 3, out: 8, stride: "if(place == 1, 2, 1)"}
  - {name: head, block: convolution, out: 8, kernel: 1, stride: 1}
"""  # noqa: E501
STUDY = """
name: four
architecture: eyeriss
parameters:
  parameters.pe_columns: [4, 14]
  parameters.buffer: [16 KiB, 64 KiB]
workloads: [{space: SPACE, dataset: photos, distinct: true}]
objectives: [latency, energy, area]
"""
COLUMNS = ["latency_ms", "energy_mJ", "area_mm2"]
CHOICES = ["plain", "k3_e2", "k5_e1", "none"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("blocks")
    (path / "tiny.yaml").write_text(SPACE)
    (path / "four.yaml").write_text(STUDY.replace("SPACE", str(path / "tiny.yaml")))
    return path


@pytest.fixture(scope="module")
def accuracy(folder):
    """What each choice adds, in quarters, so that sums tie."""
    random = np.random.default_rng(3)
    table = random.integers(0, 12, size=(4, 4)) / 4
    rows = [
        f"{place + 1},{name},{table[place, choice]}\n"
        for place in range(4)
        for choice, name in enumerate(CHOICES)
        if name != "none" or place > 1
    ]
    (folder / "accuracy.csv").write_text("position,choice,accuracy\n" + "".join(rows))
    return table


def asked(folder, accuracy=None, **more):
    """The co-design of the tiny space."""
    return tilewise.codesign(
        str(folder / "tiny.yaml"), folder / "four.yaml", folder / "out",
        accuracy or folder / "accuracy.csv", **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def found(folder, accuracy):
    return asked(folder)


@pytest.fixture(scope="module")
def pairs(folder, found, accuracy):
    """All pairs: every network of the space as a BlockSpace costs it on each architecture."""
    rows = [
        row
        for row in itertools.product(range(4), range(4), range(4), range(4))
        if row[0] != 3 and row[1] != 3 and not (row[2] == 3 and row[3] != 3)
    ]
    tables = []
    study = (folder / "four.yaml").read_text()
    configurations = [(4, 16), (4, 64), (14, 16), (14, 64)]
    areas = pd.read_csv(folder / "out" / "all.csv")["area_mm2"]
    for index, (columns, buffer) in enumerate(configurations):
        one = folder / f"single{index}.yaml"
        one.write_text(
            study.replace("[4, 14]", str(columns)).replace("[16 KiB, 64 KiB]", f"{buffer} KiB")
        )
        tilewise.explore(one, folder / f"single{index}", store=folder / "out")
        space = tilewise.space(
            str(folder / "tiny.yaml"), factors="divisors",
            devices=[str(folder / f"single{index}" / "architectures" / "0.yaml")],
        )  # fmt: skip
        latency, energy = space.cost(rows)
        tables.append(
            pd.DataFrame(
                {
                    "arch_str": [space.arch_str(row) for row in rows],
                    # What ends a stage stands at all positions behind, and counts there.
                    "accuracy": [accuracy[range(4), list(row)].sum() for row in rows],
                    "configuration": index,
                    "latency_ms": latency,
                    "energy_mJ": energy,
                    "area_mm2": areas[index],
                    "macs": space.cost(rows, "macs"),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def rounded(pairs, columns=("accuracy", *COLUMNS)):
    """The objectives, the less the better; rounded, as sums in another order differ."""
    costs = pairs[list(columns)].to_numpy(dtype=float)
    costs[:, 0] *= -1
    return np.array([[float(f"{each:.11g}") for each in row] for row in costs]).reshape(costs.shape)


def best(pairs, columns=("accuracy", *COLUMNS)):
    """The distinct costs that no others beat."""
    distinct = np.unique(rounded(pairs, columns), axis=0)
    return {
        tuple(cost)
        for cost in distinct
        if not ((distinct <= cost).all(axis=1) & (distinct < cost).any(axis=1)).any()
    }


def points(front, columns=("accuracy", *COLUMNS)):
    return {tuple(row) for row in rounded(front, columns)}


def test_the_front_is_that_of_all_pairs(found, pairs):
    assert found.counts["networks"] == 3 * 3 * (1 + 3 + 9)
    assert found.counts["pairs"] == len(pairs)
    assert points(found.front) == best(pairs)
    assert len(found.front) == len(best(pairs)) > 5
    assert not found.rounded and "exact" in found.summary()
    whole = pairs.set_index(["arch_str", "configuration"])
    rows = whole.loc[list(zip(found.front["arch_str"], found.front["configuration"], strict=True))]
    for column in ("accuracy", *COLUMNS):
        assert found.front[column].to_numpy() == pytest.approx(rows[column].to_numpy(), rel=1e-12)
    assert (found.front["edp_mJ_ms"] == found.front["latency_ms"] * found.front["energy_mJ"]).all()
    assert set(found.architectures) == set(found.front["configuration"])
    assert found.front["accuracy"].is_monotonic_decreasing


@pytest.mark.parametrize("word", ["latency", "energy", "edp"])
def test_limits_hold_and_the_rest_is_the_front_of_what_they_leave(folder, pairs, word):
    pairs = pairs.assign(edp_mJ_ms=pairs["latency_ms"] * pairs["energy_mJ"])
    column = {"latency": "latency_ms", "energy": "energy_mJ", "edp": "edp_mJ_ms"}[word]
    limits = {word: pairs[column].quantile(0.4), "area": pairs["area_mm2"].median(), "accuracy": 4}
    left = pairs[
        (pairs[column] <= limits[word])
        & (pairs["area_mm2"] <= limits["area"])
        & (pairs["accuracy"] >= 4)
    ]
    assert 0 < len(left) < len(pairs)
    assert points(asked(folder, limits=limits).front) == best(left)
    none = asked(folder, limits={"latency": 1e-9})
    assert none.front.empty and none.separation().empty


def test_other_objectives_and_stand_ins(folder, pairs):
    found = asked(folder, "macs", objectives=["macs", "edp"])
    pairs = pairs.assign(edp_mJ_ms=pairs["latency_ms"] * pairs["energy_mJ"])
    columns = ("macs", "edp_mJ_ms")
    assert points(found.front, columns) == best(pairs, columns)
    assert "stand-in, NOT an accuracy" in found.summary() and "accuracy" not in found.front
    found = asked(folder, "params", objectives=["latency"])
    assert found.front["latency_ms"].tolist() == pytest.approx([pairs["latency_ms"].min()])
    space = tilewise.space(str(folder / "tiny.yaml"))
    row = space.ops(found.front["arch_str"][0])
    assert found.front["params"][0] == space.cost(row, "params")[0]
    with pytest.raises(tilewise.InputError, match="params is no objective"):
        found.separation()


def test_one_side_fixed_is_the_front_of_its_pairs(found, pairs):
    network = found.front["arch_str"].iloc[len(found.front) // 2]
    own = pairs[pairs["arch_str"] == network]
    assert points(found.best_accelerators(network)) == best(own)
    own = pairs[pairs["configuration"] == 2]
    assert points(found.best_networks(2)) == best(own)
    with pytest.raises(tilewise.InputError, match="9: no costed configuration"):
        found.best_networks(9)


def test_the_price_of_separation_is_that_of_its_definition(found, pairs):
    table = found.separation(reference=1)
    edp = (pairs["latency_ms"] * pairs["energy_mJ"]).to_numpy().reshape(4, -1)
    good = pairs["accuracy"].to_numpy().reshape(4, -1)[0]
    means = pairs.groupby("configuration")[["latency_ms", "energy_mJ"]].mean()
    chosen = int(np.argmin(means["latency_ms"] * means["energy_mJ"]))
    assert len(table) == min(10, found.front["accuracy"].nunique()) > 3
    for _, row in table.iterrows():
        enough = np.flatnonzero(good >= row["accuracy_at_least"])
        network = enough[np.argmin(edp[1, enough])]
        assert row["together_edp_mJ_ms"] == pytest.approx(edp[:, enough].min())
        assert row["network_first_edp_mJ_ms"] == pytest.approx(edp[:, network].min())
        assert row["accelerator_first_edp_mJ_ms"] == pytest.approx(edp[chosen, enough].min())
        assert row["network_first_loss_percent"] >= 0


def test_what_holds_of_the_price_of_separation_of_rounded_fronts(folder, pairs, monkeypatch):
    monkeypatch.setattr(sums, "EXACT_COMBINATIONS", 1)
    monkeypatch.setattr(sums, "EXACT_SUMS", 0)
    found = asked(folder, "macs", resolution=0.3)
    assert found.rounded
    edp = (pairs["latency_ms"] * pairs["energy_mJ"]).to_numpy().reshape(4, -1)
    good = pairs["macs"].to_numpy().reshape(4, -1)[0]
    means = pairs.groupby("configuration")[["latency_ms", "energy_mJ"]].mean()
    chosen = int(np.argmin(means["latency_ms"] * means["energy_mJ"]))
    reach = 0.3 * np.ptp(good)
    table = found.separation(reference=1)
    assert len(table) > 3
    for _, row in table.iterrows():
        enough = good >= row["macs_at_least"]
        more = good >= row["macs_at_least"] + reach
        for way, of_way in [("together", edp), ("accelerator_first", edp[[chosen]])]:
            least = of_way[:, enough].min() * (1 - 1e-9)
            most = of_way[:, more].min(initial=np.inf) * 1.3 * (1 + 1e-9)
            assert least <= row[f"{way}_edp_mJ_ms"] <= most
        # The least EDP of a network that is near the best of the reference.
        near = edp[1] <= edp[1, more].min(initial=np.inf) * 1.3 * (1 + 1e-9)
        assert np.isclose(edp[:, enough & near].min(axis=0), row["network_first_edp_mJ_ms"]).any()


def of_spaces(folder):
    """Spaces whose choices go together: in no way, at the end of a stage, in groups."""
    groups = """
name: cells
datasets: {photos: {height: 8, width: 8, classes: 10}}
decisions: {a0: edge, a1: edge, b0: edge, b1: edge, b2: edge}
groups: {a: {exactly: 2, of: [a0, a1]}, b: {exactly: 2, of: [b0, b1, b2]}}
blocks:
  convolution:
    - {name: conv, op: convolution, output_channels: out, kernel: kernel, padding: same}
  cell:
    - {name: a0, choose: a0, from: input}
    - {name: a1, choose: a1, from: input2}
    - {name: a, op: add, from: [a0, a1]}
    - {name: b0, choose: b0, from: input}
    - {name: b1, choose: b1, from: input2}
    - {name: b2, choose: b2, from: a}
    - {name: b, op: add, from: [b0, b1, b2]}
choices:
  edge:
    - {name: none, absent: true}
    - {name: skip}
    - {name: conv1, block: convolution, out: in, kernel: 1}
    - {name: conv3, block: convolution, out: in, kernel: 3}
network:
  - {name: stem, block: convolution, out: 8, kernel: 3}
  - {name: "cell{place}", block: cell, repeat: 2, from: [stem, stem]}
"""
    (folder / "cells.yaml").write_text(groups)
    return ["fbnet", str(folder / "tiny.yaml"), str(folder / "cells.yaml"), "ofa_mobilenetv3"]


@pytest.mark.parametrize("which", range(4))
def test_options_add_up_to_the_layers_of_networks(folder, which):
    space = tilewise.space(of_spaces(folder)[which])
    networks = block_networks(space.name, space.dataset, "macs")
    params = block_networks(space.name, space.dataset, "params")
    facts = tilewise.registry.SPACES[space.name]
    rules = Rules(facts["allowed"], facts["ends"], facts["groups"], facts["absent"])
    assert networks.size == Encoding([len(space.choices)] * space.positions, rules=rules).total
    collected = tilewise._core.NetworkLayers()
    collected.add(tilewise._core.network_of(networks.layers))
    for row in space.sample(20, seed=4):
        options = networks.options_of(space.arch_str(row))
        made = networks.of(options)
        assert made.texts == [space.arch_str(row)]
        network = space.network(row)
        places, macs, parameters = collected.add(network)
        assert len(collected) == len(networks.layers)
        assert made.uses[0].tolist() == np.bincount(places, minlength=len(collected)).tolist()
        assert made.good[0] == macs
        assert params.of(options).good[0] == parameters


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("index,accuracy\n0,1\n", ":1: expected the columns position, choice and accuracy"),
        ("position,choice,accuracy\n1,plain,x\n", ":2: 'x': expected a number"),
        ("position,choice,accuracy\n9,plain,1\n", ":2: position 9: expected 1 to 4"),
        ("position,choice,accuracy\n1,plane,1\n", ":2: choice plane: unknown; there are: plain"),
        ("position,choice,accuracy\n1,plain,inf\n", ":2: 'inf': expected a number"),
        ("position,choice,accuracy\n1,plain,1\n1,plain,1\n", ":3: position 1, plain: twice"),
        ("position,choice,accuracy\n1,plain,1\n", "lacks position 1, k3_e2"),
    ],
)
def test_a_table_of_sums_that_is_wrong_is_one_error(folder, tmp_path, text, word):
    path = tmp_path / "accuracy.csv"
    path.write_text(text)
    with pytest.raises(tilewise.InputError, match=word):
        block_networks(str(folder / "tiny.yaml"), "photos", path)


@pytest.mark.parametrize("resolution", [-0.1, 1.0, float("nan")])
def test_a_resolution_is_a_share(folder, resolution):
    with pytest.raises(tilewise.InputError, match="resolution: .*: expected 0"):
        asked(folder, resolution=resolution)


def test_the_command_writes_and_prints_the_same(folder, found, tmp_path):
    out = tmp_path / "both"
    done = subprocess.run(
        [sys.executable, "-m", "tilewise", "codesign", "--space", str(folder / "tiny.yaml"),
         "--study", str(folder / "four.yaml"), "--store", str(folder / "out"), "--out", str(out),
         "--accuracy", str(folder / "accuracy.csv"), "--resolution", "0.5", "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["counts"] == found.counts
    assert said["resolution"] == 0.5 and said["rounded"] is False
    assert pd.read_csv(out / "codesign.csv")["arch_str"].tolist() == list(found.front["arch_str"])
    front = pd.read_csv(out / "codesign.csv")
    assert front.groupby("network")["arch_str"].nunique().eq(1).all()
    numbers = front["network"].unique()
    assert {path.stem for path in (out / "networks").iterdir()} == {str(each) for each in numbers}
    space = tilewise.space(str(folder / "tiny.yaml"))
    for number, text in front[["network", "arch_str"]].drop_duplicates().itertuples(index=False):
        network = tilewise.Network.from_yaml(out / "networks" / f"{number}.yaml")
        asked_for = space.network(space.ops(text)).layers
        assert [each.bounds for each in network.layers] == [each.bounds for each in asked_for]
    files = {path.stem for path in (out / "architectures").iterdir()}
    assert files == {str(each) for each in found.architectures}
    assert len(said["separation"]) == len(pd.read_csv(out / "separation.csv")) > 3
