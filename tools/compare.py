#!/usr/bin/env python3
"""Print the ratios between two outputs of Google Benchmark.

Usage: tools/compare.py BEFORE.json AFTER.json

Make the files with `tilewise_bench --benchmark_out=FILE --benchmark_out_format=json`. With
--benchmark_repetitions the medians are compared. A ratio below 1 is faster.
"""

import json
import pathlib
import sys

NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}


def times(path):
    """The CPU time in nanoseconds of each benchmark in a file: its median where it was repeated."""
    runs = json.loads(pathlib.Path(path).read_text())["benchmarks"]
    found = {}
    for run in runs:
        name = run.get("run_name", run["name"])
        aggregate = run.get("aggregate_name")
        if aggregate == "median" or (aggregate is None and name not in found):
            found[name] = run["cpu_time"] * NANOSECONDS[run["time_unit"]]
    return found


def readable(nanoseconds):
    """The time in the largest unit that leaves at least 1."""
    unit = max(
        (u for u in NANOSECONDS if NANOSECONDS[u] <= nanoseconds), default="ns", key=NANOSECONDS.get
    )
    return f"{nanoseconds / NANOSECONDS[unit]:.2f} {unit}"


def table(before, after):
    """Lines of name, before, after, ratio; what only one file has gets a dash."""
    rows = [("name", "before", "after", "ratio")]
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        ratio = f"{new / old:.3f}" if old and new else "-"
        rows.append((name, *("-" if t is None else readable(t) for t in (old, new)), ratio))
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return [
        f"{row[0]:<{widths[0]}}  " + "  ".join(f"{row[i]:>{widths[i]}}" for i in range(1, 4))
        for row in rows
    ]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print("\n".join(table(times(sys.argv[1]), times(sys.argv[2]))))


if __name__ == "__main__":
    main()
