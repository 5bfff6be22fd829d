"""Jobs of the program that take a moment and write all that it writes; what they leave, to compare.

Used by the checks of what a crash, a second process, a flipped bit or another locale does to files.
"""

import contextlib
import dataclasses
import hashlib
import os
import pathlib
import re
import subprocess

PART = ".tilewise-part"
LIST = ".tilewise-files"
PATIENCE = 120  # seconds

SPACE = """\
name: tiny
datasets:
  photos: {height: 8, width: 8, classes: 4}
blocks:
  conv:
    - {name: conv, op: convolution, output_channels: out, kernel: kernel, padding: same}
  head:
    - {name: pool, op: average_pool, kernel: global}
    - {name: classifier, op: fully_connected, outputs: classes}
choices:
  block:
    - {name: k1, block: conv, kernel: 1}
    - {name: k3, block: conv, kernel: 3}
network:
  - {choose: block, repeat: POSITIONS, out: 8}
  - {name: head, block: head}
"""
STUDY = """\
architecture: two_level
parameters:
  levels[Buffer].capacity: [%s]
workloads: [{layer: a.yaml}, {layer: b.yaml}]
objectives: [latency, energy]
"""
INPUTS = {
    "a.yaml": "{op: convolution, dims: {M: 8, C: 12, P: 12, Q: 12, R: 3, S: 3}}\n",
    "b.yaml": "{op: convolution, dims: {M: 8, C: 8, P: 6, Q: 6}}\n",
    "n.yaml": "input: {channels: 3, height: 8, width: 8}\nlayers:\n"
    "  - {name: c1, op: convolution, output_channels: 4, kernel: 3}\n"
    "  - {name: c2, op: convolution, output_channels: 4, kernel: 1}\n",
    "o.yaml": "input: {channels: 4, height: 9, width: 9}\nlayers:\n"
    "  - {name: d1, op: convolution, output_channels: 4, kernel: 3}\n",
    "space2.yaml": SPACE.replace("POSITIONS", "2"),
    "space3.yaml": SPACE.replace("POSITIONS", "3"),
    "t.yaml": STUDY % "8 KiB, 64 KiB, 4 KiB",
    "s.yaml": STUDY % "16 KiB, 8 KiB",
}
# Draws nothing, in no time: gnuplot is not what is checked.
GNUPLOT = "#!/bin/sh\necho '<svg></svg>'\n"


@dataclasses.dataclass(frozen=True)
class Job:
    """A command and one that writes other files of the same kind, before `--out` and `--store`."""

    name: str
    command: str
    other: str


JOBS = (
    Job("sweep", "sweep space2.yaml --dataset photos --device two_level",
        "sweep space3.yaml --dataset photos --device two_level"),
    Job("cost", "cost --network n.yaml --device two_level --factors divisors",
        "cost --network n.yaml,o.yaml --device two_level --factors divisors"),
    Job("explore", "explore s.yaml", "explore t.yaml"),
)  # fmt: skip


class Place:
    """A folder with the inputs of the jobs."""

    def __init__(self, executable, folder):
        self.executable = pathlib.Path(executable).resolve()
        self.folder = pathlib.Path(folder).resolve()
        for name, text in INPUTS.items():
            (self.folder / name).write_text(text)
        (self.folder / "bin").mkdir()
        (self.folder / "bin" / "gnuplot").write_text(GNUPLOT)
        (self.folder / "bin" / "gnuplot").chmod(0o755)
        path = f"{self.folder / 'bin'}:{os.environ.get('PATH', '')}"
        self.environment = os.environ | {"PATH": path}

    def __truediv__(self, name):
        return self.folder / name

    def start(self, arguments, before=(), **more):
        """A run with one thread that is under way, of the program behind the words of `before`."""
        threads = () if arguments.startswith("store ") else ("--threads", "1")
        return subprocess.Popen(
            [*before, self.executable, *arguments.split(), *threads],
            cwd=self.folder,
            env=self.environment | more.pop("environment", {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **more,
        )

    def run(self, arguments, before=(), **more):
        """Its exit code, what it printed and what it said on the error stream."""
        process = self.start(arguments, before, **more)
        printed, said = process.communicate(timeout=PATIENCE)
        return process.returncode, printed, said

    def must(self, arguments, **more):
        """What a run prints that may not fail."""
        code, printed, said = self.run(arguments, **more)
        if code != 0:
            raise RuntimeError(f"tilewise {arguments}: exit code {code}: {said}")
        return printed

    def results(self, out):
        """The files of a folder that depend on the command alone; run.yaml without times, counts
        and the command, which has the name of the folder in it."""
        folder = self / out
        found = {}
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            if path.is_dir() or name == LIST or name.startswith("results.sqlite"):
                continue
            content = path.read_bytes()
            if name == "run.yaml":
                content = re.sub(rb"(?m)^command: .*\n|seconds: [\d.]+|(mapped|known): \d+", b"",
                                 content)  # fmt: skip
            found[name] = content
        return found

    def rows(self, store):
        """The layers of a store, as the program exports them."""
        return self.must(f"store export {store}")


def differences(found, expected):
    """What two folders differ in, in words; "" for nothing."""
    faults = [f"{name} is missing" for name in expected if name not in found]
    faults += [f"{name} is too many" for name in found if name not in expected]
    faults += [
        f"{name} differs" for name in found if name in expected and found[name] != expected[name]
    ]
    return "; ".join(faults)


def unlisted(folder):
    """Files of a folder, results and a user's own aside, that are not as its list has them."""
    listed = {}
    with contextlib.suppress(FileNotFoundError):
        for line in (folder / LIST).read_text().splitlines():
            if not line.startswith("#"):
                digest, _, name = line.partition("  ")
                listed.setdefault(name, set()).add(digest)
    return [
        name
        for name in listed
        if (folder / name).exists()
        and hashlib.sha256((folder / name).read_bytes()).hexdigest() not in listed[name]
    ]


def refused(answer, *words):
    """A fault, where an answer is not one error line with these words and exit code 2."""
    code, _, said = answer
    if code != 2 or said.count("\n") != 1 or not said.startswith("error: "):
        return f"exit code {code}: {said!r}"
    return "; ".join(f"no word {word!r} in {said!r}" for word in words if word not in said)
