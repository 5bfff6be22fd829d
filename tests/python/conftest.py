"""What the tests share: the program of the package, which the package must agree with."""

import importlib.util
import json
import pathlib
import subprocess

import pytest
import tilewise
from dataset_specs import BLOCK_READERS, FBNET, READERS, SAMPLE_READERS, SPEC

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(tilewise.__file__).parent / "bin" / "tilewise"


def run(*arguments, folder=None, environment=None):
    """Runs the program; its standard output, error stream and exit code."""
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=folder, env=environment,
    )  # fmt: skip


def needs(library):
    """Marks a test that is skipped where a library is missing."""
    missing = importlib.util.find_spec(library) is None
    return pytest.mark.skipif(missing, reason=f"{library} not found")


def built(name, spec, what):
    """A fixture: the folder of a data set, built once."""

    @pytest.fixture(scope="session", name=f"{name}_folder")
    def folder_of(tmp_path_factory):
        folder = tmp_path_factory.mktemp("dataset") / name
        tilewise.dataset.build(spec, folder, threads=1)
        return folder

    folder_of.__doc__ = what
    return folder_of


small_folder = built("small", SPEC, "A data set of NAS-Bench-201.")
fbnet_folder = built("fbnet", FBNET, "A data set of FBNet.")
readers_folder = built("readers", READERS, "NAS-Bench-201 in formats that hold all of it.")
sample_folder = built("sample", SAMPLE_READERS, "A part of it in the formats of other projects.")
block_readers_folder = built("block_readers", BLOCK_READERS, "FBNet in these formats.")


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
