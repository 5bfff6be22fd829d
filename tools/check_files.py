#!/usr/bin/env python3
"""Write over, into and beside a user's files in many ways: none of them may be lost.

All is done in a folder of its own; FIFOs and links are made there.

Usage: tools/check_files.py EXECUTABLE
"""

import contextlib
import fcntl
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from small_jobs import PART, refused

ROOT = pathlib.Path(__file__).resolve().parents[1]
KILLS = 8

LAYER = "{op: convolution, dims: {M: 8, C: 12, P: 12, Q: 12, R: 3, S: 3}}\n"
STUDY = """\
architecture: two_level
parameters:
  levels[Buffer].capacity: [8 KiB, 16 KiB]
workloads: [{layer: a.yaml}]
objectives: [latency, energy]
"""
# Takes seconds: twelve layers with a free dataflow, none like another.
SLOW = "input: {channels: 64, height: 28, width: 28}\nlayers:\n" + "".join(
    f"  - {{name: l{channels}, op: convolution, output_channels: {channels}, kernel: 3, "
    "padding: 1}\n"
    for channels in range(96, 480, 32)
)


class Place:
    """A folder with what the checks read."""

    def __init__(self, executable, folder):
        self.executable, self.folder = executable, folder
        for name, text in {"a.yaml": LAYER, "s.yaml": STUDY}.items():
            (folder / name).write_text(text)

    def __truediv__(self, name):
        return self.folder / name

    def start(self, arguments, **more):
        """A run that is under way."""
        return subprocess.Popen(
            [self.executable, *arguments.split()],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **more,
        )

    def run(self, arguments, **more):
        """Its exit code, what it printed and what it said on the error stream."""
        process = self.start(arguments, **more)
        printed, said = process.communicate(timeout=120)
        return process.returncode, printed, said

    def map_to(self, output, **more):
        """A mapping written to `output`."""
        return self.run(f"map --arch two_level --layer a.yaml --output-mapping {output}", **more)

    def parts(self):
        """What is left of files on their way."""
        return [str(path.name) for path in self.folder.rglob(f"*{PART}*")]


def streams(place):
    """A FIFO, the standard output and /dev/null are written into, and stay."""
    os.mkfifo(place / "fifo")
    read = []
    reader = threading.Thread(target=lambda: read.append((place / "fifo").read_text()))
    reader.start()
    code, _, said = place.map_to("fifo")
    reader.join(timeout=60)
    if code or "levels:" not in read[0] or not (place / "fifo").is_fifo():
        return f"the FIFO: {said!r}"
    code, printed, said = place.map_to("/dev/stdout")
    if code or "levels:" not in printed:
        return f"the standard output: {said!r}"
    null = os.stat("/dev/null").st_ino
    code, _, said = place.map_to("/dev/null")
    return said or ("" if os.stat("/dev/null").st_ino == null else "/dev/null was replaced")


def links(place):
    """A symbolic link stays and its target is replaced; one to nothing makes the target."""
    (place / "far").mkdir()
    (place / "far" / "real.yaml").write_text("old")
    for name, target in {"link": "far/real.yaml", "dangling": "far/none.yaml"}.items():
        (place / name).symlink_to(target)
        code, _, said = place.map_to(name)
        if code:
            return said
        if not (place / name).is_symlink() or "levels:" not in (place / target).read_text():
            return f"{name} was replaced, or its target not"
    return ""


def inputs(place):
    """An output that is an input is refused before the work, and stays as it is."""
    (place / "soft.yaml").symlink_to("a.yaml")
    (place / "hard.yaml").hardlink_to(place / "a.yaml")
    shutil.copy(ROOT / "configs" / "arch" / "two_level.yaml", place / "arch.yaml")
    (place / "n.yaml").write_text("layers:\n  - {op: fully_connected, input: 8, output: 8}\n")
    faults = []
    for output in ("a.yaml", "./a.yaml", "soft.yaml", "hard.yaml", str(place / "a.yaml")):
        faults.append(refused(place.map_to(output), output, "is read", "name another"))
    for command in (
        "map --arch arch.yaml --layer a.yaml --output-mapping arch.yaml",
        "cost --network n.yaml --device arch.yaml --schedule best --output-schedule ./arch.yaml",
        "cost --network n.yaml --device arch.yaml --schedule best --output-schedule n.yaml",
        "fpga design --board zc706 --network n.yaml --output n.yaml",
        "import onnx a.yaml --output a.yaml",
    ):
        faults.append(refused(place.run(command), "is read", "name another"))
    kept = (place / "a.yaml").read_text() == LAYER and (place / "soft.yaml").is_symlink()
    return "; ".join(filter(None, faults)) or ("" if kept else "a.yaml was changed")


