#!/usr/bin/env python3
"""Run the examples of README.md, so that they stay true.

Usage: tools/check_readme.py --executable build/release/tilewise PAGE.md...

In a README.md each fenced block ```sh is an example; in another page only one marked ```sh test.
Lines that begin with `tilewise ` or `./build/` are run, one after the other, in a temporary folder
that all pages share, and must exit with 0; other lines are for the reader. If the next
fenced block is ```text, it is the output of the block and must match line by line; a line `...`
stands for any lines. A block ```yaml file=NAME or ```csv file=NAME is a file that later lines of
the page may read. A block ```sh no-test is not run; it may hold only what builds, installs and
tests the project: ./scripts/..., tools/build_wheel.sh, tools/check_chroot.sh, a virtual
environment, pip, docker and conda, git clone (and cd).
"""

import argparse
import dataclasses
import itertools
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^```(.*)$")
RUN = re.compile(r"^(tilewise |\./build/)")
UNTESTED = re.compile(
    r"^(\./scripts/(run|test|install_dependencies)\.sh|(sudo )?tools/(build_wheel|check_chroot)\.sh"
    r"|python3 -m venv|\. venv/bin/activate|pip install|docker (build|run)|conda build"
    r"|git clone|cd)\b|^#|^$"
)
FILE = re.compile(r"^(?:yaml|csv) file=([\w-]+\.(?:yaml|csv))$")
SECONDS = 120


@dataclasses.dataclass
class Block:
    """One fenced block: what stands behind the fence, its lines, the line number of its fence."""

    kind: str
    lines: list
    number: int


def blocks_of(text):
    """The fenced blocks of a page, in order."""
    blocks, current = [], None
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if fence and current is None:
            current = Block(" ".join(fence[1].split()), [], number)
        elif fence:
            blocks.append(current)
            current = None
        elif current is not None:
            current.lines.append(line)
    return blocks


def commands_of(block):
    """The logical lines of a block: continued lines joined, prompts taken off."""
    joined = "\n".join(block.lines).replace("\\\n", " ")
    return [re.sub(r"^\$ ", "", line.strip()) for line in joined.splitlines()]


def matches(expected, lines):
    """Whether `lines` are as expected, where an expected `...` stands for any number of lines."""
    pattern = "".join(
        r"(?:.*\n)*" if line.strip() == "..." else re.escape(line) + r"\n" for line in expected
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in lines)) is not None


def run(command, folder, executable):
    """Runs one line. `./build/release/...` means the build that is under test."""
    for preset in re.findall(r"\./build/([\w-]+)/", command):
        link = folder / "build" / preset
        link.parent.mkdir(exist_ok=True)
        if not link.exists():
            link.symlink_to(executable.parent)
    environment = os.environ | {"PATH": f"{executable.parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=SECONDS, check=False,
    )  # fmt: skip


def faults_of_example(place, block, expected, folder, executable):
    """Runs one block; what is wrong with it, and how many lines were run."""
    output, count = "", 0
    for command in commands_of(block):
        if not RUN.match(command):
            continue
        try:
            result = run(command, folder, executable)
        except subprocess.TimeoutExpired:
            return [f"{place}: {command}\n  took more than {SECONDS} s"], count
        count += 1
        output += result.stdout
        if result.returncode != 0:
            said = (result.stdout + result.stderr).strip()
            return [f"{place}: {command}\n  exit code {result.returncode}\n{said}"], count
    if expected is not None and count == 0:
        return [f"{place}: shows an output, but no line of it is run"], count
    if expected is not None and not matches(expected.lines, output.splitlines()):
        shown = "\n".join(f"  {line}" for line in output.splitlines())
        return [f"{place}: not the output of line {expected.number}, but:\n{shown}"], count
    return [], count


def faults_of_page(page, folder, executable):
    """Runs the examples of a page; what is wrong with them, and how many lines were run."""
    faults, count = [], 0
    blocks = blocks_of(page.read_text())
    for block, following in itertools.pairwise([*blocks, Block("", [], 0)]):
        place = f"{page.name}:{block.number}"
        if named := FILE.match(block.kind):
            (folder / named[1]).write_text("\n".join(block.lines) + "\n")
        elif block.kind == "sh no-test":
            faults += [
                f"{place}: no-test is not for: {line}"
                for line in commands_of(block)
                if not UNTESTED.match(line)
            ]
        elif block.kind == "sh test" or (block.kind == "sh" and page.name == "README.md"):
            expected = following if following.kind == "text" else None
            found, ran = faults_of_example(place, block, expected, folder, executable)
            faults += found
            count += ran
    return faults, count


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--executable", type=pathlib.Path, required=True)
    parser.add_argument("pages", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    executable = arguments.executable.resolve()
    if not executable.is_file():
        sys.exit(f"{executable}: no such file")
    faults, count = [], 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        configs = pathlib.Path(__file__).resolve().parent.parent / "configs"
        (folder / "configs").symlink_to(configs)
        for page in arguments.pages:
            found, ran = faults_of_page(page, folder, executable)
            faults += found
            count += ran
    print("\n".join([*faults, f"{count} lines run, {len(faults)} faults"]))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
