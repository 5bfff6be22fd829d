#!/usr/bin/env python3
"""Flip bits of a result store, one at a time, and run the commands that read it.

explore, cost and sweep with the store write the files of a run without it, or refuse it with one
error; `store export` gives rows that were there, and says where it leaves some out. Half of the
flips are in the file, half in its write-ahead log. tests/study/test_store_flips.cpp does the same
in one process, for far more bits.

Usage: tools/check_flips.py EXECUTABLE [--flips N]   (of each job; default: 4)
"""

import argparse
import collections
import pathlib
import random
import shutil
import sqlite3
import sys
import tempfile
import time

from small_jobs import JOBS, Place, differences, refused

FILE, LOG = "results.sqlite", "results.sqlite-wal"


class Store:
    """The store of a job: whole, and as a process leaves it whose rows are in the log."""

    def __init__(self, place, job):
        self.place, self.job = place, job
        place.must(f"{job.command} --out whole_{job.name} --store store_{job.name}")
        self.expected = place.results(f"whole_{job.name}")
        self.rows = set(place.rows(f"store_{job.name}").splitlines())
        whole = (place / f"store_{job.name}" / FILE).read_bytes()
        self.states = [{FILE: whole}, self.in_log(whole)]

    def in_log(self, whole):
        """The same rows in the write-ahead log of a file that has the tables alone."""
        folder = self.place / f"log_{self.job.name}"
        folder.mkdir()
        (folder / FILE).write_bytes(whole)
        connection = sqlite3.connect(folder / FILE, isolation_level=None)
        tables = ("layer", "network")
        kept = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
        for table in tables:
            connection.execute(f"DELETE FROM {table}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for table, rows in kept.items():
            for row in rows:
                connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
        files = {name: (folder / name).read_bytes() for name in (FILE, LOG)}
        connection.close()
        return files

    def put(self, files):
        """The store as these files, alone in its folder."""
        folder = self.place / "flipped"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)

    def flipped(self, generator, state):
        """Its files with one bit of the last of them flipped, and which."""
        name, content = list(self.states[state].items())[-1]
        at, bit = generator.randrange(len(content)), generator.randrange(8)
        changed = bytearray(content)
        changed[at] ^= 1 << bit
        return self.states[state] | {name: bytes(changed)}, f"{name} byte {at} bit {bit}"

    def check(self, files):
        """What became of a run, and a fault where that is neither the right files nor one error."""
        self.put(files)
        code, printed, said = self.place.run("store export flipped")
        strange = set(printed.splitlines()) - self.rows
        if strange:
            return "", f"export: {strange}"
        if code not in (0, 1) and (fault := refused((code, printed, said))):
            return "", f"export: {fault}"
        if (code == 1) != ("damaged rows are left out" in said):
            return "", f"export: exit code {code}: {said!r}"
        self.put(files)
        shutil.rmtree(self.place / "out", ignore_errors=True)
        code, printed, said = self.place.run(f"{self.job.command} --out out --store flipped")
        if code == 0:
            fault = differences(self.place.results("out"), self.expected)
            return "right", said or fault
        return "refused", refused((code, printed, said), "flipped")


def main():
    """Flips bits of each job's store."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("executable", type=pathlib.Path)
    parser.add_argument("--flips", type=int, default=4)
    options = parser.parse_args()
    began = time.monotonic()
    generator = random.Random(5)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        place = Place(options.executable, folder)
        for job in JOBS:
            store = Store(place, job)
            ends, faults = collections.Counter(), []
            for number in range(options.flips):
                files, where = store.flipped(generator, number % len(store.states))
                end, fault = store.check(files)
                ends[end] += 1
                faults += [f"{where}: {fault}"] if fault else []
            failed += bool(faults)
            told = ", ".join(f"{end} {count}" for end, count in sorted(ends.items()))
            print(f"{'FAULT' if faults else 'ok'}: {job.name}: {options.flips} flips: {told}")
            print("".join(f"  {fault}\n" for fault in faults), end="", flush=True)
    # As pytest counts, so that tools/count_results.py counts each.
    print(f"{len(JOBS) - failed} passed, {failed} failed in {time.monotonic() - began:.1f}s")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
