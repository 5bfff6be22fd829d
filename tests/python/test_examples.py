"""The examples run, and what they find is what they say."""

import importlib.util
import random
import re
import subprocess
import sys

import numpy as np
import pytest
import tilewise
from conftest import ROOT

SEARCH = ROOT / "examples" / "nasbench201_search.py"
DEVICE = "hwnasbench-zc706"


def search(*arguments, folder=None):
    return subprocess.run(
        [sys.executable, SEARCH, *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=folder, timeout=60,
    )  # fmt: skip


def found(text, name):
    """Index and score of the best of a search."""
    index, score = re.search(rf"^{name}: index (\d+), score (.*)$", text, re.MULTILINE).groups()
    return int(index), float(score.replace(",", ""))


@pytest.fixture(scope="module")
def costs():
    return tilewise.sweep("nasbench201", ["cifar10"], [DEVICE, "zc706"])


@pytest.fixture(scope="module")
def example():
    """The example as a module."""
    spec = importlib.util.spec_from_file_location(SEARCH.stem, SEARCH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_both_searches_meet_the_limit_and_report_every_device(costs):
    done = search("--device", DEVICE, "--device", "zc706", "--max-latency", 3, "--seed", 1)
    assert done.returncode == 0, done.stderr
    assert "NOT an accuracy" in done.stdout
    for name in ("random search", "regularised evolution"):
        index, score = found(done.stdout, name)
        row = costs.iloc[index]
        assert row[f"{DEVICE}_latency_ms"] <= 3
        assert score == pytest.approx(row["macs"], rel=1e-5)
        assert row["arch_str"] in done.stdout
        for device in (DEVICE, "zc706"):
            assert f"{device}_latency {row[f'{device}_latency_ms']:.6g} ms" in done.stdout
            assert f"{device}_energy {row[f'{device}_energy_mJ']:.6g} mJ" in done.stdout


def test_a_seed_gives_the_same_text_and_another_device_another(costs):
    arguments = ("--device", DEVICE, "--queries", 60, "--seed", 4)
    first = search(*arguments)
    assert first.returncode == 0, first.stderr
    assert first.stdout == search(*arguments).stdout
    assert first.stdout != search("--device", "hwnasbench-eyeriss", *arguments[2:]).stdout
    median = costs[f"{DEVICE}_latency_ms"].median()
    assert f"at most {median:.6g} ms" in first.stdout


def test_given_accuracies_decide_and_only_those(costs, tmp_path):
    generator = np.random.default_rng(1)
    known = costs[["index", "dataset"]].iloc[::3].assign(accuracy=0.0)
    known["accuracy"] = generator.uniform(10, 90, len(known)).round(3)
    known.to_csv(tmp_path / "accuracy.csv", index=False)
    done = search(
        "--device", DEVICE, "--accuracy", "accuracy.csv", "--queries", 15_625,
        "--max-latency", 2.5, folder=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "score: accuracy in percent" in done.stdout
    index, score = found(done.stdout, "random search")
    fast = known[costs.loc[known.index, f"{DEVICE}_latency_ms"] <= 2.5]
    best = fast.sort_values("accuracy").iloc[-1]
    assert (index, score) == (best["index"], pytest.approx(best["accuracy"]))
    evolved = found(done.stdout, "regularised evolution")
    assert evolved[1] == pytest.approx(known.set_index("index")["accuracy"][evolved[0]])


def test_evolution_finds_more_than_random_search_where_neighbours_are_alike(example):
    wins = []
    for seed in range(10):
        best = []
        for method in ("random", "evolution"):
            generator = random.Random(seed)
            one = example.Search(lambda index: 0.0, 1.0, likeness)
            if method == "random":
                example.random_search(one, 300, generator)
            else:
                example.regularised_evolution(one, 300, generator, 30, 8)
            best.append(one.best[0])
        wins.append(best[1] - best[0])
    assert min(wins) >= 0
    assert sum(wins) >= 5


def likeness(index):
    """How many of the six edges are those of one architecture, the best of all 15,625."""
    text = tilewise.space("nasbench201").arch_str(index)
    wanted = "|nor_conv_3x3~0|+|nor_conv_1x1~0|none~1|+|avg_pool_3x3~0|skip_connect~1|none~2|"
    return sum(a == b for a, b in zip(text.split("|"), wanted.split("|"), strict=True) if "~" in a)


def test_a_mutation_changes_one_edge(example):
    space = tilewise.space("nasbench201")
    generator = random.Random(1)
    seen = set()
    for _ in range(400):
        text = space.arch_str(example.mutated(0, generator))
        before, after = space.arch_str(0).split("|"), text.split("|")
        changed = [i for i in range(len(before)) if before[i] != after[i]]
        assert len(changed) == 1
        seen.add(text)
    assert len(seen) == 6 * 4


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("index,score\n0,1\n", ":1: expected the columns index and accuracy"),
        ("index,accuracy\n0,50\n1,good\n", ":3: expected a number"),
        ("index,accuracy\n15625,50\n", ":2: expected index 0 to 15624"),
        ("index,accuracy\n1,101\n", ":2: expected index 0 to 15624, accuracy 0 to 100"),
        ("index,accuracy\n1\n", ":2: expected a number"),
    ],
)
def test_accuracies_that_are_none_are_refused_with_their_place(tmp_path, content, said):
    (tmp_path / "a.csv").write_text(content)
    done = search("--device", DEVICE, "--accuracy", "a.csv", folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"error: a.csv{said}")


def test_other_mistakes_are_refused(tmp_path):
    for arguments, said in [
        (("--device", "nothing"), "error: nothing: no such file"),
        (("--device", "zc706", "--device", "a/zc706.yaml"), "two of the same name"),
        (("--device", DEVICE, "--accuracy", tmp_path / "none.csv"), "No such file"),
        (("--queries", 0), "--queries: expected 1 to 15625"),
    ]:
        done = search(*arguments)
        assert done.returncode == 2
        assert said in done.stderr
    done = search("--device", DEVICE, "--max-latency", 0.001)
    assert done.returncode == 0
    assert "regularised evolution: nothing meets the limit" in done.stdout
