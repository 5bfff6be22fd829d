"""What very many networks cost: a row each, every distinct layer mapped once a device."""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from tilewise import _core
from tilewise.chunk_costs import (
    RANGES,
    SUMS,
    Chunk,
    Columns,
    SummedLayers,
    Sweep,
    Told,
    WholeNetworks,
)
from tilewise.costs import DeviceLike, Progress, _devices
from tilewise.network_items import named_networks
from tilewise.terminal import wiped_line

NUMBERS = (*SUMS, "macs", "params", *RANGES, "partial")


def cost_many(
    networks: Any,
    devices: DeviceLike | Iterable[DeviceLike],
    objective: str = "edp",
    factors: str = "auto",
    threads: int = 0,
    progress: Progress | None = None,
    *,
    chunk: int = 500,
    batch: int | None = None,
    dims: dict[str, int] | None = None,
    unfused: bool = False,
    store: str | os.PathLike[str] | None = None,
    strict: bool = False,
    schedule: str = "separate",
    orders: str = "given",
    images: int | str = 1,
    budget_seconds: float = 0,
) -> pd.DataFrame:
    """What any number of networks cost on devices, a row a network and device.

    networks: an iterable, which may be a generator, of Networks, names, files and patterns as
    `cost` takes them, and (module, example) of PyTorch (`Network.from_torch`); or a dictionary of
    these by name, or pairs (name, one of these). A network is called by its name, one of a file
    by the word that was given; the second of a name is "name (2)".

    The columns: `network`, `device`, `latency_ms`, `energy_mJ`, `dram_bytes` (the numbers of
    `cost`), `macs`, `params`, the ranges `latency_ms_low`, `latency_ms_high`, `energy_mJ_low`,
    `energy_mJ_high` (NaN: none), and `partial`: whether some of the network is not in the sums.

    Layers that are equal but for their names are mapped once a device over all networks. `chunk`
    networks are in memory at a time; no number depends on it, nor on `threads`. progress(phase,
    share) is called from any thread, a phase a chunk ("networks 1 to 500"), share 0 to 1; None: a
    line on the terminal, if the error stream is one. All else is as of `cost`; under a schedule,
    and on engines whose layers depend on their network, each network is a search of its own.

    `.attrs`: `mapped` and `known` count searches and what the store had; `distinct_layers`;
    `evidence` by device; `unfit`, `split` and `omitted` say what `cost` says, each distinct layer
    or operator once, with the number of `networks` that have it. One warning tells of unfit and
    omitted ones; with `strict` it is an InputError. Ctrl-C raises KeyboardInterrupt.
    """
    if chunk < 1:
        raise _core.InputError(f"chunk: {chunk}; expected 1 or more networks at a time")
    asked = {"batch": batch, "dims": dims or {}, "unfused": unfused}
    on = _checked_devices(devices, objective)
    searched = schedule != "separate" or images != 1
    with _store_of(store, searched) as folder, wiped_line(_layers_so_far) as bar:
        sweep = functools.partial(
            _core.cost_networks, objective=objective, factors=factors, threads=threads,
            store=folder, schedule=os.fspath(schedule), orders=orders, images=str(images),
            budget_seconds=budget_seconds,
        )  # fmt: skip
        whole = {each.name for each in on if _core.depends_on_network(each) or searched}
        run = _Run(on, whole, sweep, strict)
        given = named_networks(networks, asked)
        while run.add(itertools.islice(given, chunk), progress or bar):
            pass
        return run.table()


class _Run:
    """The rows so far, and what is told of them."""

    def __init__(
        self, devices: list[_core.Device], searched: set[str], sweep: Sweep, strict: bool
    ) -> None:
        self.names = [device.name for device in devices]
        self.told = Told(strict)
        self.layers = _core.NetworkLayers()
        of_layers = [each for each in devices if each.name not in searched]
        of_networks = [each for each in devices if each.name in searched]
        self.ways: list[SummedLayers | WholeNetworks] = [
            SummedLayers(of_layers, self.layers, sweep, self.told),
            WholeNetworks(of_networks, sweep, self.told),
        ]
        self.keep = bool(of_networks)
        self.networks: list[str] = []
        self.columns: dict[str, list[Any]] = {column: [] for column in NUMBERS}

    def add(self, given: Iterable[tuple[str, _core.Network]], show: Progress | None) -> bool:
        """The rows of some networks; False: there was none."""
        chunk = Chunk()
        for name, network in given:
            chunk.take(name, network, self.layers, self.keep)
        if not len(chunk):
            return False
        chunk.close()
        first = len(self.networks) + 1
        chunk.show = _of_phase(show, f"networks {first} to {first + len(chunk) - 1}")
        self.told.omitted_of(chunk)
        by_device: dict[str, Columns] = {}
        for way in self.ways:
            if way.devices:
                by_device |= way.costs(chunk)
        self.told.check()
        self.networks += chunk.names
        each = len(self.names)
        self.columns["macs"].append(np.repeat(chunk.macs, each))
        self.columns["params"].append(np.repeat(chunk.params, each))
        for column in (*SUMS, *RANGES, "partial"):
            of_devices = [by_device[name][column] for name in self.names]
            self.columns[column].append(np.stack(of_devices, axis=1).ravel())
        if chunk.show:  # also where no layer was new
            chunk.show("", 1.0)
        return True

    def table(self) -> pd.DataFrame:
        """All rows; warns once of what is partial."""
        if not self.networks:
            raise _core.InputError("networks: there is none; give one, such as 'resnet18'")
        columns: dict[str, Any] = {
            "network": [name for name in self.networks for _ in self.names],
            "device": self.names * len(self.networks),
        }
        columns |= {column: np.concatenate(parts) for column, parts in self.columns.items()}
        table = pd.DataFrame(columns)
        self.told.warn()
        table.attrs.update(self.told.facts(), distinct_layers=len(self.layers))
        return table


def _checked_devices(
    given: DeviceLike | Iterable[DeviceLike], objective: str
) -> list[_core.Device]:
    """The devices, each once, known before any network."""
    devices: list[_core.Device] = []
    for each in _devices(given):
        if not isinstance(each, _core.Device):
            word = os.fspath(each)
            if word.startswith("board:"):
                raise _core.InputError(
                    f"{word}: the engine of a board is found for layers; give it as "
                    f"tilewise.device({word!r}, layers=[...])"
                )
            each = _core.engine_for(word, [], objective)
        if each.name in {other.name for other in devices}:
            raise _core.InputError(
                f"device {each.name}: is there twice; give each device once, with a name of its own"
            )
        devices.append(each)
    if not devices:
        raise _core.InputError("device: none is named; name one, such as eyeriss")
    return devices


def _of_phase(show: Progress | None, chunk: str) -> Progress | None:
    """Tells of a chunk instead of the phases in it."""
    return None if show is None else lambda phase, share: show(chunk, share)


@contextlib.contextmanager
def _store_of(store: str | os.PathLike[str] | None, searched: bool) -> Iterator[str]:
    """The folder of a store, "": none. Of searches of whole networks one for the call, if need be:
    what their layers cost is then known from chunk to chunk."""
    if store or not searched:
        yield os.fspath(store or "")
        return
    with tempfile.TemporaryDirectory(prefix="tilewise-") as folder:
        yield folder


def _layers_so_far(chunk: str, share: float) -> str:
    return f"{chunk}: layers {share:4.0%}"
