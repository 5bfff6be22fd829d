"""The command `tilewise search`."""

from __future__ import annotations

import argparse
import json
import os
import pathlib
from typing import Any

import pandas as pd

from tilewise._core import InputError
from tilewise.command_line import Parser
from tilewise.commands import exit_code, limits_of
from tilewise.outputs import check_output, write_whole
from tilewise.registry import FACTORS, SCHEDULES, SINGLE_OBJECTIVES, SPACES
from tilewise.searches.metrics import DEVICE_METRICS, NETWORK_METRICS
from tilewise.searches.result import SearchResult
from tilewise.searches.run import METHODS, search
from tilewise.terminal import progress_line

_HEADER = "order,candidate,"
_EXAMPLES = """\
examples:
  tilewise search nasbench201 --device eyeriss --accuracy accuracy.csv
  tilewise search nasbench201 --device eyeriss,zc706 --accuracy accuracy.csv --method nsga2 \\
    --objective accuracy,eyeriss:latency_ms,zc706:energy_mJ --constraint eyeriss:latency_ms=15
  tilewise search fbnet --device zc706 --accuracy macs --constraint latency_ms=30 \\
    --state fbnet.jsonl --output front.csv
docs/architecture_search.md says what each method does."""


def main(arguments: list[str]) -> int:
    """Runs `tilewise search ARGUMENTS`; returns the exit code. Raises InputError for a refusal."""
    given = _parser().parse_args(arguments)
    cure = "; the same command goes on" if given.state else ""
    return exit_code(lambda: _run(given), f"interrupted{cure}")


def _run(given: argparse.Namespace) -> int:
    _check_outputs(given)
    found = search(
        given.space,
        given.dataset,
        [each for names in given.device for each in names.split(",")],
        [each for words in given.objective for each in words.split(",")]
        or ["accuracy", "latency_ms"],
        given.accuracy,
        limits_of("--constraint", given.constraint, "latency_ms=5"),
        given.method,
        given.evaluations,
        given.seed,
        state=given.state,
        population=given.population,
        sample=given.sample,
        map_objective=given.map_objective,
        factors=given.factors,
        prune_dead=given.prune_dead,
        schedule=given.schedule,
        threads=given.threads,
        progress=progress_line(),
    )
    _write(given.output, found.front)
    _write(given.history, found.history)
    print(json.dumps(_object(found), indent=2) if given.json else _text(found), flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="tilewise search",
        description="Search a space for candidates that are good in all objectives and meet the "
        "constraints; prints the front.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("space", metavar="SPACE", help=f"one of {', '.join(SPACES)}")
    add("--dataset", metavar="NAME", help="a data set of the space; default: its first")
    add(
        "--device", metavar="NAME", action="append", required=True,
        help="shipped names or files, by comma",
    )  # fmt: skip
    add(
        "--objective", metavar="WORDS", action="append", default=[],
        help="by comma, the most important first: accuracy, DEVICE:METRIC, or METRIC where there "
        f"is one device ({', '.join(DEVICE_METRICS)}), {', '.join(NETWORK_METRICS)}; default: "
        "accuracy,latency_ms",
    )  # fmt: skip
    add(
        "--accuracy", metavar="FILE.csv",
        help="columns index (or arch_str) and accuracy; or macs or params as a stand-in",
    )  # fmt: skip
    add(
        "--constraint", metavar="WORD=NUMBER", action="append", default=[],
        help="the most of a cost, or the least accuracy; may stand several times",
    )  # fmt: skip
    add(
        "--method",
        metavar="NAME",
        default="evolution",
        help=f"{', '.join(METHODS)}; default: evolution",
    )
    add("--evaluations", metavar="N", type=int, default=1000, help="of candidates; default: 1000")
    add("--seed", metavar="N", type=int, default=0, help="of the random numbers; default: 0")
    add("--state", metavar="FILE", help="keeps what is evaluated: the same command goes on from it")
    add("--population", metavar="N", type=int, default=50, help="of evolution, nsga2; default: 50")
    add("--sample", metavar="N", type=int, default=10, help="of evolution; default: 10")
    add("--output", metavar="FILE.csv", help="the front as a table")
    add("--history", metavar="FILE.csv", help="all that was evaluated as a table")
    add("--json", action="store_true", help="print the front as one JSON object")
    add(
        "--map-objective", metavar="NAME", default="edp",
        help=f"what the mapping of each layer makes least: {', '.join(SINGLE_OBJECTIVES)}; "
        "default: edp",
    )  # fmt: skip
    add("--factors", metavar="NAME", default="auto", help=f"{', '.join(FACTORS)}; default: auto")
    add(
        "--schedule",
        metavar="NAME",
        default="separate",
        help=f"{', '.join(SCHEDULES)}; default: separate",
    )
    add("--prune-dead", action="store_true", help="leave out layers that change nothing")
    add("--threads", metavar="N", type=int, default=0, help="threads; 0: one a core")
    return parser


def _check_outputs(given: argparse.Namespace) -> None:
    """Refuses outputs before the work: one that is read, two that are one file, and those that
    `_check_output` refuses."""
    devices = [each for names in given.device for each in names.split(",")]
    outputs = {"--output": given.output, "--history": given.history, "--state": given.state}
    named: dict[str, str] = {}
    for option, path in outputs.items():
        if path is None:
            continue
        check_output(option, path, [given.accuracy, given.space, *devices])
        other = named.setdefault(os.path.realpath(path), option)
        is_file = os.path.isfile(path) or not os.path.exists(path)
        if is_file and other != option:
            raise InputError(f"{option} {path}: is the file of {other}, too; name another")
    for path in (given.output, given.history):
        _check_output(path)


def _check_output(path: str | None) -> None:
    """Refuses a place before the work: one that cannot be written, or another's file."""
    if path is None:
        return
    place = pathlib.Path(path)
    if not place.parent.is_dir():
        raise InputError(f"{path}: no such folder; make it first")
    try:
        if place.is_file():
            with place.open(encoding="utf-8", errors="replace") as file:
                if not file.readline().startswith(_HEADER):
                    raise InputError(f"{path}: holds no table of a search; name another file")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; name another file") from None


def _write(path: str | None, table: pd.DataFrame) -> None:
    if path is None:
        return
    text = table.to_csv(index=False, lineterminator="\n")
    try:
        write_whole(pathlib.Path(path), text.encode())
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None


def _text(found: SearchResult) -> str:
    front = found.front
    if front.empty:
        return f"{found.summary()}\nno evaluated candidate meets the constraints"
    shown = ["index"] if "index" in front else []
    columns = [each.column for each in found.objectives]
    columns += [each.metric.column for each in found.constraints]
    shown += list(dict.fromkeys(columns))
    table = front[[*shown, "candidate"]].to_string(index=False, float_format="{:.6g}".format)
    return f"{found.summary()}\n{table}"


def _object(found: SearchResult) -> dict[str, Any]:
    """The result for programs."""
    return {
        **found.provenance,
        "accuracy": found.accuracy,
        "evaluated": len(found.history),
        "infeasible": found.infeasible,
        "front": found.front.to_dict("records"),
    }
