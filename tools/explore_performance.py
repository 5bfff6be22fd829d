#!/usr/bin/env python3
"""Measure explorations of whole grids and write them into docs/development/performance.md.

Usage: tools/explore_performance.py [--build FOLDER] [--study NAME] [--sample N]

Build the release preset first and leave the machine alone meanwhile (10 to 20 minutes a study). The
section of the study is replaced, the rest of the page stays; default: that of each. --sample takes
so many configurations, drawn from the grid, and the section says what the whole would take by
proportion.
"""

import argparse
import dataclasses
import pathlib
import re
import tempfile

from performance import PAGE, ROOT, at_most, machine, run, table, yes

COMMAND = "tools/explore_performance.py"
MOST_MIB = 1024
LEAST_SPEEDUP = 1.8
PAIR = 20  # configurations of the comparison of threads
ROUNDS = 2


@dataclasses.dataclass(frozen=True)
class Grid:
    """A study of configs/study that is run whole."""

    study: str
    heading: str  # of its section
    configurations: int
    layers: int
    most_seconds: int
    compares_threads: bool

    @property
    def path(self):
        return ROOT / "configs" / "study" / f"{self.study}.yaml"


GRIDS = (
    Grid("eyeriss_grid", "## Exploration", 10_000, 24, 4 * 60, True),
    Grid("edge_grid", "## Exploration of a free design", 1_000, 37, 15 * 60, False),
)


def explore(program, study, threads, folder):
    """Explores into a new folder: the run, and how many configurations and layers."""
    out = folder / f"out{len(list(folder.iterdir()))}"
    job = run(program, ["explore", str(study), "--threads", str(threads), "--out", str(out)])
    text = (out / "run.yaml").read_text()
    counted = {
        name: int(re.search(rf"^ +{name}: (\d+)$", text, re.MULTILINE).group(1))
        for name in ("all", "costed", "mapped")
    }
    return job, counted


def sampled(grid, folder, count):
    """The study with a sample of its grid."""
    study = folder / f"sample{count}.yaml"
    study.write_text(grid.path.read_text() + f"sample: {{count: {count}, seed: 1}}\n")
    return study


def speedup(grid, program, folder):
    """The best times of one and of two threads, which take turns."""
    study = sampled(grid, folder, PAIR)
    best = {1: float("inf"), 2: float("inf")}
    for _ in range(ROUNDS):
        for threads in best:
            seconds = explore(program, study, threads, folder)[0].seconds
            best[threads] = min(best[threads], seconds)
    return best


def rows_of_threads(grid, program, folder):
    """What two threads are worth, in a sentence and a row; nothing where it is not compared."""
    if not grid.compares_threads:
        return "", []
    pair = speedup(grid, program, folder)
    ratio = pair[1] / pair[2]
    said = (
        f" Threads: {PAIR} of the configurations, the best of {ROUNDS} runs each, in turn:"
        f" {pair[1]:.1f} s and {pair[2]:.1f} s."
    )
    return said, [
        (
            "two threads over one",
            f">= {LEAST_SPEEDUP}",
            f"{ratio:.2f}",
            yes(ratio >= LEAST_SPEEDUP),
        )
    ]


def section(grid, program, sample):
    """The lines of the section."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        threads_said, threads_rows = rows_of_threads(grid, program, folder)
        study = sampled(grid, folder, sample) if sample else grid.path
        job, counted = explore(program, study, 2, folder)
    whole = grid.configurations / counted["all"] * job.seconds
    wall = at_most(whole, grid.most_seconds, lambda seconds: f"{seconds:.0f} s")
    of_sample = f" ({job.seconds:.0f} s for a sample of {sample}, by proportion)" if sample else ""
    memory = at_most(job.peak_mib, MOST_MIB, lambda mib: f"{mib:.0f} MiB")
    rows = [
        ("figure", "target", "measured", "reached"),
        (f"wall time with 2 threads{of_sample}", *wall),
        ("peak memory", *memory),
        ("layers a second", "-", f"{counted['mapped'] / job.seconds:.0f}", "-"),
        *threads_rows,
    ]
    return [
        grid.heading,
        f"Made by `{COMMAND} --study {grid.study}` on {machine()}."
        f" `tilewise explore {grid.study} --threads 2`, {grid.configurations} configurations on"
        f" {grid.layers} layers, of which {counted['all']} were run ({counted['costed']} costed):"
        f" {counted['mapped']} exact searches of a layer, tables and plots.{threads_said}",
        "",
        *table(rows),
    ]


def replaced(page, heading, lines):
    """The page with these lines as the section below the heading."""
    before, _, rest = page.partition(f"\n{heading}\n")
    _, following, after = rest.partition("\n## ")
    return before.rstrip("\n") + "\n\n" + "\n".join(lines) + "\n" + following + after


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--study", choices=[grid.study for grid in GRIDS], help="default: each")
    parser.add_argument("--sample", type=int, default=0, help="configurations; default: all")
    options = parser.parse_args()
    for grid in GRIDS:
        if options.study in (None, grid.study):
            lines = section(grid, options.build.resolve() / "tilewise", options.sample)
            PAGE.write_text(replaced(PAGE.read_text(), grid.heading, lines))


if __name__ == "__main__":
    main()
