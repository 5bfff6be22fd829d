"""The example runs, and what it finds is what it says."""

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
        capture_output=True, text=True, check=False, cwd=folder, timeout=120,
    )  # fmt: skip


def found(text):
    """Index and score of the best of each method."""
    said = re.findall(r"candidates by (\w+), .*?\n  index (\d+), score (.*?)\n", text, re.DOTALL)
    return {method: (int(index), float(score.replace(",", ""))) for method, index, score in said}


@pytest.fixture(scope="module")
def costs():
    return tilewise.sweep("nasbench201", ["cifar10"], [DEVICE, "zc706"])


def test_both_searches_meet_the_limit_and_report_every_device(costs):
    done = search("--device", DEVICE, "--device", "zc706", "--max-latency", 3, "--seed", 1)
    assert done.returncode == 0, done.stderr
    assert "NOT an accuracy" in done.stdout
    best = found(done.stdout)
    assert list(best) == ["random", "evolution"]
    for index, score in best.values():
        row = costs.iloc[index]
        assert row[f"{DEVICE}_latency_ms"] <= 3
        assert score == pytest.approx(row["macs"], rel=1e-5)
        assert row["arch_str"] in done.stdout
        for device in (DEVICE, "zc706"):
            assert f"{device}_latency {row[f'{device}_latency_ms']:.6g} ms" in done.stdout
            assert f"{device}_energy {row[f'{device}_energy_mJ']:.6g} mJ" in done.stdout


def test_the_limit_is_the_median_of_the_device_and_a_seed_gives_the_same_text(costs):
    arguments = ("--device", DEVICE, "--queries", 60, "--seed", 4)
    first = search(*arguments)
    assert first.returncode == 0, first.stderr
    assert first.stdout == search(*arguments).stdout
    median = costs[f"{DEVICE}_latency_ms"].median()
    assert f"constraint: {DEVICE}:latency_ms at most {median:g}" in first.stdout


def test_given_accuracies_decide(costs, tmp_path):
    generator = np.random.default_rng(1)
    known = costs[["index", "dataset"]].assign(accuracy=0.0)
    known["accuracy"] = generator.uniform(10, 90, len(known)).round(3)
    known.to_csv(tmp_path / "accuracy.csv", index=False)
    done = search(
        "--device", DEVICE, "--accuracy", "accuracy.csv", "--queries", 2000,
        "--max-latency", 2.5, folder=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "accuracy: accuracy of accuracy.csv" in done.stdout
    fast = known[costs[f"{DEVICE}_latency_ms"] <= 2.5].set_index("index")["accuracy"]
    for index, score in found(done.stdout).values():
        assert score == pytest.approx(fast[index])
        assert score <= fast.max()


def test_mistakes_are_refused_and_a_limit_that_nothing_meets_is_said(tmp_path):
    (tmp_path / "a.csv").write_text("index,accuracy\n0,50\n1,good\n")
    for arguments, said in [
        (("--device", "nothing"), "error: nothing: no such file"),
        (("--device", "zc706", "--device", "a/zc706.yaml"), "two of the same name"),
        (("--device", DEVICE, "--accuracy", tmp_path / "a.csv"), "a.csv:3: 'good': expected"),
        (("--device", DEVICE, "--queries", 0), "evaluations: 0: expected a whole number"),
    ]:
        done = search(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
    done = search("--device", DEVICE, "--max-latency", 0.001)
    assert done.returncode == 0
    assert done.stdout.count("nothing meets the limit") == 2
