"""The command `tilewise codesign`."""

from __future__ import annotations

import argparse
import contextlib
import json
import pathlib

import pandas as pd

from tilewise._core import InputError
from tilewise.cluster import TaskError
from tilewise.cluster_client import add_cluster_options, client_of
from tilewise.codesigns.block_result import BlockCoDesign
from tilewise.codesigns.files import FILES, check_folder, write_files
from tilewise.codesigns.result import CoDesign
from tilewise.codesigns.run import RESOLUTION, codesign
from tilewise.command_line import Parser
from tilewise.commands import exit_code, limits_of, refuse
from tilewise.outputs import check_output, locked
from tilewise.registry import SPACES
from tilewise.terminal import progress_line

_ROWS = 20
_SECONDS_TO_ANSWER = 10.0  # of a scheduler
_EXAMPLES = """\
examples:
  tilewise codesign --space nasbench201 --dataset cifar10 --study eyeriss_grid --out both \\
    --accuracy accuracy.csv --objectives accuracy,latency,energy,area
  tilewise codesign --space nasbench201 --study mine.yaml --out both --accuracy accuracy.csv \\
    --limit area=5 --limit accuracy=90
  tilewise codesign --space fbnet --study of_fbnet.yaml --out both --resolution 0.001
docs/codesign.md says what is exact, and what the price of separation is."""


def main(arguments: list[str]) -> int:
    """Runs `tilewise codesign ARGUMENTS`; returns the exit code. Raises InputError."""
    given = _parser().parse_args(arguments)
    return exit_code(lambda: _run(given), "interrupted; the same command goes on")


def _run(given: argparse.Namespace) -> int:
    folder = pathlib.Path(given.out)
    if not folder.parent.is_dir():
        raise InputError(f"{folder.parent}: no such folder; make it first")
    for each in FILES:
        check_output("--out", folder / each, [given.accuracy, given.study, given.space])
    with locked(folder):
        check_folder(folder)
        return _explore(given, folder)


def _explore(given: argparse.Namespace, folder: pathlib.Path) -> int:
    try:
        found = _found(given, folder)
    except (TaskError, ConnectionError) as error:
        return refuse(" ".join(str(error).split()))
    separation = None
    if found.word in found.provenance["objectives"]:
        separation = found.separation(given.reference)
    write_files(folder, found, separation)
    print(_object(found, separation) if given.json else _text(found, separation), flush=True)
    return 0


def _found(given: argparse.Namespace, folder: pathlib.Path) -> CoDesign | BlockCoDesign:
    with contextlib.ExitStack() as opened:
        client = None
        if given.scheduler is not None or given.workers is not None:
            client = opened.enter_context(
                client_of(given.scheduler, given.workers, _SECONDS_TO_ANSWER)
            )
        return codesign(
            given.space,
            given.study,
            folder / "study",
            given.accuracy,
            given.dataset,
            given.objectives.split(","),
            limits_of("--limit", given.limit, "area=5"),
            resolution=given.resolution,
            store=given.store,
            threads=given.threads,
            progress=progress_line(),
            client=client,
        )


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="tilewise codesign",
        description="The exact front over all pairs of a network of a space and an accelerator of "
        "a study.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--space", metavar="NAME", required=True, help=f"one of {', '.join(SPACES)}, or a file")
    add("--dataset", metavar="NAME", help="a data set of the space; default: its first")
    add(
        "--study", metavar="STUDY", required=True,
        help="the file of a study, or the name of a shipped one, with the layers of the space",
    )  # fmt: skip
    add("--out", metavar="DIR", required=True, help="for codesign.csv and what belongs to it")
    add("--store", metavar="DIR", help="of results.sqlite, which studies may share; default: --out")
    add(
        "--accuracy", metavar="FILE.csv", default="macs",
        help="columns index (or arch_str) and accuracy; of a space of blocks position, choice and "
        "accuracy, which add up; or macs (default) or params as a stand-in",
    )  # fmt: skip
    add(
        "--objectives", metavar="WORDS", default="accuracy,latency,energy,area",
        help="by comma: accuracy, latency, energy, edp, area, LUT, FF, DSP, BRAM18, URAM; default: "
        "accuracy,latency,energy,area",
    )  # fmt: skip
    add(
        "--limit", metavar="WORD=NUMBER", action="append", default=[],
        help="the most of a cost (ms, mJ, mJ ms, mm2), the least accuracy; may stand several times",
    )  # fmt: skip
    add(
        "--resolution", metavar="SHARE", type=float, default=RESOLUTION,
        help="of a space of blocks: how far its front may be off where it is too large to be "
        f"exact; 0: exact always; default: {RESOLUTION}",
    )  # fmt: skip
    add(
        "--reference", metavar="INDEX", type=int,
        help="the configuration that networks are chosen on first; default: the first",
    )  # fmt: skip
    add("--threads", metavar="N", type=int, default=0, help="threads; 0: one a core")
    add_cluster_options(parser, "default, without --scheduler: threads of this process")
    add("--json", action="store_true", help="print the front as one JSON object")
    return parser


def _text(found: CoDesign | BlockCoDesign, separation: pd.DataFrame | None) -> str:
    number = "{:.6g}".format
    text = found.summary() + "\n\n"
    rows = found.front.drop(columns="arch_str")
    text += rows.head(_ROWS).to_string(index=False, float_format=number)
    if len(rows) > _ROWS:
        text += f"\nand {len(rows) - _ROWS} more in codesign.csv"
    if separation is not None:
        text += "\n\nLeast EDP of one after the other against both together\n"
        text += separation.to_string(index=False, float_format=number)
    return text


def _object(found: CoDesign | BlockCoDesign, separation: pd.DataFrame | None) -> str:
    made = {**found.provenance, "counts": found.counts, "front": found.front.to_dict("records")}
    if separation is not None:
        made["separation"] = json.loads(separation.to_json(orient="records", double_precision=15))
    return json.dumps(made, indent=2)
