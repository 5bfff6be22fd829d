"""Search spaces: their candidates, and what any of them costs. The core has the list of spaces."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tilewise import _core
from tilewise.costs import Progress
from tilewise.registry import SPACES, datasets_of, is_indexed
from tilewise.sweeps import provenance
from tilewise.tables import read_csv


class IndexedSpace:
    """A space whose candidates have indices: those of its public data set, if it has one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.size: int = SPACES[name]["size"]
        self.datasets = datasets_of(name)

    def arch_str(self, index: int) -> str:
        """The text of the candidate at an index, as the public data sets write it."""
        return _core.space_text(self.name, index)

    def index(self, arch_str: str) -> int:
        """The index of a text."""
        return _core.space_index(self.name, arch_str)

    def network(
        self, candidate: int | str, dataset: str | None = None, prune_dead: bool = False
    ) -> _core.Network:
        """The network of an index or text; prune_dead: without layers that change nothing."""
        text = self._text(candidate)
        return _core.space_network(self.name, text, dataset or self.datasets[0], prune_dead)

    def layers(
        self, candidate: int | str, dataset: str | None = None, prune_dead: bool = False
    ) -> list[_core.Layer]:
        """The layers of that network in the order in which they run."""
        return self.network(candidate, dataset, prune_dead).layers

    def config(self, candidate: int | str, dataset: str | None = None) -> dict[str, Any]:
        """What the public code of the space builds a network from."""
        text = self._text(candidate)
        made: dict[str, Any] = json.loads(
            _core.space_config(self.name, text, dataset or self.datasets[0])
        )
        return made

    def _text(self, candidate: int | str) -> str:
        return candidate if isinstance(candidate, str) else self.arch_str(candidate)

    def __repr__(self) -> str:
        return f"<IndexedSpace {self.name}: {self.size} candidates>"


