#!/usr/bin/env python3
"""Measure how fast Tilewise is and write docs/development/performance.md: each figure beside
its target.

Usage: tools/performance.py [--build FOLDER] [--before FOLDER] [--out PAGE] [--quick]

Build the release preset first and leave the machine alone meanwhile. --before names the build of
another version, which is measured in turn: its figures stand in a column of their own. --quick
measures little of everything, to see that this script works, and prints the page unless --out says
where it goes.
"""

import argparse
import csv
import dataclasses
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

from compare import NANOSECONDS, readable

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMMAND = "tools/performance.py"
PAGE = ROOT / "docs" / "development" / "performance.md"

EVALUATIONS = 2_000_000  # a second and core
WORST_MS = 10_000
# Median and worst CPU time of a search, by its factors and device.
SEARCH_MS = {
    "divisors": {
        "eyeriss": (20, WORST_MS),
        "zc706": (20, WORST_MS),
        "eyeriss_free": (100, 5_000),
        "edge_free": (100, 5_000),
    },
    "all": {
        "eyeriss": (30, 1_000),
        "output_stationary": (10, 1_000),
        "weight_stationary": (10, 1_000),
        "zc706": (10, 1_000),
    },
}
TITLES = {
    "divisors": "## Search times",
    "all": "## Search times over all bounds",
}
PEAK_MIB = 1024
MAIN_JOB_SECONDS = 3
MAIN_JOB_CORES = 2
BATCH_MS = 2000

# The counter of benchmarks of whole batches; of these, the one that has a target.
BATCH = "architectures"
JUDGED_BATCH = f"query_fbnet/{MAIN_JOB_CORES}/real_time"
# Counters of tilewise_bench that are evaluations a second.
RATES = ("evaluations", "mappings", "items_per_second")
MAIN_JOB = (
    "sweep nasbench201 --dataset {datasets} --device {devices} --objective edp "
    f"--threads {MAIN_JOB_CORES}"
)


@dataclasses.dataclass
class Plan:
    """What is run: arguments of the three programs, those of searches by their factors."""

    bench: list
    zoo: dict
    main_job: list


