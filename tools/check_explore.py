#!/usr/bin/env python3
"""Break off `tilewise explore` in many ways: what it leaves must always lead to the same files.

Usage: tools/check_explore.py EXECUTABLE
"""

import contextlib
import os
import pathlib
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
KILLS = 10
NOBODY = 65534

# 448 configurations of 3 layers with a search of about a millisecond each.
STUDY = """\
architecture: two_level
parameters:
  levels[Buffer].capacity: [1 KiB .. 64 KiB, x2]
  levels[DRAM].bandwidth: [4 bit/cycle .. 32 bit/cycle, x2]
  levels[Buffer].memories[buffer].energy.read: [1 pJ, 2 pJ, 3 pJ, 4 pJ]
  compute.energy: [1 pJ, 2 pJ, 3 pJ, 4 pJ]
workloads:
  - {layer: a.yaml}
  - {layer: b.yaml}
  - {layer: c.yaml, weight: 2}
objectives: [latency, energy]
"""
LAYERS = {
    "a.yaml": "{op: convolution, dims: {M: 8, C: 12, P: 12, Q: 12, R: 3, S: 3}}\n",
    "b.yaml": "{op: convolution, dims: {M: 12, C: 16, P: 12, Q: 12, R: 1, S: 1}}\n",
    "c.yaml": "{op: convolution, dims: {M: 12, C: 8, P: 7, Q: 7, R: 5, S: 5}}\n",
}


class Place:
    """A folder with the study; the program and its data lie there too, for any user."""

    def __init__(self, executable, folder):
        self.folder = folder
        folder.chmod(0o755)
        self.executable = folder / "tilewise"
        shutil.copy(executable, self.executable)
        shutil.copytree(ROOT / "configs", folder / "configs")
        for name, text in {"study.yaml": STUDY, **LAYERS}.items():
            (folder / name).write_text(text)

    def start(self, out, *options, **more):
        """A run that is under way."""
        return subprocess.Popen(
            [self.executable, "explore", "study.yaml", "--out", out, *map(str, options)],
            cwd=self.folder,
            env=os.environ | {"TILEWISE_CONFIGS": str(self.folder / "configs")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **more,
        )

    def run(self, out, *options, **more):
        """Its exit code and what it said on the error stream."""
        process = self.start(out, *options, **more)
        _, said = process.communicate(timeout=60)
        return process.returncode, said

    def files(self, out):
        """The files that depend on the study alone."""
        folder = self.folder / out
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.suffix in (".csv", ".svg") or path.parent.name == "architectures"
        }

    def counts(self, out):
        """(mapped, known) of a run's layers."""
        text = (self.folder / out / "run.yaml").read_text()
        return tuple(int(text.split(f"  {word}: ")[1].split()[0]) for word in ("mapped", "known"))

    def health(self, out):
        """What SQLite says of the store: "ok", also of one that has no tables yet."""
        with contextlib.closing(sqlite3.connect(self.folder / out / "results.sqlite")) as store:
            return store.execute("PRAGMA integrity_check").fetchone()[0]

    def store(self, out):
        """The health of the store, and its results."""
        health = self.health(out)
        with contextlib.closing(sqlite3.connect(self.folder / out / "results.sqlite")) as store:
            rows = store.execute("SELECT * FROM layer ORDER BY configuration, layer").fetchall()
        return health, rows


def refused(answer, *words):
    """A fault, where an answer is not one error line with these words and exit code 2."""
    code, said = answer
    if code != 2 or said.count("\n") != 1 or not said.startswith("error: "):
        return f"exit code {code}: {said!r}"
    return "; ".join(f"no word {word!r} in {said!r}" for word in words if word not in said)


def same(place, out, whole):
    """A fault, where a folder has other files than an uninterrupted run, or a broken store."""
    files = place.files(out)
    faults = [f"{name} differs" for name in whole if files.get(name) != whole[name]]
    faults += [f"{name} is too many" for name in files if name not in whole]
    if (place.folder / out / "results.sqlite").exists() and place.health(out) != "ok":
        faults.append("the store is broken")
    return "; ".join(faults)


def killed(place, whole, seconds):
    """kill -9 at random moments of work and writing, each run going on where one was killed."""
    moments = random.Random(14)
    kills = 0
    runs = 0
    while kills < KILLS or runs == 0:
        out = f"killed{runs}"
        runs += 1
        while kills < KILLS:
            process = place.start(out)
            try:
                process.communicate(timeout=moments.uniform(0.0, 0.4 * seconds))
                break
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                kills += 1
            if (place.folder / out / "results.sqlite").exists() and place.health(out) != "ok":
                return "the store is broken"
        code, said = place.run(out)
        if code != 0:
            return said
        fault = same(place, out, whole)
        if fault:
            return fault
    return ""


