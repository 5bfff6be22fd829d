"""The commands `tilewise fpga generate`, `simulate` and `synthesise`."""

from __future__ import annotations

import argparse
import json
import pathlib
import tempfile
from typing import Any

from tilewise import _core
from tilewise._core import InputError
from tilewise.command_line import Parser
from tilewise.commands import exit_code
from tilewise.cpp_program import output_of
from tilewise.outputs import check_folder, locked, new_files, written_files
from tilewise.rtl.engine import read_engine
from tilewise.rtl.project import project_of, write_project
from tilewise.rtl.report import simulated, synthesised
from tilewise.rtl.simulate import RUN_FILES, simulate
from tilewise.rtl.synthesise import FAMILIES, family_of, synthesise

_WHAT = "an engine"
_EXAMPLES = """\
examples:
  tilewise fpga generate --design zc706_32x16 --network alexnet_conv3 --out engine
  tilewise fpga simulate engine
  tilewise fpga synthesise engine
docs/rtl.md says what is generated, and what differs from the model."""


def main(arguments: list[str]) -> int:
    """Runs `tilewise fpga ARGUMENTS`; returns the exit code. Raises InputError."""
    given = _parser().parse_args(arguments)
    return exit_code(lambda: given.run(given), "interrupted")


def _parser() -> argparse.ArgumentParser:
    parser = _with_examples(Parser, prog="tilewise fpga")
    commands = parser.add_subparsers(required=True)
    generate = _with_examples(
        commands.add_parser, "generate", help="write an engine and its program as SystemVerilog"
    )
    add = generate.add_argument
    design = generate.add_mutually_exclusive_group(required=True)
    design.add_argument("--design", metavar="FILE", help="a tiled engine: a file or a shipped name")
    design.add_argument("--board", metavar="NAME", help="find the best engine for a board first")
    add("--network", metavar="NAME", required=True, help="a network or layer: a file or a name")
    add("--bits", metavar="N", type=int, default=8, help="of all words, with --board; default: 8")
    add("--seed", metavar="N", type=int, default=1, help="of the random words; default: 1")
    add("--out", metavar="DIR", required=True, help="the folder that is written")
    generate.set_defaults(run=_generate)
    run = _with_examples(
        commands.add_parser, "simulate", help="run a generated engine in Verilator and compare"
    )
    add = run.add_argument
    add("folder", metavar="DIR", type=pathlib.Path, help="that generate wrote")
    add(
        "--latency", metavar="CYCLES", type=int, default=0,
        help="of the memory, from a command to its first words; default: 0, as in the model",
    )  # fmt: skip
    add("--json", action="store_true", help="print one JSON object")
    run.set_defaults(run=_simulate)
    _add_synthesise(commands)
    return parser


def _add_synthesise(commands: Any) -> None:
    made = _with_examples(
        commands.add_parser, "synthesise", help="what a generated engine takes of a part, by Yosys"
    )
    add = made.add_argument
    add("folder", metavar="DIR", type=pathlib.Path, help="that generate wrote")
    add("--family", choices=FAMILIES,
        help="7 series, UltraScale or UltraScale+; default: that of the board")  # fmt: skip
    add("--limit", metavar="SECONDS", type=int, default=3600,
        help="after which Yosys is ended; default: 3600")  # fmt: skip
    add("--json", action="store_true", help="print one JSON object")
    made.set_defaults(run=_synthesise)


def _with_examples(make: Any, *words: str, **keys: Any) -> argparse.ArgumentParser:
    return make(
        *words, epilog=_EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter, **keys
    )


def _generate(given: argparse.Namespace) -> int:
    network = _core.find_network(given.network)
    out = pathlib.Path(given.out)
    with tempfile.TemporaryDirectory() as work:
        engine = read_engine(given.design or _found_design(given, pathlib.Path(work)))
        project = project_of(network, engine)
        with locked(out):
            written = written_files(out)
            check_folder(out, _WHAT, _of_engine, written, _of_run)
            with new_files(out, _WHAT, "program.json", written, keep_list=True) as part:
                write_project(part, project, given.seed)
    layers = len(project.program.steps)
    print(f"{out}: {layers} layers on {engine.name}; tilewise fpga simulate {out}")
    return 0


def _of_run(name: str) -> bool:
    """Whether `simulate` has made this file of a folder."""
    return name in RUN_FILES or name.startswith("obj_dir")


def _of_engine(name: str) -> bool:
    return "/" not in name and not _of_run(name)


def _found_design(given: argparse.Namespace, work: pathlib.Path) -> pathlib.Path:
    """The best engine of a board without lanes along pixels, as `fpga design` finds it."""
    design = work / "design.yaml"
    told = output_of(
        "fpga", "design", "--board", given.board, "--network", given.network,
        "--organisation", "single", "--channel-lanes", "--bits", str(given.bits),
        "--output", design,
    )  # fmt: skip
    if not design.is_file():
        raise InputError(told.strip())
    return design


def _check_generated(folder: pathlib.Path) -> None:
    if not (folder / "program.json").is_file():
        raise InputError(f"{folder}: no program.json; name a folder of tilewise fpga generate")


def _simulate(given: argparse.Namespace) -> int:
    _check_generated(given.folder)
    runs = simulate(given.folder, given.latency)
    if given.json:
        print(json.dumps({"layers": [run.as_dict() for run in runs]}, indent=1))
    else:
        print(simulated(runs))
    return 0 if all(run.wrong == 0 and run.words_agree for run in runs) else 1


def _synthesise(given: argparse.Namespace) -> int:
    _check_generated(given.folder)
    if given.limit < 1:
        raise InputError(f"--limit: expected at least 1 second, found {given.limit}")
    found = synthesise(given.folder, given.family or family_of(given.folder), given.limit)
    print(json.dumps(found.as_dict(), indent=1) if given.json else synthesised(found))
    return 0
