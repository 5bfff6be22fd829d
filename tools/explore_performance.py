#!/usr/bin/env python3
"""Measure an exploration of 10,000 configurations and write it into
docs/development/performance.md.

Usage: tools/explore_performance.py [--build FOLDER] [--sample N]

Build the release preset first and leave the machine alone meanwhile (about 10 minutes). The section
"Exploration" of the page is replaced, the rest stays. --sample takes so many configurations, drawn
from the grid, and the section says what the whole would take by proportion.
"""

import argparse
import pathlib
import re
import tempfile

from performance import PAGE, ROOT, at_most, machine, run, table, yes

STUDY = ROOT / "configs" / "study" / "eyeriss_grid.yaml"
HEADING = "## Exploration"
COMMAND = "tools/explore_performance.py"
MOST_SECONDS = 4 * 60
MOST_MIB = 1024
LEAST_SPEEDUP = 1.8
GRID = 10_000  # configurations of the study
PAIR = 20  # configurations of the comparison of threads
ROUNDS = 2


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


def sampled(folder, count):
    """The study with a sample of its grid."""
    study = folder / f"sample{count}.yaml"
    study.write_text(STUDY.read_text() + f"sample: {{count: {count}, seed: 1}}\n")
    return study


def speedup(program, folder):
    """The best times of one and of two threads, which take turns."""
    study = sampled(folder, PAIR)
    best = {1: float("inf"), 2: float("inf")}
    for _ in range(ROUNDS):
        for threads in best:
            seconds = explore(program, study, threads, folder)[0].seconds
            best[threads] = min(best[threads], seconds)
    return best


def section(program, sample):
    """The lines of the section."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        pair = speedup(program, folder)
        study = sampled(folder, sample) if sample else STUDY
        job, counted = explore(program, study, 2, folder)
    ratio = pair[1] / pair[2]
    whole = GRID / counted["all"] * job.seconds
    wall = at_most(whole, MOST_SECONDS, lambda seconds: f"{seconds:.0f} s")
    of_sample = f" ({job.seconds:.0f} s for a sample of {sample}, by proportion)" if sample else ""
    memory = at_most(job.peak_mib, MOST_MIB, lambda mib: f"{mib:.0f} MiB")
    rows = [
        ("figure", "target", "measured", "reached"),
        (f"wall time with 2 threads{of_sample}", *wall),
        ("peak memory", *memory),
        ("layers a second", "-", f"{counted['mapped'] / job.seconds:.0f}", "-"),
        (
            "two threads over one",
            f">= {LEAST_SPEEDUP}",
            f"{ratio:.2f}",
            yes(ratio >= LEAST_SPEEDUP),
        ),
    ]
    return [
        HEADING,
        f"Made by `{COMMAND}` on {machine()}. `tilewise explore eyeriss_grid --threads 2`, {GRID}"
        f" configurations on 24 layers, of which {counted['all']} were run ({counted['costed']}"
        f" costed): {counted['mapped']} exact searches of a layer, tables and plots."
        f" Threads: {PAIR} of the configurations,",
        f"the best of {ROUNDS} runs each, in turn: {pair[1]:.1f} s and {pair[2]:.1f} s.",
        "",
        *table(rows),
    ]


def replaced(page, lines):
    """The page with these lines as its section."""
    kept = page.partition(f"\n{HEADING}\n")[0].rstrip("\n")
    return kept + "\n\n" + "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--sample", type=int, default=0, help="configurations; default: all")
    options = parser.parse_args()
    lines = section(options.build.resolve() / "tilewise", options.sample)
    PAGE.write_text(replaced(PAGE.read_text(), lines))


if __name__ == "__main__":
    main()
