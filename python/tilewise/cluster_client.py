"""The Dask cluster that a command names: a scheduler, or worker processes on this machine."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tilewise._core import InputError
from tilewise.text_numbers import number_of, whole_of

if TYPE_CHECKING:
    from distributed import Client


@contextlib.contextmanager
def client_of(scheduler: str | None, workers: int | None, timeout: float) -> Iterator[Client]:
    """A client of the scheduler at an address, which answers within `timeout` seconds; None: of
    so many workers on this machine, None: one a core. Raises InputError."""
    try:
        import distributed
    except ImportError as error:
        raise InputError(
            f"a cluster: {error}; install what it needs: pip install 'tilewise[cluster]'"
        ) from None
    logging.disable()  # what is wrong is told once, by us
    if scheduler is None:
        cluster = distributed.LocalCluster(
            n_workers=workers or len(os.sched_getaffinity(0)),
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        )
        with cluster, distributed.Client(cluster) as client:
            yield client
        return
    try:
        kind = asyncio.run(_kind(scheduler, timeout))
    except (OSError, ValueError, asyncio.TimeoutError) as error:  # noqa: UP041 (Python 3.9)
        raise InputError(
            f"--scheduler {scheduler}: no scheduler answers there within {timeout:g} s "
            f"({error or type(error).__name__}); expected an address such as tcp://10.0.0.1:8786, "
            "as `dask scheduler` says"
        ) from None
    if kind != "Scheduler":
        raise InputError(f"--scheduler {scheduler}: is a {kind}, no scheduler")
    with distributed.Client(scheduler, timeout=timeout) as client:
        yield client


async def _kind(address: str, timeout: float) -> str:
    """What of Dask listens at an address: "Scheduler". A client would wait for ever on what takes
    the connection and says nothing."""
    import distributed

    security = distributed.Security().get_connection_args("client")
    async with distributed.rpc(address, timeout=timeout, connection_args=security) as there:
        answer = await asyncio.wait_for(there.identity(), timeout)
    return str(answer["type"])


def add_cluster_options(parser: argparse.ArgumentParser, neither: str) -> None:
    """--scheduler and --workers; neither: what then is."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of a Dask scheduler, tcp://HOST:PORT, whose workers map layers",
    )
    where.add_argument(
        "--workers", metavar="N", type=whole(1),
        help=f"worker processes on this machine; {neither}",
    )  # fmt: skip


def whole(least: int) -> Callable[[str], int]:
    """What reads a whole number from `least` on, for argparse."""

    def read(text: str) -> int:
        with contextlib.suppress(ValueError):
            if (whole := whole_of(text)) >= least:
                return whole
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from {least} on")

    return read


def positive(text: str) -> float:
    """A number of seconds, for argparse."""
    with contextlib.suppress(ValueError):
        if (seconds := number_of(text)) > 0:
            return seconds
    raise argparse.ArgumentTypeError(f"{text!r}: expected a number of seconds above 0")
