"""What the program's `tilewise explore` goes on as where a study is searched."""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
import time

from tilewise.explorations import open_run
from tilewise.study_search.run import search
from tilewise.terminal import progress_line

_INTERRUPTED = 130  # exit code: the user pressed Ctrl-C


def main(arguments: list[str]) -> int:
    """Explores and prints as the program would; returns the exit code. Raises InputError."""
    given = _parser().parse_args(arguments)
    try:
        return _run(given)
    except KeyboardInterrupt:
        print("error: interrupted; the same command goes on", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:  # whoever reads has enough; Python flushes once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(given: argparse.Namespace) -> int:
    run = open_run(given.study, given.out, given.store, given.threads, given.schedule, given.orders)
    began = time.monotonic()
    search(run, progress_line())
    run.write(given.command, time.monotonic() - began)
    if given.format == "csv":
        text = (pathlib.Path(run.folder) / "pareto.csv").read_text(encoding="utf-8")
    else:
        text = run.summary(json=given.format == "json")
    print(text, end="", flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tilewise explore")
    add = parser.add_argument
    add("study")
    add("--out", required=True)
    add("--as", dest="command", required=True, help="the command line, for run.yaml")
    add("--threads", type=int, default=0)
    add("--format", default="table")
    for option in ("--store", "--schedule", "--orders"):
        add(option)
    return parser
