"""Searches and co-designs on a Dask cluster: what one machine writes."""

import os
import subprocess
import sys

import pytest
import tilewise
from conftest import needs, run
from tilewise.study_search import run as study_search

pytest.importorskip("distributed")
from cluster_studies import (  # noqa: E402
    COMMAND,
    STUDY,
    files,
    new_client,  # noqa: F401
    rows,
    study_file,  # noqa: F401
    three_workers,  # noqa: F401
)
from tilewise import cluster  # noqa: E402


@pytest.mark.parametrize(
    "method", ["random", "evolution", pytest.param("tpe", marks=needs("optuna"))]
)
def test_what_a_search_proposes_is_costed_on_workers(method, study, client, tmp_path, monkeypatch):
    monkeypatch.setattr(study_search, "POPULATION", 12)
    searched = study.parent / "searched.yaml"
    searched.write_text(STUDY + f"search: {{method: {method}, evaluations: 30, seed: 4}}\n")
    alone = tilewise.explore(searched, tmp_path / "alone")
    told = []

    def stop(_, share):
        told.append(share)
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cluster.explore(searched, tmp_path / "out", client, seconds_per_task=0.02, progress=stop)
    assert told == sorted(told)
    kept = len(rows(tmp_path / "out"))
    assert 0.3 * 90 < kept < 90
    front = cluster.explore(searched, tmp_path / "out", client, seconds_per_task=0.02)
    assert front.equals(alone)
    assert front.attrs["layers_mapped"] == 90 - kept
    assert files(tmp_path / "out") == files(tmp_path / "alone")
    assert rows(tmp_path / "out") == rows(tmp_path / "alone")


def test_the_command_searches_as_the_program_does(study, workers, tmp_path):
    searched = study.parent / "random.yaml"
    searched.write_text(STUDY + "search: {method: random, evaluations: 10}\n")
    done = subprocess.run(
        [COMMAND, searched, "--out", tmp_path / "out", "--scheduler", workers.scheduler_address],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    environment = os.environ | {"TILEWISE_PYTHON": sys.executable}
    program = run("explore", searched, "--out", tmp_path / "again", environment=environment)
    assert done.stdout == program.stdout
    assert files(tmp_path / "out") == files(tmp_path / "again")


CODESIGN = """
name: two
architecture: eyeriss
parameters: {parameters.pe_columns: [14, 28]}
workloads: [{space: nasbench201, dataset: cifar10, distinct: true}]
objectives: [latency, energy, area]
"""


@pytest.fixture(scope="module")
def paired(tmp_path_factory):
    """A study for a space, and what the command writes of it on this machine."""
    folder = tmp_path_factory.mktemp("codesign")
    path = folder / "two.yaml"
    path.write_text(CODESIGN)
    assert codesigned(path, folder / "alone") == (0, "")
    return path, folder / "alone"


def codesigned(path, out, *more):
    done = subprocess.run(
        [sys.executable, "-m", "tilewise", "codesign", "--space", "nasbench201", "--study", path,
         "--out", out, *more],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_a_codesign_on_workers_writes_what_this_machine_does(paired, workers, tmp_path):
    path, alone = paired
    address = workers.scheduler_address
    assert codesigned(path, tmp_path / "both", "--scheduler", address) == (0, "")
    for name in ("codesign.csv", "separation.csv", "study/all.csv", "study/layers.csv"):
        assert (tmp_path / "both" / name).read_bytes() == (alone / name).read_bytes()
    assert rows(tmp_path / "both" / "study") == rows(alone / "study")
