"""Each design of a what-if generated, simulated and synthesised, beside what was predicted."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from tilewise import _core
from tilewise._core import InputError, Layer, Network
from tilewise.costs import Progress
from tilewise.cpp_program import output_of
from tilewise.rtl.engine import depth, load_yaml, read_engine
from tilewise.rtl.program import shape_of
from tilewise.rtl.project import project_of, write_project
from tilewise.rtl.simulate import Run, check_verilator, end_tools, simulate
from tilewise.rtl.synthesise import Synthesis, family_of, synthesise, yosys

NO_CHANGE = "(none)"
_SEED = 1  # of the random words; no number depends on it
_OF_BOARD = ("board", "port")  # keys that the program's JSON leaves to the file


@dataclass(frozen=True)
class Verified:
    """A design, what is predicted of it, and what its RTL came to."""

    change: str
    predicted: dict[str, Any]  # as `fpga what-if --json` has an estimate
    run: Run | None = None
    synthesis: Synthesis | None = None
    why_not: str = ""  # why one of these is not there


@dataclass(frozen=True)
class Question:
    """What `fpga what-if` is asked. words: its options but for the format."""

    device: str
    layer: str
    network: str | None
    batch: int | None
    words: list[str]


@dataclass(frozen=True)
class Answer:
    """What was asked, and a row a design: as it is, then each change."""

    architecture: str
    board: str
    layer: str
    rows: list[Verified]


def verified(
    question: Question, limit: int, threads: int, progress: Progress | None = None
) -> Answer:
    """The design as it is and each change: predicted by the program, generated, simulated, and
    synthesised within `limit` seconds each; `threads` designs at a time, 0: one a core. Raises
    InputError where a tool is missing or the question is none."""
    check_tools()
    told = json.loads(output_of("fpga", "what-if", *question.words, "--json"))
    network = _network_of(question)
    # Refuses a design that the RTL has not: nothing would be verified.
    given = load_yaml(read_engine(question.device).file)
    rows = [{"change": NO_CHANGE, "after": told["before"], "design": told["design"]}]
    rows += told["changes"]
    at_once = threads or os.cpu_count()
    with tempfile.TemporaryDirectory() as work, ThreadPoolExecutor(at_once) as pool:
        futures = [
            pool.submit(_verified, row, given, network, pathlib.Path(work, str(i)), limit)
            for i, row in enumerate(rows)
        ]
        try:
            _wait_for(futures, progress)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            while not all(future.done() for future in futures):
                end_tools()
                time.sleep(0.05)
            raise
        made = [future.result() for future in futures]
        return Answer(told["architecture"], told["board"], told["layer"], made)


def check_tools() -> None:
    """Raises InputError where Verilator or Yosys is missing."""
    check_verilator()
    yosys()


def _wait_for(futures: Sequence[Future[Verified]], progress: Progress | None) -> None:
    left = set(futures)
    while left:
        _, left = wait(left, timeout=0.2, return_when=FIRST_COMPLETED)
        if progress is not None:
            done = 1 - len(left) / len(futures)
            progress(f"designs verified, {len(futures) - len(left)} of {len(futures)}", done)


def _network_of(question: Question) -> Network:
    """The layer alone, with what the option --batch makes of it."""
    layers = _core.find_network(question.network or question.layer).layers
    if question.network is not None:
        layers = [layer for layer in layers if layer.name == question.layer]
    keys = shape_of(layers[0])
    if question.batch is not None:
        keys["dims"]["N"] = question.batch
    return _core.network_of([Layer(**keys)])


def _verified(
    row: dict[str, Any], given: dict[str, Any], network: Network, folder: pathlib.Path, limit: int
) -> Verified:
    made = Verified(row["change"], row["after"])
    folder.mkdir()
    try:
        file = folder / "design.yaml"
        file.write_text(json.dumps(rtl_design(row, given)), encoding="utf-8")
        project = project_of(network, read_engine(file))
        write_project(folder, project, _SEED)
        made = dataclasses.replace(made, run=simulate(folder, latency=0)[0])
        found = synthesise(folder, family_of(folder), limit)
        return dataclasses.replace(made, synthesis=found)
    except InputError as error:
        why = str(error).replace(f"{folder / 'design.yaml'}: ", "").replace(f"{folder}: ", "")
        return dataclasses.replace(made, why_not=why)


def rtl_design(row: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The architecture file of a changed design as the RTL builds it. row: of a what-if; given:
    the file that was changed. Raises InputError where the RTL has no such change."""
    design = row["design"]
    parameters = {k: v for k, v in given["parameters"].items() if k in _OF_BOARD}
    for change in row["change"].split(","):
        key, _, word = change.partition("=")
        if key == "board":
            parameters.pop("port", None)
        if key in _OF_BOARD:
            parameters[key] = word
    parameters |= design["parameters"]
    if not design["flatten"]:
        raise InputError("the loops of a pass are one loop in the RTL")
    if not design["dataflow"]:
        parameters["double_buffered"] = []
    if not design["pipeline"]:
        # A step begins when the sums of the one before lie in their banks.
        parameters["interval"] = depth(parameters["Tn"])
    if parameters.pop("dsp_packing", 1) != 1:
        raise InputError("the RTL makes one product in a DSP")
    return {"family": given["family"], "name": "changed", "parameters": parameters}
