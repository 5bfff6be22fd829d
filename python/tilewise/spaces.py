"""Search spaces: their architectures, and what any of them costs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from tilewise import _core
from tilewise.costs import Progress
from tilewise.sweeps import provenance
from tilewise.tables import read_csv


class NASBench201:
    """The 15,625 cells of NAS-Bench-201; an index is that of the public data set."""

    size = 15_625
    datasets = ("cifar10", "cifar100", "ImageNet16-120")

    def arch_str(self, index: int) -> str:
        """The architecture at an index: "|nor_conv_3x3~0|+|none~0|skip_connect~1|+..."."""
        return _core.nasbench201_arch_str(index)

    def index(self, arch_str: str) -> int:
        """The index of an architecture."""
        return _core.nasbench201_index(arch_str)

    def network(
        self, architecture: int | str, dataset: str = "cifar10", prune_dead: bool = False
    ) -> _core.Network:
        """The network of an index or string; prune_dead: without dead layers."""
        return _core.nasbench201_network(self._index(architecture), dataset, prune_dead)

    def layers(
        self, architecture: int | str, dataset: str = "cifar10", prune_dead: bool = False
    ) -> list[_core.Layer]:
        """The layers of that network in the order in which they run."""
        return self.network(architecture, dataset, prune_dead).layers

    def config(self, architecture: int | str, dataset: str = "cifar10") -> dict[str, object]:
        """What the public NAS-Bench-201 code builds a network from."""
        return {
            "name": "infer.tiny",
            "C": 16,
            "N": 5,
            "arch_str": self.arch_str(self._index(architecture)),
            "num_classes": _core.classes(dataset),
        }

    def _index(self, architecture: int | str) -> int:
        return self.index(architecture) if isinstance(architecture, str) else architecture


class NATSBenchSize:
    """The 32,768 channel counts of the size space of NATS-Bench, the last count fastest."""

    size = 32_768
    datasets = ("cifar10", "cifar100", "ImageNet16-120")

    def arch_str(self, index: int) -> str:
        """The architecture at an index: "8:64:32:16:8"."""
        return _core.natsbench_size_arch_str(index)

    def index(self, arch_str: str) -> int:
        """The index of an architecture."""
        return _core.natsbench_size_index(arch_str)

    def network(self, architecture: int | str, dataset: str = "cifar10") -> _core.Network:
        """The network of an index or string."""
        return _core.natsbench_size_network(self._index(architecture), dataset)

    def layers(self, architecture: int | str, dataset: str = "cifar10") -> list[_core.Layer]:
        """The layers of that network in the order in which they run."""
        return self.network(architecture, dataset).layers

    def config(self, architecture: int | str, dataset: str = "cifar10") -> dict[str, object]:
        """What tells a network of the space apart: its channels and classes."""
        return {
            "name": "infer.shape.tiny",
            "channels": self.arch_str(self._index(architecture)),
            "num_classes": _core.classes(dataset),
        }

    def _index(self, architecture: int | str) -> int:
        return self.index(architecture) if isinstance(architecture, str) else architecture


class FBNet:
    """The 9^22 architectures of FBNet on one data set: each is a sum over 22 blocks.

    An architecture is 22 numbers, 0 (k3_e1) to 8 (skip), in the order of HW-NAS-Bench. The blocks
    are mapped once, when the object is made.
    """

    positions = 22
    metrics = ("latency_ms", "energy_mJ", "dram_bytes", "macs", "params")

    def __init__(
        self,
        dataset: str = "cifar100",
        devices: Iterable[str] = (),
        objective: str = "edp",
        factors: str = "auto",
        threads: int = 0,
        progress: Progress | None = None,
    ) -> None:
        names = [devices] if isinstance(devices, str) else [str(each) for each in devices]
        self.dataset = dataset
        self._sweep = _core.sweep_fbnet([dataset], names, objective, factors, threads, progress)
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

        ops: whole numbers 0 to 8 of shape (n, 22), or (22,) for one; uint8 in rows is read in
        place, others are copied. metric: one of `metrics`; None: (latency_ms, energy_mJ). device:
        its name; needed where there are several. Returns float64 of shape (n,), or two of them.

        Raises InputError where the shape is wrong or a number is no operation.
        """
        place = self._device(metric, device)
        matrix = _matrix(ops)
        _core.fbnet_check(matrix, threads)
        if metric is not None:
            return self._totals(metric, place, matrix, threads)
        return (
            self._totals("latency_ms", place, matrix, threads),
            self._totals("energy_mJ", place, matrix, threads),
        )

    def range(self, metric: str, device: str | None = None) -> tuple[float, float]:
        """The least and the most of a metric that any of the 9^22 architectures has."""
        return _core.fbnet_range(self._sweep, metric, self._device(metric, device))

    def fixed_parts(self, metric: str, device: str | None = None) -> dict[str, float]:
        """What every architecture has of a metric: stem, head, pool, classifier."""
        parts = _core.fbnet_fixed_parts(self._sweep, metric, self._device(metric, device))
        names = ("stem", "head", "pool", "classifier")
        return {name: parts[i] for i, name in enumerate(names)}

    def sample(self, count: int, seed: int = 0, threads: int = 0) -> npt.NDArray[np.uint8]:
        """`count` random architectures of shape (count, 22), those of `tilewise space fbnet`."""
        return _core.fbnet_sample(count, seed, threads)

    def network(self, ops: npt.ArrayLike) -> _core.Network:
        """The network of one architecture, 22 numbers."""
        matrix = _matrix(ops)
        if len(matrix) != 1:
            raise _core.InputError(f"ops: {len(matrix)} architectures; expected one")
        _core.fbnet_check(matrix, 1)
        return _core.fbnet_network(",".join(str(op) for op in matrix[0]), self.dataset)

    def _totals(
        self, metric: str, device: int, ops: npt.NDArray[np.uint8], threads: int
    ) -> npt.NDArray[np.float64]:
        totals = np.empty(len(ops))
        _core.fbnet_fill(self._sweep, metric, device, ops, totals, threads)
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