def own_files(place):
    """What a user puts into the folder of an exploration stays, or is refused before the work."""
    code, _, said = place.run("explore s.yaml --out out")
    if code:
        return said
    mine = ["out/architectures/mine.yaml", "out/front_mine.svg"]
    for name in mine:
        (place / name).write_text("mine")
    code, _, said = place.run("explore s.yaml --out out")
    if code or any((place / name).read_text() != "mine" for name in mine):
        return said or "a user's file was changed"
    (place / "fresh" / "architectures").mkdir(parents=True)
    (place / "fresh" / "architectures" / "1.yaml").write_text("mine")
    fault = refused(place.run("explore s.yaml --out fresh"), "architectures/1.yaml", "move it away")
    if fault or os.listdir(place / "fresh") != ["architectures"]:
        return fault or "a refused run wrote"
    (place / "out" / "pareto.csv").write_text("my notes")
    fault = refused(place.run("explore s.yaml --out out"), "pareto.csv", "was changed")
    (place / "costs").mkdir()
    (place / "costs" / "costs.csv").write_text("mine")
    fault = fault or refused(
        place.run("sweep fbnet --dataset cifar100 --device hwnasbench-zc706 --out costs"),
        "costs.csv",
        "no run of tilewise wrote",
    )
    return fault or (
        "" if (place / "costs" / "costs.csv").read_text() == "mine" else "costs.csv is lost"
    )


def locks(place):
    """A second run in one folder is told which, also of another command; a killed one has none."""
    faults = []
    (place / "busy").mkdir()
    with open(place / "busy" / ".tilewise-lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for command in (
            "explore s.yaml --out busy",
            "sweep fbnet --dataset cifar100 --device hwnasbench-zc706 --out busy",
            "cost --network alexnet --device zc706 --out busy",
        ):
            faults.append(refused(place.run(command), "busy", "another run", "name another folder"))
    code, _, said = place.run("explore s.yaml --out busy")  # the file is there, unlocked
    return "; ".join(filter(None, faults)) or (said if code else "")


def killed(place):
    """kill -9 while files are written: the next run of the same output leaves nothing of it."""
    (place / "b.yaml").write_text("old")
    left = 0
    for moment in range(KILLS):
        process = place.start("sweep nasbench201 --dataset cifar10 --device hwnasbench-zc706 "
                              "--out killed")  # fmt: skip
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=0.2 + 0.1 * moment)
        process.kill()
        process.communicate()
        left += len(place.parts())
    # One as a killed `map` leaves it: nobody has it locked.
    (place / f".b.yaml.0123456789abcdef{PART}").write_text("half")
    code, _, said = place.map_to("b.yaml")
    if code:
        return said
    code, _, said = place.run("sweep nasbench201 --dataset cifar10 --device hwnasbench-zc706 "
                              "--out killed")  # fmt: skip
    if code:
        return said
    names = sorted(each for each in os.listdir(place / "killed"))
    whole = [".tilewise-files", "costs.csv", "layers.csv", "run.yaml"]
    if names != whole:
        return f"in the folder: {names}"
    return f"left: {place.parts()}" if place.parts() else ""


def stopped(place, number, command, store):
    """A signal, then the same command: what was mapped is kept."""
    process = place.start(command)
    kept = place / store / "results.sqlite"
    end = time.monotonic() + 60
    while process.poll() is None and not layers_in(kept) and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    if process.returncode != 128 + number or "the same command goes on" not in said:
        return f"{command}: exit code {process.returncode}: {said!r}"
    if not layers_in(kept):
        return f"{command}: nothing was kept"
    return f"left: {place.parts()}" if place.parts() else ""


def layers_in(store):
    """How many layers a store keeps."""
    if not store.exists():
        return 0
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(store)) as opened:
        return opened.execute("SELECT count(*) FROM layer").fetchone()[0]
    return 0


