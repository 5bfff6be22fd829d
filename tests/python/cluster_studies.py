"""A study for a Dask cluster of processes on loopback, and what is compared of its files."""

import logging
import pathlib
import sqlite3
import sys
import time

import distributed
import pytest
from conftest import run

COMMAND = pathlib.Path(sys.executable).parent / "tilewise-cluster"

# 96 configurations of 3 layers, a search of milliseconds each.
STUDY = """\
architecture: two_level
parameters:
  levels[Buffer].capacity: [2 KiB .. 64 KiB, x2]
  levels[DRAM].bandwidth: [4 bit/cycle .. 32 bit/cycle, x2]
  compute.energy: [1 pJ, 2 pJ, 3 pJ, 4 pJ]
workloads:
  - {layer: a.yaml}
  - {layer: b.yaml}
  - {layer: c.yaml, weight: 2}
objectives: [latency, energy]
"""
LAYERS = {
    "a.yaml": "{op: convolution, dims: {M: 16, C: 24, P: 12, Q: 12, R: 3, S: 3}}\n",
    "b.yaml": "{op: convolution, dims: {M: 24, C: 24, P: 12, Q: 12, R: 1, S: 1}}\n",
    "c.yaml": "{op: convolution, dims: {M: 12, C: 12, P: 14, Q: 14, R: 5, S: 5}}\n",
}
TASKS = 3 * 96


@pytest.fixture(scope="module", name="workers")
def three_workers():
    """Three worker processes on loopback, which their nannies start again when they die."""
    with distributed.LocalCluster(
        n_workers=3,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
    ) as made:
        yield made


@pytest.fixture(name="client")
def new_client(workers):
    with distributed.Client(workers) as made:
        made.wait_for_workers(3, timeout=30)
        yield made


@pytest.fixture(scope="module", name="study")
def study_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    for name, text in {"study.yaml": STUDY, **LAYERS}.items():
        (folder / name).write_text(text)
    return folder / "study.yaml"


@pytest.fixture(scope="module", name="whole")
def whole_files(study, tmp_path_factory):
    """What the program writes on this machine."""
    out = tmp_path_factory.mktemp("whole") / "out"
    done = run("explore", study, "--out", out)
    assert done.returncode == 0, done.stderr
    return files(out)


def files(out):
    """The files that depend on the study alone."""
    found = {
        str(path.relative_to(out)): path.read_bytes()
        for path in pathlib.Path(out).rglob("*")
        if path.suffix in (".csv", ".svg") or path.parent.name == "architectures"
    }
    assert {"all.csv", "pareto.csv", "layers.csv", "front_latency_energy.svg"} <= set(found)
    return found


def rows(out):
    """All that a store holds of layers, in the order of their keys."""
    store = sqlite3.connect(f"file:{out}/results.sqlite?mode=ro", uri=True)
    try:
        return store.execute("SELECT * FROM layer ORDER BY configuration, layer").fetchall()
    finally:
        store.close()


def wait_for_rows(out, count):
    """Until a store holds so many layers."""
    for _ in range(600):
        try:
            if len(rows(out)) >= count:
                return
        except sqlite3.OperationalError:
            pass
        time.sleep(0.05)
    raise TimeoutError(out)