def plan(quick):
    """Everything, or little of it."""
    if quick:
        return Plan(
            bench=["--benchmark_filter=price", "--benchmark_min_time=0.01"],
            zoo={"divisors": ["--device zc706 --only alexnet --limit 2".split()]},
            main_job=MAIN_JOB.format(datasets="cifar10", devices="zc706").split(),
        )
    budget = ["--budget", str(WORST_MS // 1000)]
    return Plan(
        bench=[],
        # All of them take half an hour: every so many of each set.
        zoo={
            "divisors": [
                ["--device", "eyeriss,zc706", *budget],
                ["--device", "eyeriss_free,edge_free", "--limit", "12", *budget],
            ],
            "all": [
                ["--factors", "all", "--device", ",".join(SEARCH_MS["all"])]
                + ["--limit", "40", "--budget", "1"]
            ],
        },
        main_job=MAIN_JOB.format(
            datasets="cifar10,cifar100,ImageNet16-120", devices="eyeriss,zc706"
        ).split(),
    )


@dataclasses.dataclass
class Run:
    """One finished program."""

    output: str
    seconds: float
    cpu_seconds: float
    peak_mib: float


def run(program, arguments, folder=None):
    """Run a program to its end; its peak memory is its own, not that of earlier ones."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        start = time.monotonic()
        process = subprocess.Popen([program, *arguments], stdout=output, stderr=errors, cwd=folder)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode != 0:
            sys.exit(f"{pathlib.Path(program).name} failed:\n{errors.read()}")
        cpu_seconds = usage.ru_utime + usage.ru_stime
        return Run(output.read(), seconds, cpu_seconds, usage.ru_maxrss / 1024)


def table(rows):
    """A markdown table of the rows, the first of them the heading, that lines up as text."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "| "
        + " | ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        + " |"
        for row in rows
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return lines


def beside(rows, before, keys):
    """The rows with what was measured before in front of what is now; `keys`: the leading cells by
    which a row is known. As they are where nothing was."""
    if not before:
        return rows
    known = {row[:keys]: row[-2] for row in before}
    known[rows[0][:keys]] = "before"
    return [(*row[:-2], known.get(row[:keys], "-"), *row[-2:]) for row in rows]


def yes(reached):
    return "yes" if reached else "no"


def milliseconds(value):
    return f"{value:.2f} ms" if value < 1000 else f"{value / 1000:.2f} s"


def at_most(value, limit, text):
    """The cells target, measured, reached of a figure that must not be above its target."""
    return (f"<= {text(limit)}", text(value), yes(value <= limit))


def memory(value):
    return at_most(value, PEAK_MIB, lambda mib: f"{mib:.0f} MiB")


def evaluation_rate(benchmark):
    """Evaluations a second of one benchmark; None where it does not count them."""
    for counter in RATES:
        if counter in benchmark:
            return benchmark[counter]
    if benchmark["name"].startswith("evaluate"):
        return 1e9 / (benchmark["cpu_time"] * NANOSECONDS[benchmark["time_unit"]])
    return None


def evaluation_rows(benchmarks):
    if not benchmarks:
        return []
    rows = [("benchmark", "time", "target [1/s]", "measured [1/s]", "reached")]
    for benchmark in benchmarks:
        rate = evaluation_rate(benchmark)
        took = readable(benchmark["cpu_time"] * NANOSECONDS[benchmark["time_unit"]])
        judged = ("-", "-", "-")
        if rate is not None:
            judged = (f">= {EVALUATIONS:,}", f"{rate:,.0f}", yes(rate >= EVALUATIONS))
        rows.append((benchmark["name"], took, *judged))
    return rows


def evaluation_section(benchmarks, before):
    rows = beside(evaluation_rows(benchmarks), evaluation_rows(before), 1)
    lines = table(rows) if rows else []
    return ["## Evaluations", "Of `tilewise_bench`, on one core.", "", *lines]


def batch_section(benchmarks):
    """Wall times of batch queries; nothing where none was run."""
    rows = [("benchmark/threads", "target", "measured", "reached")]
    for benchmark in benchmarks:
        took = benchmark["real_time"] * NANOSECONDS[benchmark["time_unit"]] / 1e6
        judged = ("-", milliseconds(took), "-")
        if benchmark["name"] == JUDGED_BATCH:
            judged = at_most(took, BATCH_MS, milliseconds)
        rows.append((benchmark["name"].removesuffix("/real_time"), *judged))
    title = "Of `tilewise_bench`: ten million architectures of FBNet, wall time. Latency and energy"
    text = [title, "on one device from its table (query), and drawing them (draw)."]
    return ["## Batches", *text, "", *table(rows), ""] if benchmarks else []


def search_rows(device, searches, factors):
    """The figures of all layers on one device, in CPU time."""
    times = [float(search["cpu_ms"]) for search in searches]
    proven = sum(search["proven"] == "1" for search in searches)
    median = statistics.median_low(times)
    goals = SEARCH_MS[factors][device]
    every = f"{len(times)} layers"
    return [
        (device, "median", *at_most(median, goals[0], milliseconds)),
        (device, "worst", *at_most(max(times), goals[1], milliseconds)),
        (device, "proven", every, str(proven), yes(proven == len(times))),
    ]


@dataclasses.dataclass
class Zoo:
    """The searches of one kind: the commands as they ran and their rows."""

    runs: list
    searches: list

    def rows(self, factors):
        """The table of all devices."""
        rows = [("device", "figure", "target", "measured", "reached")]
        for device in dict.fromkeys(search["device"] for search in self.searches):
            own = [search for search in self.searches if search["device"] == device]
            rows += search_rows(device, own, factors)
        rows.append(("all", "peak memory", *memory(max(run.peak_mib for run in self.runs))))
        return rows


def search_section(factors, arguments, zoo, before):
    rows = beside(zoo.rows(factors), before.rows(factors) if before else [], 2)
    commands = [f"`tilewise_zoo {' '.join(each)}`" for each in arguments]
    return [
        TITLES[factors],
        f"Exact searches for the least EDP ({factors}), CPU time of one thread: "
        f"{', '.join(commands)}. A search",
        "that its budget stopped counts as not proven, with the time of the budget.",
        "",
        *table(rows),
        "",
        *[line for run in zoo.runs for line in [*run.output.strip().splitlines(), ""]],
    ]


def main_job_rows(job):
    if job is None:
        return []
    wall = at_most(job.seconds, MAIN_JOB_SECONDS, lambda seconds: f"{seconds:.2f} s")
    return [
        ("figure", "target", "measured", "reached"),
        (f"wall time on {MAIN_JOB_CORES} cores", *wall),
        ("peak memory", *memory(job.peak_mib)),
    ]


def main_job_section(arguments, job, before):
    rows = beside(main_job_rows(job), main_job_rows(before), 1)
    return ["## The main job", f"`tilewise {' '.join(arguments)}`", "", *table(rows)]


def machine():
    """Cores and processor."""
    model = platform.machine()
    cpus = pathlib.Path("/proc/cpuinfo")
    if cpus.exists():
        models = [line for line in cpus.read_text().splitlines() if line.startswith("model name")]
        if models:
            model = models[0].partition(":")[2].strip()
    return f"{len(os.sched_getaffinity(0))} cores, {model}"


@dataclasses.dataclass
class Measured:
    """What one build came to."""

    benchmarks: list
    zoos: dict
    job: Run


def measure(build, work):
    """Runs the three programs of a build."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        results = folder / "bench.json"
        output = [f"--benchmark_out={results}", "--benchmark_out_format=json"]
        run(build / "bench" / "tilewise_bench", [*work.bench, *output])
        benchmarks = json.loads(results.read_text())["benchmarks"]

        layers = folder / "layers.csv"
        zoos = {}
        for factors, commands in work.zoo.items():
            zoos[factors] = Zoo([], [])
            for arguments in commands:
                program = build / "bench" / "tilewise_zoo"
                ran = run(program, [*arguments, "--layer-table", str(layers)])
                zoos[factors].runs.append(ran)
                with layers.open(newline="") as file:
                    zoos[factors].searches += list(csv.DictReader(file))
        job = run(build / "tilewise", [*work.main_job, "--out", str(folder / "sweep")])
    return Measured(benchmarks, zoos, job)


def page_of(work, now, before, quick):
    """The lines of the page."""
    note = ["", "**A quick run: no figure here tells anything.**"] if quick else []
    earlier = ", and another version of it in turn (before)" if before else ""
    was = before or Measured([], {}, None)
    rates = [[each for each in of if BATCH not in each] for of in (now.benchmarks, was.benchmarks)]
    searches = []
    for factors, arguments in work.zoo.items():
        searches += search_section(factors, arguments, now.zoos[factors], was.zoos.get(factors))
    return [
        "# Performance, figure by figure",
        "For those who change the program: each figure beside what we want of it. What users gain"
        " by which way of asking is on [another page](../performance.md).",
        "",
        f"Made by `{COMMAND}`, which runs and judges everything below; do not edit.",
        *note,
        "",
        f"Measured on {machine()}{earlier}.",
        "",
        *evaluation_section(*rates),
        "",
        *batch_section([each for each in now.benchmarks if BATCH in each]),
        *searches,
        "",
        *main_job_section(work.main_job, now.job, was.job),
    ]


def measured_apart(path):
    """The last sections, which tools/explore_performance.py writes."""
    before = path.read_text() if path.exists() else ""
    start = before.find("\n## Exploration\n")
    return before[start:] if start >= 0 else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--before", type=pathlib.Path, help="the build of another version")
    parser.add_argument("--out", type=pathlib.Path, help="default: docs/development/performance.md")
    parser.add_argument("--quick", action="store_true", help="little of everything")
    options = parser.parse_args()
    work = plan(options.quick)
    before = measure(options.before.resolve(), work) if options.before else None
    now = measure(options.build.resolve(), work)
    page = "\n".join(page_of(work, now, before, options.quick)) + "\n"
    if options.quick and options.out is None:
        print(page, end="")
    else:
        path = options.out or PAGE
        path.write_text(page + measured_apart(path))


if __name__ == "__main__":
    main()
