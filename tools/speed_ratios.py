#!/usr/bin/env python3
"""Measure what users gain by one way of asking over another: ratios of processor time, which hold
on any machine. Prints the table of docs/performance.md, or writes it there.

Usage: tools/speed_ratios.py [--program PROGRAM] [--only NAME] [--write]

About two minutes of one core. Each command runs with one thread in a new folder.
"""

import argparse
import dataclasses
import itertools
import pathlib
import shutil
import sys
import tempfile

from performance import ROOT, run, table

PAGE = ROOT / "docs" / "performance.md"
HEADING = "## The ratios"
STUDY = """
architecture: eyeriss
parameters:
  parameters.buffer: [32 KiB .. 256 KiB, x2]
  parameters.psum_spad_words: [16, 24, 32]
workloads:
  - {network: resnet18}
objectives: [edp, area]
"""
FILES = {"grid.yaml": STUDY, "grid_alone.yaml": STUDY + "prune: true\n"}
SWEEP = "sweep nasbench201 --dataset cifar10 --device zc706 --out space"
# Not as a table: beneath one a search tells what a schedule would save.
COST = "cost resnet18 --device eyeriss --json --store kept"
GRID = "explore grid.yaml --out grid"


@dataclasses.dataclass
class Pair:
    """What takes long, what is asked instead, and what of it is run before and not measured."""

    name: str
    long: str
    short: str
    before_short: str = ""


# A ratio is the time of the first command over that of the second.
PAIRS = [
    Pair(
        "all 15,625 networks of a space, over one of them",
        SWEEP,
        "space nasbench201 --index 9930 --dataset cifar10 --device zc706",
    ),
    Pair("a space, over the same from its store", SWEEP, SWEEP, SWEEP),
    Pair("a network, over the same from its store", COST, COST, COST),
    Pair("a study, over the same from its store", GRID, GRID, GRID),
    Pair(
        "configurations one by one, over in families",
        "explore grid_alone.yaml --out alone",
        GRID,
    ),
    Pair(
        "a search over all loop bounds, over one over divisors",
        "cost alexnet --device weight_stationary --json",
        "cost alexnet --device weight_stationary --json --factors divisors",
    ),
]


def seconds(program, command, before=""):
    """Processor time of a command in a folder of its own, after another one."""
    with tempfile.TemporaryDirectory() as name:
        for file, text in FILES.items():
            (pathlib.Path(name) / file).write_text(text)
        for each in filter(None, [before, command]):
            ran = run(program, [*each.split(), "--threads", "1"], folder=name)
    return ran.cpu_seconds


def readable(ratio):
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


def rows_of(program, pairs):
    rows = [("what", "ratio", "the first", "the second")]
    for pair in pairs:
        long = seconds(program, pair.long)
        short = seconds(program, pair.short, pair.before_short)
        again = ", again" if pair.before_short else ""
        commands = (f"`tilewise {pair.long}`", f"`tilewise {pair.short}`{again}")
        rows.append((pair.name, readable(long / short), *commands))
    return rows


def replaced(page, lines):
    """The page with these lines as the table below the heading of the ratios."""
    before, heading, rest = page.partition(f"{HEADING}\n")
    if not heading:
        sys.exit(f"{PAGE.name}: has no heading {HEADING}")
    after = itertools.dropwhile(lambda line: line.startswith("|"), rest.splitlines(keepends=True))
    return before + heading + "\n".join(lines) + "\n" + "".join(after)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=shutil.which("tilewise"), help="default: in $PATH")
    parser.add_argument("--only", default="", help="pairs whose name has this text")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    options = parser.parse_args()
    if not options.program:
        sys.exit("no tilewise in $PATH: name it by --program")
    program = pathlib.Path(options.program).resolve()
    pairs = [pair for pair in PAIRS if options.only in pair.name]
    lines = table(rows_of(program, pairs))
    if options.write:
        PAGE.write_text(replaced(PAGE.read_text(), lines))
    else:
        print("\n".join(lines))


if __name__ == "__main__":
    main()
