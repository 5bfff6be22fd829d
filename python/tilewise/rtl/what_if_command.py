"""What the program's `tilewise fpga what-if --verify` goes on as."""

from __future__ import annotations

import argparse

from tilewise.command_line import Parser
from tilewise.commands import exit_code
from tilewise.rtl.what_if import Question, verified
from tilewise.rtl.what_if_report import csv_of, json_of, text_of
from tilewise.terminal import wiped_line

_FORMATS = {"table": text_of, "json": json_of, "csv": csv_of}
_OF_QUESTION = ("--device", "--layer", "--network", "--batch", "--depth", "--add-latency")


def main(arguments: list[str]) -> int:
    """Verifies and prints; returns the exit code: 1 where an engine has a wrong word or moves other
    words over its port than the model says. Raises InputError."""
    given = _parser().parse_args(arguments)
    return exit_code(lambda: _run(given), "interrupted")


def _run(given: argparse.Namespace) -> int:
    words: list[str] = []
    for option in _OF_QUESTION:
        value = getattr(given, option[2:].replace("-", "_"))
        if value is not None:
            words += [option, value]
    for change in given.change:
        words += ["--change", change]
    batch = None if given.batch is None else int(given.batch)
    question = Question(given.device, given.layer, given.network, batch, words)
    with wiped_line() as progress:
        answer = verified(question, given.limit, given.threads, progress)
    print(_FORMATS[given.format](answer).rstrip("\n"))
    runs = [row.run for row in answer.rows if row.run]
    return 0 if all(run.wrong == 0 and run.words_agree for run in runs) else 1


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="tilewise fpga what-if")
    add = parser.add_argument
    for option in _OF_QUESTION:
        add(option)
    add("--change", action="append", default=[])
    add("--limit", type=int, default=3600)
    add("--threads", type=int, default=0)
    add("--format", choices=_FORMATS, default="table")
    return parser