class BlockSpace:
    """A space on one data set whose candidates are sums: a fixed part, and one block at each
    position.

    A candidate is as many numbers as there are positions, each below the number of choices, in the
    order of the public data set. The blocks are mapped once, when the object is made.
    """

    metrics = ("latency_ms", "energy_mJ", "dram_bytes", "macs", "params")

    def __init__(
        self,
        name: str,
        dataset: str | None = None,
        devices: Iterable[str] = (),
        objective: str = "edp",
        factors: str = "auto",
        threads: int = 0,
        progress: Progress | None = None,
        *,
        schedule: str = "separate",
    ) -> None:
        names = [devices] if isinstance(devices, str) else [str(each) for each in devices]
        self.name = name
        self.positions: int = SPACES[name]["positions"]
        self.choices: list[str] = SPACES[name]["choices"]
        self.dataset = dataset or datasets_of(name)[0]
        self._sweep = _core.sweep(
            name, [self.dataset], names, objective, factors, False, schedule, threads, progress
        )
        self.attrs = provenance(self._sweep, objective, factors)
        self.devices: list[str] = [each["name"] for each in self.attrs["devices"]]

    @property
    def blocks(self) -> pd.DataFrame:
        """The table that all costs are sums of: blocks.csv (docs/formats.md)."""
        return read_csv(self._sweep.blocks_csv())

    @property
    def layers(self) -> pd.DataFrame:
        """The distinct layers with mapping and cost: layers.csv (docs/formats.md)."""
        return read_csv(self._sweep.layers_csv())

    def cost(
        self,
        ops: npt.ArrayLike,
        metric: str | None = None,
        device: str | None = None,
        threads: int = 0,
    ) -> npt.NDArray[np.float64] | tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """What architectures cost.

        ops: whole numbers of shape (n, positions), or (positions,) for one, each the number of a
        choice; uint8 in rows is read in place, others are copied. metric: one of `metrics`; None:
        (latency_ms, energy_mJ). device: its name; needed where there are several. Returns
        float64 of shape (n,), or two of them.

        Raises InputError where the shape is wrong or a number is no operation.
        """
        place = self._device(metric, device)
        matrix = self._matrix(ops)
        _core.block_check(self.name, matrix, threads)
        if metric is not None:
            return self._totals(metric, place, matrix, threads)
        return (
            self._totals("latency_ms", place, matrix, threads),
            self._totals("energy_mJ", place, matrix, threads),
        )

    def range(self, metric: str, device: str | None = None) -> tuple[float, float]:
        """The least and the most of a metric that any candidate has."""
        return _core.block_range(self._sweep, metric, self._device(metric, device))

    def fixed_parts(self, metric: str, device: str | None = None) -> dict[str, float]:
        """What every candidate has of a metric, by the name of the part."""
        return _core.block_fixed_parts(self._sweep, metric, self._device(metric, device))

    def keys(self) -> tuple[list[tuple[str, str]], list[list[str]]]:
        """How published tables name the parts: (name, key) of the fixed ones in the order in which
        they run, and [position][choice]."""
        return _core.block_keys(self.name, self.dataset)

    def sample(self, count: int, seed: int = 0, threads: int = 0) -> npt.NDArray[np.uint8]:
        """`count` random candidates, one a row: those of `tilewise space NAME --sample`."""
        return _core.block_sample(self.name, count, seed, threads)

    def arch_str(self, ops: npt.ArrayLike) -> str:
        """The text of one candidate, as the space writes it."""
        return self._text(ops)

    def ops(self, arch_str: str) -> npt.NDArray[np.uint8]:
        """The choices of a text: numbers or names by comma; of a space of cells also the `str` of a
        genotype of DARTS."""
        row: npt.NDArray[np.uint8] = _core.block_row(self.name, arch_str)[0]
        return row

    def network(self, ops: npt.ArrayLike) -> _core.Network:
        """The network of one candidate."""
        return _core.space_network(self.name, self._text(ops), self.dataset, False)

    def config(self, ops: npt.ArrayLike) -> dict[str, Any]:
        """What the public code of the space builds a network from."""
        made: dict[str, Any] = json.loads(
            _core.space_config(self.name, self._text(ops), self.dataset)
        )
        return made

    def _text(self, ops: npt.ArrayLike) -> str:
        matrix = self._matrix(ops)
        if len(matrix) != 1:
            raise _core.InputError(f"ops: {len(matrix)} architectures; expected one")
        _core.block_check(self.name, matrix, 1)
        return _core.block_text(self.name, matrix)

    def _matrix(self, ops: npt.ArrayLike) -> npt.NDArray[np.uint8]:
        """Candidates as rows of bytes; what does not fit into a byte becomes 255."""
        given = np.asarray(ops)
        if given.ndim == 1:
            given = given[np.newaxis]
        if given.ndim != 2 or given.shape[1] != self.positions:
            raise _core.InputError(f"ops: shape {np.shape(ops)}; expected (n, {self.positions})")
        if given.dtype.kind not in "iu":
            raise _core.InputError(f"ops: numbers of type {given.dtype}; expected whole numbers")
        if given.dtype == np.uint8:
            return np.ascontiguousarray(given)
        bytes_or_255 = np.where((given >= 0) & (given < 255), given, 255)
        return np.ascontiguousarray(bytes_or_255, dtype=np.uint8)

    def _totals(
        self, metric: str, device: int, ops: npt.NDArray[np.uint8], threads: int
    ) -> npt.NDArray[np.float64]:
        totals = np.empty(len(ops))
        _core.block_fill(self._sweep, metric, device, ops, totals, threads)
        return totals

    def _device(self, metric: str | None, device: str | None) -> int:
        """The place of a device; 0 where the metric is of the network alone."""
        if metric in ("macs", "params"):
            return 0
        if device in self.devices:
            return self.devices.index(device)
        if device is None and len(self.devices) == 1:
            return 0
        there_are = ", ".join(self.devices) or "none; give devices=[...] to tilewise.space"
        raise _core.InputError(
            f"device: {device}: expected one of the space; there are: {there_are}"
        )


def space(name: str, **options: Any) -> Any:
    """A search space by its name: an IndexedSpace, or a BlockSpace with the options of that class
    (dataset, devices, objective, factors, threads, progress).

    Raises InputError, which lists the names, where there is no such space.
    """
    if is_indexed(name):
        if options:
            raise _core.InputError(f"{name}: takes no {', '.join(options)}; ask tilewise.sweep")
        return IndexedSpace(name)
    return BlockSpace(name, **options)
