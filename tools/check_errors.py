#!/usr/bin/env python3
"""Give the program bad input of many kinds; each must end in one clear error and exit code 2.

Usage: tools/check_errors.py EXECUTABLE
"""

import pathlib
import subprocess
import sys
import tempfile

from error_cases import CASES
from network_error_cases import NETWORK_CASES
from number_error_cases import NUMBER_CASES
from typo_error_cases import TYPO_CASES


def said_twice(text):
    """Runs of four words that come again."""
    words = text.split()
    runs = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
    return [" ".join(run) for run in sorted(set(runs)) if runs.count(run) > 1]


def check(executable, what, files, arguments, words):
    """The faults of one case, as text."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            pathlib.Path(folder, name).write_text(text)
        done = subprocess.run(
            f"'{executable}' {arguments}",
            shell=True,
            cwd=folder,
            text=True,
            capture_output=True,
            timeout=60,
            check=False,
        )
        left = sorted(each.name for each in pathlib.Path(folder).iterdir())
    faults = []
    if done.returncode != 2:
        faults.append(f"exit code {done.returncode}, expected 2")
    if done.stdout:
        faults.append(f"output on stdout: {done.stdout[:80]!r}")
    if left != sorted(files):
        faults.append(f"files left: {left}")
    faults += [f"no word {word!r} in {done.stderr!r}" for word in words if word not in done.stderr]
    faults += [f"said twice: {said!r}" for said in said_twice(done.stderr)]
    if done.stderr.count("\n") > 2:
        faults.append(f"more than one error: {done.stderr!r}")
    return [f"{what}: {fault}" for fault in faults]


# What is written to a stream that takes nothing: still an error and its exit code.
STREAMS = [
    "map --arch nowhere --layer alexnet_conv3 2>&-",
    "map --arch nowhere --layer alexnet_conv3 2>/dev/full",
    "map --no-such-option 2>&-",
    "--help >/dev/full",
    "--help >&-",
    "--version >/dev/full",
    "map --help >/dev/full",
    "arch list >/dev/full",
    "arch list >&-",
]


def check_streams(executable):
    """The faults of the cases of a closed or full stream."""
    faults = []
    for arguments in STREAMS:
        done = subprocess.run(
            f"'{executable}' {arguments}",
            shell=True,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        told = "2>" in arguments or done.stderr == "error: standard output: cannot be written\n"
        if done.returncode != 2 or not told:
            faults.append(f"{arguments}: exit code {done.returncode}, {done.stderr!r}")
    return faults


def main():
    """Runs every case."""
    executable = pathlib.Path(sys.argv[1]).resolve()
    cases = CASES + NETWORK_CASES + NUMBER_CASES + TYPO_CASES
    faults = [fault for case in cases for fault in check(executable, *case)]
    faults += check_streams(executable)
    print("\n".join(faults) or f"{len(cases)} kinds of bad input, each with its error")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
