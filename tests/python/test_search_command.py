"""`tilewise search` says, writes and refuses what `tilewise.search` does."""

import json
import pathlib
import subprocess
import sys

import pandas as pd
import pytest
import tilewise
from conftest import PROGRAM
from search_accuracy import made_up_accuracy
from tilewise.__main__ import main

DEVICE = "hwnasbench-zc706"


@pytest.fixture
def command(tmp_path, monkeypatch, capfd):
    """Runs the command in a folder of its own; exit code, standard output and error stream."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["tilewise", "search", *map(str, arguments)])
        code = main()
        return (code, *capfd.readouterr())

    return run


@pytest.fixture(scope="module")
def accuracy(tmp_path_factory):
    """A file of made-up accuracies by index."""
    space = tilewise.space("nasbench201")
    made = [made_up_accuracy(space.arch_str(index)) for index in range(space.size)]
    path = tmp_path_factory.mktemp("accuracy") / "accuracy.csv"
    pd.Series(made, name="accuracy").to_csv(path, index_label="index")
    return path


def test_the_command_finds_what_the_function_finds(accuracy, command, tmp_path):
    arguments = (
        "nasbench201", "--device", DEVICE, "--accuracy", accuracy, "--constraint", "latency_ms=4",
        "--evaluations", 90, "--seed", 3, "--output", "front.csv", "--history", "history.csv",
    )  # fmt: skip
    found = tilewise.search(
        "nasbench201", devices=DEVICE, accuracy=accuracy, constraints={"latency_ms": 4},
        evaluations=90, seed=3,
    )  # fmt: skip
    code, text, said = command(*arguments)
    assert (code, said) == (0, "")
    assert text.startswith(found.summary())
    rows = text.removeprefix(found.summary()).splitlines()[2:]
    assert [row.split()[-1] for row in rows] == found.front["candidate"].tolist()
    assert (tmp_path / "front.csv").read_text() == found.front.to_csv(index=False)
    assert (tmp_path / "history.csv").read_text() == found.history.to_csv(index=False)
    printed = json.loads(command(*arguments, "--json")[1])
    assert printed["front"] == found.front.to_dict("records")
    assert (printed["evaluated"], printed["infeasible"]) == (90, found.infeasible)
    assert printed["asked"]["seed"] == 3


def test_the_command_goes_on_from_its_state(accuracy, command, tmp_path):
    arguments = ("nasbench201", "--device", DEVICE, "--accuracy", accuracy, "--state", "s.jsonl")
    assert command(*arguments, "--evaluations", 60)[0] == 0
    lines = (tmp_path / "s.jsonl").read_text()
    whole = command(*arguments, "--evaluations", 80)
    assert (tmp_path / "s.jsonl").read_text().startswith(lines)
    (tmp_path / "s.jsonl").unlink()
    assert command(*arguments, "--evaluations", 80) == whole


def test_the_command_refuses_in_a_line_and_writes_nothing(command, tmp_path):
    asked = ("nasbench201", "--device", DEVICE, "--accuracy", "macs", "--evaluations", 5)
    (tmp_path / "mine.csv").write_text("a,b\n1,2\n")
    for arguments, said in [
        (("--objective", "latency"), "objectives: latency: unknown; did you mean latency_ms?"),
        (("--constraint", "latency_ms"), "--constraint latency_ms: expected WORD=NUMBER"),
        (("--constraint", "macs=1", "--constraint", "macs=2"), "macs has a limit already"),
        (("--accuracy", "none.csv"), "none.csv: No such file"),
        (("--output", "mine.csv"), "mine.csv: holds no table of a search; name another file"),
        (("--history", "none/h.csv"), "none/h.csv: no such folder; make it first"),
        (("--evaluations", 0), "evaluations: 0: expected a whole number from 1 on"),
    ]:
        code, text, error = command(*asked, "--output", "front.csv", *arguments)
        assert (code, text) == (2, "")
        assert error.startswith("error: ") and error.count("\n") == 1 and said in error
    assert [each.name for each in tmp_path.iterdir()] == ["mine.csv"]
    assert (tmp_path / "mine.csv").read_text() == "a,b\n1,2\n"


def test_the_program_hands_over_to_the_package(monkeypatch):
    def helped():
        return subprocess.run([PROGRAM, "search", "--help"], capture_output=True, text=True)

    monkeypatch.setenv("PATH", str(pathlib.Path(sys.executable).parent))
    done = helped()
    assert done.returncode == 0 and done.stdout.startswith("usage: tilewise search")
    assert "examples:\n  tilewise search nasbench201" in done.stdout
    monkeypatch.setenv("PATH", "")
    done = helped()
    assert done.returncode == 2
    assert done.stderr.startswith("error: search: needs the Python package")
