#!/usr/bin/env python3
"""What overlapping waves of a cluster are worth: how long its threads are idle with one wave open
at a time and with as many as the coordinator opens. The workers are threads that sleep as long as
a layer would take them, so that many fit two cores.

Usage: bench/cluster_waves.py [--threads N] [--layer SECONDS] [--task SECONDS]
"""

import argparse
import functools
import pathlib
import tempfile
import time
from unittest import mock

import distributed
from tilewise import _core, cluster

STUDY = """\
name: waves
architecture: eyeriss
parameters:
  parameters.pe_rows: [8 .. 24, 1]
  parameters.pe_columns: [8 .. 32, 1]
  parameters.buffer: [16 KiB .. 256 KiB, x2]
  parameters.filter_spad_words: [64, 112, 160, 224, 448]
workloads:
  - {layer: pointwise_72}
objectives: [latency, energy]
"""


def sleep_and_solve(seconds, known, study, fingerprint, tasks):
    """What a worker does, for as long as layers of so many seconds take it."""
    began = time.monotonic()
    answer = known(study, fingerprint, tasks)
    time.sleep(max(0.0, len(tasks) * seconds - (time.monotonic() - began)))
    return answer | {"seconds": time.monotonic() - began}


def run(study, client, given, waves):
    """Seconds of a run with so many waves of the usual length, and of its layers."""
    length = cluster.OPEN_CONFIGURATIONS // cluster.OPEN_WAVES
    solve = functools.partial(sleep_and_solve, given.layer, cluster.solve_layers)
    with (
        tempfile.TemporaryDirectory() as out,
        mock.patch.multiple(
            cluster, OPEN_WAVES=waves, OPEN_CONFIGURATIONS=waves * length, solve_layers=solve
        ),
    ):
        opened = _core.Exploration(str(study), out)
        began = time.monotonic()
        cluster.spread(opened, study, client, given.task)
        return time.monotonic() - began, opened.counts["layers_mapped"] * given.layer


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=20)
    parser.add_argument("--layer", type=float, default=0.024, help="seconds of a layer")
    parser.add_argument("--task", type=float, default=0.5, help="seconds of a task")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as work,
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=given.threads, processes=False, dashboard_address=None
        ) as made,
        distributed.Client(made) as client,
    ):
        study = pathlib.Path(work, "study.yaml")
        study.write_text(STUDY, encoding="utf-8")
        for waves in (1, cluster.OPEN_WAVES):
            wall, worked = run(study, client, given, waves)
            idle = 1 - worked / (given.threads * wall)
            print(f"{waves} open at a time: {wall:.1f} s, threads idle {100 * idle:.0f} % of it")


if __name__ == "__main__":
    main()
