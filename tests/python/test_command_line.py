"""Command lines of the package: what is written wrongly is refused in one line."""

import importlib

import pytest
from tilewise import cluster_command
from tilewise.__main__ import COMMANDS
from tilewise.command_line import Parser

#: What stands before the options of each command, and the word that its errors begin with.
BEGINNINGS = {
    "dataset": (["build"], "tilewise dataset build"),
    "search": ([], "tilewise search"),
    "codesign": ([], "tilewise codesign"),
    "report-page": ([], "tilewise report"),
    "fpga generate": (["generate"], "tilewise fpga generate"),
    "fpga simulate": (["simulate"], "tilewise fpga simulate"),
    "fpga synthesise": (["synthesise"], "tilewise fpga synthesise"),
    "verify-what-if": ([], "tilewise fpga what-if"),
    "search-study": ([], "tilewise explore"),
}


@pytest.fixture
def refused(capfd):
    """What a command says before it ends with exit code 2."""

    def of(main, *arguments):
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        assert ended.value.code == 2
        said = capfd.readouterr()
        assert said.out == "" and said.err.count("\n") == 1
        return said.err.strip()

    return of


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_names_an_unknown_option_before_what_is_missing(command, refused):
    main = importlib.import_module(COMMANDS[command]).main
    words, name = BEGINNINGS[command]
    said = refused(main, *words, "--zebra=1")
    assert said == f"error: {name}: unknown option --zebra; {name} --help tells more"


def test_the_nearest_known_option_is_asked_for(refused):
    search = importlib.import_module(COMMANDS["search"]).main
    for typed in ("--acuracy", "--accuracy_", "--acc"):
        said = refused(search, "nasbench201", typed, "a.csv")
        assert f"unknown option {typed}; did you mean --accuracy?; tilewise search" in said
    said = refused(cluster_command.main, "study", "--outt", "out")
    assert "tilewise-cluster: unknown option --outt; did you mean --out?" in said


def test_an_unknown_command_is_told_of_those_that_there_are(refused):
    main = importlib.import_module(COMMANDS["dataset"]).main
    said = refused(main, "buidl", "--out", "x")
    assert "unknown command buidl; there are: build, check, show; did you mean build?" in said
    said = refused(main, "build", "nasbench201")
    assert "the following arguments are required: --out" in said


def test_values_may_look_like_options():
    parser = Parser(prog="p")
    parser.add_argument("--low", type=float)
    parser.add_argument("--text")
    parser.add_argument("source", nargs="?")
    parser.add_argument("others", nargs="*")
    assert parser.parse_args(["--low", "-1.5"]).low == -1.5
    assert parser.parse_args(["--text=--x"]).text == "--x"
    assert parser.parse_args(["-"]).source == "-"
    assert parser.parse_args(["--", "--x"]).source == "--x"