def interrupted(place, whole, seconds):
    """Ctrl-C: exit code 130, and the same command goes on with what was mapped."""
    process = place.start("interrupted")
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=0.4 * seconds)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    if process.returncode != 130 or "the same command goes on" not in said:
        return f"exit code {process.returncode}: {said!r}"
    place.run("interrupted")
    if place.counts("interrupted")[1] == 0:
        return "nothing was kept"
    return same(place, "interrupted", whole)


def side_by_side(place, whole, mapped):
    """Two processes on one store: the same files, and one takes what the other has mapped. How much
    that is in so short a run hangs on where they begin and when they write."""
    runs = [place.start(out, "--store", "shared", "--threads", 1) for out in ("left", "right")]
    for process in runs:
        _, said = process.communicate(timeout=60)
        if process.returncode != 0:
            return said
    together = sum(place.counts(out)[0] for out in ("left", "right"))
    if not mapped <= together < 2 * mapped:
        return f"{together} layers mapped, {mapped} in the study"
    return same(place, "left", whole) or same(place, "right", whole)


def full_disk(place, whole, out, most_bytes, *options):
    """A file that may not grow: one error, nothing lost, and with room the run goes on."""

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))

    fault = refused(place.run(out, *options, preexec_fn=limit))
    if fault:
        return fault
    if any(path.suffix == ".tilewise-part" for path in (place.folder / out).rglob("*")):
        return "a part of a file was left"
    code, said = place.run(out, *options)
    return said if code else same(place, out, whole)


def read_only(place, whole):
    """A finished folder that may not be written: one error, and all stays."""
    shutil.copytree(place.folder / "whole", place.folder / "fixed")
    for path in [place.folder / "fixed", *(place.folder / "fixed").rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    fault = refused(place.run("fixed", **user), "fixed")
    for path in [place.folder / "fixed", *(place.folder / "fixed").rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return fault or same(place, "fixed", whole)


def other_version(place):
    """A store of other tables is refused and stays as it was."""
    shutil.copytree(place.folder / "whole", place.folder / "old")
    with contextlib.closing(sqlite3.connect(place.folder / "old" / "results.sqlite")) as store:
        store.execute("PRAGMA user_version = 1")
        store.commit()
    before = place.store("old")
    fault = refused(place.run("old"), "results.sqlite", "version 1", "another")
    return fault or ("" if place.store("old") == before else "the store was changed")


def threads(place, whole):
    """One thread and two: the same files and the same store."""
    for count in (1, 2):
        code, said = place.run(f"threads{count}", "--threads", count)
        fault = said if code else same(place, f"threads{count}", whole)
        if fault:
            return fault
    return "" if place.store("threads1") == place.store("threads2") else "the stores differ"


def again(place, whole, mapped):
    """A finished run anew: nothing is mapped, the files stay."""
    place.run("threads1")
    fault = same(place, "threads1", whole)
    return fault or ("" if place.counts("threads1")[0] == 0 else "layers were mapped again")


def main():
    """Runs every check."""
    began = time.monotonic()
    executable = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        place = Place(executable, pathlib.Path(name))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        code, said = place.run("whole", "--threads", 1)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if code:
            print(said)
            return True
        seconds = after.ru_utime - before.ru_utime
        whole = place.files("whole")
        mapped = place.counts("whole")[0]
        stored = str((place.folder / "whole").resolve())
        checks = {
            "one thread and two": lambda: threads(place, whole),
            "a finished run anew": lambda: again(place, whole, mapped),
            f"kill -9 at {KILLS} moments": lambda: killed(place, whole, seconds),
            "Ctrl-C": lambda: interrupted(place, whole, seconds),
            "two processes on one store": lambda: side_by_side(place, whole, mapped),
            "no room for a store": lambda: full_disk(place, whole, "full1", 4096),
            "no room for all results": lambda: full_disk(place, whole, "full2", 160 << 10),
            "no room for the tables": lambda: full_disk(
                place, whole, "full3", 33 << 10, "--store", stored
            ),
            "a read-only folder": lambda: read_only(place, whole),
            "a store of other tables": lambda: other_version(place),
        }
        faults = {what: check() for what, check in checks.items()}
    for what, fault in faults.items():
        print(f"{'FAULT' if fault else 'ok'}: {what}{': ' + fault if fault else ''}")
    # As pytest counts, so that tools/count_results.py counts each.
    failed = sum(map(bool, faults.values()))
    took = time.monotonic() - began
    print(f"{len(faults) - failed} passed, {failed} failed in {took:.1f}s")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
