"""Builds an engine with Verilator, runs its program and compares: words with the reference, words
on the port and cycles with the model."""

from __future__ import annotations

import contextlib
import json
import math
import os
import pathlib
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tilewise._core import InputError, Layer
from tilewise.rtl.nests import MAC, Nest, nest_of
from tilewise.rtl.reference import Words, requantised, sums_of, weight_stream
from tilewise.rtl.timeline import write_timeline

KINDS = ("Input", "Weight", "partial sums in", "partial sums out", "Output")
# What a run leaves in the folder, beside obj_dir.
RUN_FILES = ("activations.out.hex", "timeline.txt", "timeline.csv")
_SLICES = 200  # of the model's cycles, in timeline.csv
_running: set[subprocess.Popen[str]] = set()
_SLOWEST = 50  # times the model's cycles, and as many for each pass: then it hangs


@dataclass(frozen=True)
class Run:
    """What a layer took in the RTL, and what the model says."""

    name: str
    cycles: int
    passes: int
    words: dict[str, int]
    wrong: int  # words of the output that differ from the reference
    model: dict[str, Any]

    @property
    def words_agree(self) -> bool:
        """Whether each kind of words crossed the port as often as the model says."""
        return self.words == self.model["words"]

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name, "cycles": self.cycles, "passes": self.passes, "words": self.words,
            "wrong_words": self.wrong, "model": self.model,
        }  # fmt: skip


def simulate(folder: pathlib.Path, latency: int) -> list[Run]:
    """Builds and runs the program of a folder. Raises InputError where a tool is missing or
    fails."""
    build(folder)
    return run_program(folder, latency)


def read_record(folder: pathlib.Path) -> dict[str, Any]:
    """What program.json says of a generated engine and its layers."""
    record: dict[str, Any] = json.loads((folder / "program.json").read_text(encoding="utf-8"))
    return record


def run_program(folder: pathlib.Path, latency: int) -> list[Run]:
    """Runs what `build` has built."""
    record = read_record(folder)
    numbers = record["numbers"]
    bound = sum(layer["model"]["cycles"] for layer in record["layers"])
    command = [
        "obj_dir/simulate", record["port_bits"], latency, numbers["IN_BITS"], numbers["W_BITS"],
        numbers["SUM_BITS"], numbers["OUT_BITS"], numbers["LAYERS"],
        int(_SLOWEST * bound) + 1_000_000, max(1, int(bound / _SLICES)),
    ]  # fmt: skip
    told = run_tool([str(each) for each in command], folder)
    rows = [[int(word) for word in line.split()] for line in told.splitlines()]
    write_timeline(folder, record)
    wide = max(numbers["IN_BITS"], numbers["OUT_BITS"])
    memory = read_hex(folder / "activations.out.hex", wide)
    weights = read_hex(folder / "weights.hex", numbers["W_BITS"])
    return [
        _compared(layer, row, memory, weights, numbers)
        for layer, row in zip(record["layers"], rows)
    ]


def check_verilator() -> None:
    """Raises InputError where it is missing."""
    if shutil.which("verilator") is None:
        raise InputError("fpga simulate: needs Verilator; apt-get install verilator")


def build(folder: pathlib.Path) -> None:
    """Verilates the folder and compiles the test bench."""
    check_verilator()
    run_tool(
        ["verilator", "-Wall", "--cc", "--exe", "--build", "-O3", "--top-module", "engine",
         "-CFLAGS", "-O1", "-o", "simulate", *sources(folder), "simulate.cpp"],
        folder,
    )  # fmt: skip


def sources(folder: pathlib.Path) -> list[str]:
    """The modules of the engine, packages first."""
    packages = ["design_pkg.sv", "engine_pkg.sv"]
    return packages + sorted(p.name for p in folder.glob("*.sv") if p.name not in packages)


def read_hex(path: pathlib.Path, bits: int) -> Words:
    """Words in two's complement, one a line."""
    words = np.array([int(line, 16) for line in path.read_text().split()], np.int64)
    sign = 1 << (bits - 1)
    return (words ^ sign) - sign


def run_tool(command: Sequence[str], folder: pathlib.Path, limit: int | None = None) -> str:
    """The output of a tool that runs in `folder`. Raises InputError with its first lines, and
    TimeoutExpired after `limit` seconds."""
    try:
        with subprocess.Popen(
            command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:  # fmt: skip
            _running.add(process)
            try:
                told, said = process.communicate(timeout=limit)
            finally:
                _running.discard(process)
                _end(process)
    except OSError as error:
        raise InputError(f"{command[0]}: cannot be run: {error.strerror}") from None
    if process.returncode != 0:
        lines = (said or told).strip().splitlines()
        raise InputError(f"{folder}: {command[0]} failed: {' '.join(lines[:3])}")
    return told


def end_tools() -> None:
    """Ends the tools that other threads run."""
    for process in list(_running):
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """With what it has started."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _compared(
    layer: dict[str, Any], row: list[int], memory: Words, weights: Words, numbers: dict[str, Any]
) -> Run:
    nest = nest_of(Layer(**layer["layer"]), layer["mapping"], numbers["TM"], numbers["TN"])
    sums = sums_of(nest, _inputs(nest, layer, memory), _weights(nest, layer, weights))
    wanted = requantised(
        sums, layer["multiplier"], layer["shift"], layer["relu"], numbers["OUT_BITS"]
    ).ravel()
    made = memory[layer["output"] : layer["output"] + wanted.size]
    _, cycles, passes, *words = row
    return Run(
        layer["layer"]["name"], cycles, passes, dict(zip(KINDS, words)),
        int((made != wanted).sum()), layer["model"],
    )  # fmt: skip


def _inputs(nest: Nest, layer: dict[str, Any], memory: Words) -> Words:
    """Inputs [n, h, w, g, c]."""
    shape = nest.input_shape
    count = math.prod(shape)
    operands = [memory[first : first + count].reshape(shape) for first in layer["inputs"]]
    return np.concatenate(operands, axis=-1)


def _weights(nest: Nest, layer: dict[str, Any], weights: Words) -> Words | None:
    """Weights [g, m, c, r, s], put together from their tiles."""
    if nest.op != MAC:
        return None
    shape = [nest.bounds[d] for d in "GMCRS"]
    numbers = np.arange(math.prod(shape), dtype=np.int64).reshape(shape)
    stream = weight_stream(nest, numbers + 1)  # 0 is where a tile is clipped
    made = np.zeros(math.prod(shape), np.int64)
    held = weights[layer["weights"] : layer["weights"] + stream.size]
    made[stream[stream > 0] - 1] = held[stream > 0]
    return made.reshape(shape)
