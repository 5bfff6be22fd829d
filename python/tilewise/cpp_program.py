"""What the C++ program of the package answers."""

from __future__ import annotations

import os
import pathlib
import subprocess

from tilewise._core import InputError

PROGRAM = pathlib.Path(__file__).parent / "bin" / "tilewise"


def output_of(*arguments: str | os.PathLike[str]) -> str:
    """What it prints. Raises InputError with what it refuses."""
    ran = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True)
    if ran.returncode != 0:
        raise InputError((ran.stderr or ran.stdout).strip().removeprefix("error: "))
    return ran.stdout