def signals(place):
    """Ctrl-C and SIGTERM keep what is mapped."""
    (place / "slow.yaml").write_text(SLOW)
    cost = "cost --network slow.yaml --device eyeriss_free --factors divisors --threads 1"
    design = "fpga design --board zc706 --network slow.yaml --organisation single --threads 1"
    sweep = "sweep nasbench201 --dataset cifar10 --device eyeriss_free --threads 1"
    return (
        stopped(place, signal.SIGTERM, f"{cost} --out slow", "slow")
        or stopped(place, signal.SIGINT, f"{cost} --store kept", "kept")
        or stopped(place, signal.SIGTERM, f"{design} --store designs", "designs")
        or stopped(place, signal.SIGTERM, f"{sweep} --out swept", "swept")
        or stopped(place, signal.SIGINT, f"{sweep} --out swept2", "swept2")
    )


def full_disk(place):
    """A file that may not grow: one error, the old file is whole, nothing is left."""

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (16, resource.RLIM_INFINITY))

    (place / "full.yaml").write_text("old")
    fault = refused(place.map_to("full.yaml", preexec_fn=limit), "full.yaml", "cannot be written")
    kept = (place / "full.yaml").read_text() == "old" and not place.parts()
    return fault or ("" if kept else "the old file is lost, or a part was left")


def failing_gnuplot(place):
    """A gnuplot that fails costs the plot and one line of warning; one that works draws it."""
    (place / "bin").mkdir()
    gnuplot = place / "bin" / "gnuplot"
    environment = os.environ | {"PATH": f"{gnuplot.parent}:{os.environ['PATH']}"}
    expected = {"all.csv", "pareto.csv", "layers.csv", "run.yaml"}
    for end in ("printf 'bad\\nversion\\n' >&2; exit 1", "kill -9 $$", "echo '<svg></svg>'"):
        gnuplot.write_text(f"#!/bin/sh\n{end}\n")
        gnuplot.chmod(0o755)
        code, _, said = place.run("explore s.yaml --out out", env=environment)
        drawn = (place / "out" / "front_latency_energy.svg").exists()
        works = "svg" in end
        if code or drawn != works or not expected <= set(os.listdir(place / "out")):
            return f"{end}: exit code {code}: {said!r}"
        if not works and (said.count("\n") != 1 or not said.startswith("warning: gnuplot: ")):
            return f"{end}: {said!r}"
    return said


def csv_guards(place):
    """A name that a spreadsheet would compute has an apostrophe, unless that is not asked for."""
    (place / "n.yaml").write_text(
        "input: {channels: 3, height: 8, width: 8}\nlayers:\n"
        "  - {name: =1+1, op: convolution, output_channels: 4, kernel: 3}\n"
    )
    command = "cost --network n.yaml --device two_level"
    for guard, name in {"": "'=1+1", " --csv-guard off": "=1+1"}.items():
        code, printed, said = place.run(f"{command} --format csv --out out{guard}")
        table = (place / "out" / "layers.csv").read_text() if code == 0 else said
        if f",{name}," not in printed or f",{name}," not in table:
            return f"{guard}: {printed}{table}"
    return refused(place.run(f"{command} --csv-guard maybe"), "maybe", "on or off")


CHECKS = {
    "a gnuplot that fails": failing_gnuplot,
    "names that a spreadsheet would compute": csv_guards,
    "streams": streams,
    "symbolic links": links,
    "outputs that are inputs": inputs,
    "a user's files in --out": own_files,
    "two runs in one folder": locks,
    f"kill -9 at {KILLS} moments": killed,
    "a full disk": full_disk,
    "Ctrl-C and SIGTERM": signals,
}


def main():
    """Runs every check, each in a folder of its own."""
    began = time.monotonic()
    executable = pathlib.Path(sys.argv[1]).resolve()
    failed = 0
    for what, check in CHECKS.items():
        with tempfile.TemporaryDirectory() as name:
            fault = check(Place(executable, pathlib.Path(name).resolve()))
        failed += bool(fault)
        print(f"{'FAULT' if fault else 'ok'}: {what}{': ' + fault if fault else ''}", flush=True)
    # As pytest counts, so that tools/count_results.py counts each.
    took = time.monotonic() - began
    print(f"{len(CHECKS) - failed} passed, {failed} failed in {took:.1f}s")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
