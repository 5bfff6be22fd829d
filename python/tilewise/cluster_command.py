"""The command `tilewise-cluster`: `tilewise explore` on the workers of a Dask cluster."""

from __future__ import annotations

import argparse
import shlex
import sys

import tilewise
from tilewise.cluster_client import add_cluster_options, client_of, positive, whole
from tilewise.command_line import Parser
from tilewise.commands import exit_code, refuse
from tilewise.terminal import wiped_line

EXAMPLES = """\
examples:
  tilewise-cluster eyeriss_buffers --out out/buffers
  tilewise-cluster study.yaml --out out --scheduler tcp://10.0.0.1:8786
What is done is kept: the same command goes on where it was interrupted or killed."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; returns the exit code: 0, 2 for a refusal or failure, 130
    after Ctrl-C, 143 after SIGTERM."""
    arguments = sys.argv[1:] if arguments is None else arguments
    given = _parser().parse_args(arguments)
    command = shlex.join(["tilewise-cluster", *arguments])
    try:
        return exit_code(lambda: _run(given, command), "interrupted; the same command goes on")
    except (tilewise.InputError, OSError, RuntimeError) as error:
        return refuse(" ".join(str(error).split()))


def _run(given: argparse.Namespace, command: str) -> int:
    from tilewise import cluster

    with (
        client_of(given.scheduler, given.workers, given.timeout) as client,
        wiped_line(_with_percent) as progress,
    ):
        run = cluster.explored(
            given.study, given.out, client, given.store, given.seconds_per_task, given.retries,
            threads=0, progress=progress, command=command,
        )  # fmt: skip
    print(run.summary(given.json), end="")
    return 0


def _with_percent(text: str, share: float) -> str:
    return f"{text} {100 * share:3.0f} %"


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="tilewise-cluster",
        description="Cost the configurations of a study on a Dask cluster: the files of "
        "`tilewise explore`, byte for byte (docs/cluster.md).",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("study", metavar="STUDY", help="a study's file, or a shipped name")
    parser.add_argument("--out", required=True, help="the folder for tables and plots")
    parser.add_argument("--store", help="the folder of results.sqlite; default: as --out")
    add_cluster_options(parser, "default: one a core")
    parser.add_argument(
        "--seconds-per-task",
        type=positive,
        default=5.0,
        help="about how long a worker works on a task; default: 5",
    )
    parser.add_argument(
        "--retries", type=whole(0), default=3, help="of a task that failed; default: 3"
    )
    parser.add_argument(
        "--timeout", type=positive, default=10.0, help="seconds to look for the scheduler: 10"
    )
    parser.add_argument("--json", action="store_true", help="print the front as one JSON object")
    parser.add_argument("--version", action="version", version=f"tilewise {tilewise.__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
