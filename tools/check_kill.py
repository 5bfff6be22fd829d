#!/usr/bin/env python3
"""Kill sweep, cost and explore before each call that changes a file; nothing may be lost.

The n-th rename, unlink, write, fsync and so on of a run is not made: strace kills the run there.
This is done in an empty folder and over the files of another command. Then what is visible must be
whole, of before or of now, and the store intact; the same command must end with the bytes of a run
that nobody killed, and leave nothing else.

Usage: tools/check_kill.py EXECUTABLE [--quick]   (--quick: some of the points, seconds)
"""

import argparse
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from small_jobs import JOBS, PART, Place, differences, unlisted

CALLS = ("write", "pwrite64", "rename", "renameat", "unlink", "unlinkat", "mkdir", "rmdir", "fsync",
         "fdatasync", "ftruncate")  # fmt: skip
QUICK = 18  # points in all


class Case:
    """A job in a folder that is empty, or that has the files of the other command."""

    def __init__(self, place, job, over):
        self.place, self.job = place, job
        self.name = f"{job.name}{' over another' if over else ''}"
        self.old = f"old_{job.name}" if over else None
        if over and not (place / self.old).exists():
            place.must(f"{job.other} --out {self.old}")
        self.before = place.results(self.old) if over else {}
        out = self.new_folder("whole")
        place.must(self.command(out))
        self.expected, self.rows = place.results(out), place.rows(out)
        self.points = self.count_calls()

    def new_folder(self, name):
        """A folder as the run finds it."""
        out = f"{name}_{self.job.name}{'_over' if self.old else ''}"
        shutil.rmtree(self.place / out, ignore_errors=True)
        if self.old:
            shutil.copytree(self.place / self.old, self.place / out)
        return out

    def command(self, out):
        """The command of the job into a folder."""
        return f"{self.job.command} --out {out}"

    def count_calls(self):
        """(call, n) of each call of a run."""
        traced = self.place / "trace.txt"
        before = ("strace", "-qq", "-o", traced, "-e", f"trace={','.join(CALLS)}")
        self.place.must(self.command(self.new_folder("traced")), before=before)
        counts = collections.Counter(re.findall(r"(?m)^(\w+)\(", traced.read_text()))
        return [(call, n) for call in CALLS for n in range(1, counts[call] + 1)]

    def kill_at(self, call, number):
        """A fault, where a run that is killed there leaves what it may not."""
        out = self.new_folder("killed")
        inject = f"inject={call}:signal=KILL:when={number}"
        before = ("strace", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject)
        code, _, said = self.place.run(self.command(out), before=before)
        if code != -9:
            return f"not killed: exit code {code}: {said}"
        visible = self.place.results(out) if (self.place / out).exists() else {}
        torn = [
            name
            for name, content in visible.items()
            if PART not in name
            and name != ".tilewise-lock"
            and content not in (self.before.get(name), self.expected.get(name))
        ]
        if torn:
            return f"not whole: {torn}"
        fault = check_store(self.place, out)
        if fault:
            return fault
        code, _, said = self.place.run(self.command(out))
        if code != 0 or said:
            return f"the run after it: exit code {code}: {said}"
        changed = unlisted(self.place / out)
        if changed:
            return f"not as listed: {changed}"
        if self.place.rows(out) != self.rows:
            return "the stores differ"
        return differences(self.place.results(out), self.expected) or check_store(self.place, out)


def check_store(place, out):
    """A fault, where a folder has a store that is not intact; one that has no tables yet is."""
    if not (place / out / "results.sqlite").exists():
        return ""
    code, printed, said = place.run(f"store check {out}")
    is_empty = code == 2 and "holds no results yet" in said
    return "" if code == 0 or is_empty else f"the store: exit code {code}: {printed}{said}"


def can_trace():
    """Whether there is a strace that may kill what it runs."""
    command = ["strace", "-qq", "-o", "/dev/null", "-e", "inject=close:signal=KILL:when=1", "true"]
    try:
        return subprocess.run(command, capture_output=True).returncode == -9
    except FileNotFoundError:
        return False


def run_cases(place, quick):
    """The faults of all cases; prints a line a case."""
    cases = [Case(place, job, over) for job in JOBS for over in (False, True)]
    every = max(1, sum(len(case.points) for case in cases) // QUICK) if quick else 1
    faults = []
    for case in cases:
        points = case.points[every // 2 :: every]
        found = [f"{call} {number}: {fault}" for call, number in points
                 if (fault := case.kill_at(call, number))]  # fmt: skip
        calls = collections.Counter(call for call, _ in points)
        words = ", ".join(f"{call} {count}" for call, count in calls.items())
        print(f"{'FAULT' if found else 'ok'}: {case.name}: {len(points)} points ({words})")
        print("".join(f"  {fault}\n" for fault in found), end="", flush=True)
        faults.append(bool(found))
    return faults


def main():
    """Checks every case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("executable", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if not can_trace():
        print("skipped: strace cannot trace here: not found, or not allowed")
        return 77
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        faults = run_cases(Place(options.executable, folder), options.quick)
    # As pytest counts, so that tools/count_results.py counts each.
    took = time.monotonic() - began
    print(f"{len(faults) - sum(faults)} passed, {sum(faults)} failed in {took:.1f}s")
    return int(any(faults))


if __name__ == "__main__":
    sys.exit(main())