@overload
def space(name: Literal["nasbench201"]) -> NASBench201: ...
@overload
def space(name: Literal["natsbench_size"]) -> NATSBenchSize: ...
@overload
def space(
    name: Literal["fbnet"],
    *,
    dataset: str = ...,
    devices: Iterable[str] = ...,
    objective: str = ...,
    factors: str = ...,
    threads: int = ...,
    progress: Progress | None = ...,
) -> FBNet: ...
def space(name: str, **options: Any) -> NASBench201 | NATSBenchSize | FBNet:
    """A search space: "nasbench201", "natsbench_size", or "fbnet" with the arguments of FBNet.

    Raises InputError where there is no such space.
    """
    spaces: dict[str, Any] = {
        "nasbench201": NASBench201,
        "natsbench_size": NATSBenchSize,
        "fbnet": FBNet,
    }
    if name not in spaces:
        raise _core.InputError(f"{name}: no such space; there are: {', '.join(spaces)}")
    return spaces[name](**options)


def _matrix(ops: npt.ArrayLike) -> npt.NDArray[np.uint8]:
    """Architectures as rows of bytes; what does not fit into a byte becomes 255."""
    given = np.asarray(ops)
    if given.ndim == 1:
        given = given[np.newaxis]
    if given.ndim != 2 or given.shape[1] != FBNet.positions:
        raise _core.InputError(f"ops: shape {np.shape(ops)}; expected (n, {FBNet.positions})")
    if given.dtype.kind not in "iu":
        raise _core.InputError(f"ops: numbers of type {given.dtype}; expected whole numbers")
    if given.dtype == np.uint8:
        return np.ascontiguousarray(given)
    bytes_or_255 = np.where((given >= 0) & (given < 255), given, 255)
    return np.ascontiguousarray(bytes_or_255, dtype=np.uint8)
