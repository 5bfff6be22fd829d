"""The page of what a command wrote: what `--html` of the program goes on as."""

from __future__ import annotations

import argparse

from tilewise.command_line import Parser
from tilewise.commands import exit_code
from tilewise.report.pages import write_page


def main(arguments: list[str]) -> int:
    """Writes the page; returns the exit code. Raises InputError."""
    given = _parser().parse_args(arguments)
    return exit_code(lambda: _run(given))


def _run(given: argparse.Namespace) -> int:
    write_page(given.source, given.html, given.accuracy)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="tilewise report")
    add = parser.add_argument
    add("source", help="the folder of a command, or JSON of cost or map: a file, or - for stdin")
    add("--html", required=True, help="the page")
    add("--accuracy", help="CSV file index,accuracy or dataset,index,accuracy of a sweep")
    return parser
