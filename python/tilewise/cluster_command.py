"""The command `tilewise-cluster`: `tilewise explore` on the workers of a Dask cluster."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import tilewise
from tilewise.terminal import wiped_line

if TYPE_CHECKING:
    from distributed import Client

INTERRUPTED = 130  # what a shell says of a command that Ctrl-C ended
EXAMPLES = """\
examples:
  tilewise-cluster eyeriss_buffers --out out/buffers
  tilewise-cluster study.yaml --out out --scheduler tcp://10.0.0.1:8786
What is done is kept: the same command goes on where it was interrupted or killed."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; returns the exit code: 0, 2 for a refusal or failure, 130: Ctrl-C."""
    arguments = sys.argv[1:] if arguments is None else arguments
    given = _parser().parse_args(arguments)
    try:
        return _run(given, shlex.join(["tilewise-cluster", *arguments]))
    except KeyboardInterrupt:
        print("error: interrupted; the same command goes on", file=sys.stderr)
        return INTERRUPTED
    except ImportError as error:
        return _refuse(f"{error}; install what it needs: pip install 'tilewise[cluster]'")
    except (tilewise.InputError, OSError, RuntimeError) as error:
        return _refuse(str(error))


def _run(given: argparse.Namespace, command: str) -> int:
    from tilewise import cluster

    with _client(given) as client, wiped_line(_with_percent) as progress:
        run = cluster.explored(
            given.study, given.out, client, given.store, given.seconds_per_task, given.retries,
            threads=0, progress=progress, command=command,
        )  # fmt: skip
    print(run.summary(given.json), end="")
    return 0


@contextlib.contextmanager
def _client(given: argparse.Namespace) -> Iterator[Client]:
    """A client of the scheduler that is named, else of workers on this machine."""
    import distributed

    logging.disable()  # what is wrong is told once, by us
    if given.scheduler is None:
        cluster = distributed.LocalCluster(
            n_workers=given.workers or len(os.sched_getaffinity(0)),
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        )
        with cluster, distributed.Client(cluster) as client:
            yield client
        return
    try:
        kind = asyncio.run(_kind(given.scheduler, given.timeout))
    except (OSError, ValueError, asyncio.TimeoutError) as error:  # noqa: UP041 (Python 3.9)
        raise tilewise.InputError(
            f"--scheduler {given.scheduler}: no scheduler answers there within {given.timeout:g} s "
            f"({error or type(error).__name__}); expected an address such as tcp://10.0.0.1:8786, "
            "as `dask scheduler` says"
        ) from None
    if kind != "Scheduler":
        raise tilewise.InputError(f"--scheduler {given.scheduler}: is a {kind}, no scheduler")
    with distributed.Client(given.scheduler, timeout=given.timeout) as client:
        yield client


async def _kind(address: str, timeout: float) -> str:
    """What of Dask listens at an address: "Scheduler". A client would wait for ever on what takes
    the connection and says nothing."""
    import distributed

    security = distributed.Security().get_connection_args("client")
    async with distributed.rpc(address, timeout=timeout, connection_args=security) as there:
        answer = await asyncio.wait_for(there.identity(), timeout)
    return str(answer["type"])


def _with_percent(text: str, share: float) -> str:
    return f"{text} {100 * share:3.0f} %"


def _refuse(message: str) -> int:
    print(f"error: {' '.join(message.split())}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tilewise-cluster",
        description="Cost the configurations of a study on a Dask cluster: the files of "
        "`tilewise explore`, byte for byte (docs/cluster.md).",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("study", metavar="STUDY", help="a study's file, or a shipped name")
    parser.add_argument("--out", required=True, help="the folder for tables and plots")
    parser.add_argument("--store", help="the folder of results.sqlite; default: as --out")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--scheduler", help="the address of a Dask scheduler, tcp://HOST:PORT")
    where.add_argument(
        "--workers", type=_whole(1), help="worker processes on this machine; default: one a core"
    )
    parser.add_argument(
        "--seconds-per-task",
        type=_positive,
        default=5.0,
        help="about how long a worker works on a task; default: 5",
    )
    parser.add_argument(
        "--retries", type=_whole(0), default=3, help="of a task that failed; default: 3"
    )
    parser.add_argument(
        "--timeout", type=_positive, default=10.0, help="seconds to look for the scheduler: 10"
    )
    parser.add_argument("--json", action="store_true", help="print the front as one JSON object")
    parser.add_argument("--version", action="version", version=f"tilewise {tilewise.__version__}")
    return parser


def _whole(least: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        if text.isascii() and text.isdigit() and int(text) >= least:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from {least} on")

    return whole


def _positive(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < float(text) < float("inf"):
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r}: expected a number of seconds above 0")


if __name__ == "__main__":
    sys.exit(main())
