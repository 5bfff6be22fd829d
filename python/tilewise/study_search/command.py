"""What the program's `tilewise explore` goes on as where a study is searched."""

from __future__ import annotations

import argparse
import pathlib
import time

from tilewise.command_line import Parser
from tilewise.commands import exit_code
from tilewise.explorations import open_run
from tilewise.study_search.run import search
from tilewise.terminal import progress_line


def main(arguments: list[str]) -> int:
    """Explores and prints as the program would; returns the exit code. Raises InputError."""
    given = _parser().parse_args(arguments)
    return exit_code(lambda: _run(given), "interrupted; the same command goes on")


def _run(given: argparse.Namespace) -> int:
    run = open_run(
        given.study, given.out, given.store, given.threads, given.schedule, given.orders,
        given.csv_guard == "on",
    )  # fmt: skip
    began = time.monotonic()
    search(run, progress_line())
    run.write(given.command, time.monotonic() - began)
    if given.format == "csv":
        text = (pathlib.Path(run.folder) / "pareto.csv").read_text(encoding="utf-8")
    else:
        text = run.summary(json=given.format == "json")
    print(text, end="", flush=True)
    if given.html:
        from tilewise.report.pages import write_page  # needed by pages alone

        write_page(run.folder, given.html)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="tilewise explore")
    add = parser.add_argument
    add("study")
    add("--out", required=True)
    add("--as", dest="command", required=True, help="the command line, for run.yaml")
    add("--threads", type=int, default=0)
    add("--format", default="table")
    add("--csv-guard", default="on")
    for option in ("--store", "--schedule", "--orders", "--html"):
        add(option)
    return parser
