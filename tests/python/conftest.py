"""What the tests share: the program of the package, which the package must agree with."""

import json
import pathlib
import subprocess

import pytest
import tilewise
from dataset_specs import BLOCK_READERS, FBNET, READERS, SAMPLE_READERS, SPEC

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(tilewise.__file__).parent / "bin" / "tilewise"


def run(*arguments, folder=None):
    """Runs the program; its standard output, error stream and exit code."""
    return subprocess.run(
        [PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=folder
    )


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory):
    """A data set of NAS-Bench-201."""
    folder = tmp_path_factory.mktemp("dataset") / "small"
    tilewise.dataset.build(SPEC, folder, threads=1)
    return folder


@pytest.fixture(scope="session")
def fbnet_folder(tmp_path_factory):
    """A data set of FBNet."""
    folder = tmp_path_factory.mktemp("dataset") / "fbnet"
    tilewise.dataset.build(FBNET, folder, threads=1)
    return folder


@pytest.fixture(scope="session")
def readers_folder(tmp_path_factory):
    """A data set of NAS-Bench-201 in formats that hold all of it."""
    folder = tmp_path_factory.mktemp("dataset") / "readers"
    tilewise.dataset.build(READERS, folder, threads=1)
    return folder


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory):
    """A data set of a part of NAS-Bench-201 in the formats of other projects."""
    folder = tmp_path_factory.mktemp("dataset") / "sample"
    tilewise.dataset.build(SAMPLE_READERS, folder, threads=1)
    return folder


@pytest.fixture(scope="session")
def block_readers_folder(tmp_path_factory):
    """A data set of FBNet in the formats of other projects."""
    folder = tmp_path_factory.mktemp("dataset") / "block_readers"
    tilewise.dataset.build(BLOCK_READERS, folder, threads=1)
    return folder


@pytest.fixture
def ask():
    """What the program prints as JSON."""

    def asked(*arguments):
        done = run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return asked


@pytest.fixture
def refusal():
    """What the program says when it refuses."""

    def refused(*arguments):
        done = run(*arguments)
        assert done.returncode == 2
        return done.stderr.removeprefix("error: ").strip()

    return refused
