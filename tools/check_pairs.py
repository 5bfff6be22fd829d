#!/usr/bin/env python3
"""Start two runs at once, many times: in one folder, and with one store.

In one folder a run either does its work or is told that another one has it; the folder then has the
files of one run, whole. With one store both do their work and leave the bytes of a run alone.

Usage: tools/check_pairs.py EXECUTABLE [--pairs N]   (default: 6)
"""

import argparse
import itertools
import pathlib
import shutil
import sys
import tempfile
import time

from small_jobs import JOBS, PART, PATIENCE, Place, differences, refused, unlisted


def together(place, *commands):
    """The answers of runs that are started at once."""
    running = [place.start(command) for command in commands]
    answers = []
    for process in running:
        printed, said = process.communicate(timeout=PATIENCE)
        answers.append((process.returncode, printed, said))
    return answers


class Pairs:
    """Two commands of a job and what each of them leaves when it runs alone."""

    def __init__(self, place, job):
        self.place, self.job = place, job
        self.alone = {}
        for name, command in {"first": job.command, "second": job.other}.items():
            place.must(f"{command} --out {job.name}_{name} --store {job.name}_store")
            self.alone[command] = place.results(f"{job.name}_{name}")
        self.rows = place.rows(f"{job.name}_store")
        self.refusals = 0

    def in_one_folder(self, turn):
        """A fault, where a folder is not that of one run that was not refused."""
        out = f"out_{self.job.name}"
        shutil.rmtree(self.place / out, ignore_errors=True)
        commands = (self.job.command, self.job.other if turn % 2 else self.job.command)
        answers = together(self.place, *(f"{command} --out {out}" for command in commands))
        runs = list(zip(commands, answers, strict=True))
        done = [command for command, answer in runs if answer[0] == 0]
        faults = [refused(answer, out, "another run", "name another folder")
                  for _, answer in runs if answer[0] != 0]  # fmt: skip
        self.refusals += len(faults)
        if any(faults) or not done:
            return f"{answers}"
        found = self.place.results(out)
        faults = [differences(found, self.alone[command]) for command in done]
        if all(faults):
            return f"the folder is of no run: {faults}"
        changed = unlisted(self.place / out)
        left = [path.name for path in (self.place / out).rglob("*") if PART in path.name]
        return f"not as listed: {changed}, left: {left}" if changed or left else ""

    def with_one_store(self, _):
        """A fault, where one fails, or files or store are not those of runs one after another."""
        store, outs = f"both_{self.job.name}", {"left": self.job.command, "right": self.job.other}
        for name in (store, *outs):
            shutil.rmtree(self.place / name, ignore_errors=True)
        commands = (f"{command} --out {out} --store {store}" for out, command in outs.items())
        answers = together(self.place, *commands)
        if any(code != 0 or said for code, _, said in answers):
            return f"{answers}"
        faults = [differences(self.place.results(out), self.alone[command])
                  for out, command in outs.items()]  # fmt: skip
        code, printed, said = self.place.run(f"store check {store}")
        faults.append(f"{printed}{said}" if code else "")
        faults.append("" if self.place.rows(store) == self.rows else "the rows differ")
        return "; ".join(filter(None, faults))


def main():
    """Checks as many pairs as are asked for, of all jobs by turns."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("executable", type=pathlib.Path)
    parser.add_argument("--pairs", type=int, default=6)
    options = parser.parse_args()
    began = time.monotonic()
    checks = {"two runs in one folder": Pairs.in_one_folder,
              "two runs with one store": Pairs.with_one_store}  # fmt: skip
    faults = {what: [] for what in checks}
    with tempfile.TemporaryDirectory() as folder:
        place = Place(options.executable, folder)
        jobs = [Pairs(place, job) for job in JOBS]
        ways = list(itertools.product(jobs, checks.items()))
        for number in range(options.pairs):
            turn, way = divmod(number, len(ways))
            pairs, (what, check) = ways[way]
            faults[what].append(check(pairs, turn))
    refusals = sum(pairs.refusals for pairs in jobs)
    for what, found in faults.items():
        bad = list(filter(None, found))
        told = f", {refusals} runs refused" if "folder" in what else ""
        print(f"{'FAULT' if bad else 'ok'}: {what}: {len(found)} pairs{told}")
        print("".join(f"  {fault}\n" for fault in bad), end="")
    # As pytest counts, so that tools/count_results.py counts each.
    failed = sum(any(found) for found in faults.values())
    print(f"{len(faults) - failed} passed, {failed} failed in {time.monotonic() - began:.1f}s")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
