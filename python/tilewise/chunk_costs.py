"""What some networks at a time cost: as sums of distinct layers, or each searched as a whole."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from tilewise import _core
from tilewise.costs import Progress

Floats = npt.NDArray[np.float64]
#: Of one device: a column by its name, a value a network.
Columns = dict[str, Any]
#: Costs (networks, devices, progress=...): `_core.cost_networks` with all else told.
Sweep = Callable[..., _core.NetworkSweep]

SUMS = ("latency_ms", "energy_mJ", "dram_bytes")
RANGES = ("latency_ms_low", "latency_ms_high", "energy_mJ_low", "energy_mJ_high")


class Chunk:
    """Some networks as the places of their layers among the distinct ones of all networks."""

    def __init__(self, show: Progress | None = None) -> None:
        self.show = show
        self.names: list[str] = []
        self.networks: list[tuple[str, _core.Network]] = []  #: where they are needed
        self.omitted: list[list[dict[str, Any]]] = []
        self._places: list[npt.NDArray[np.uint32]] = []
        self._macs: list[int] = []
        self._params: list[int] = []

    def take(
        self, name: str, network: _core.Network, layers: _core.NetworkLayers, keep: bool
    ) -> None:
        """Adds a network; keep: the network itself, too."""
        places, macs, params = layers.add(network)
        self.names.append(name)
        self.omitted.append(network.omitted)
        self._places.append(places)
        self._macs.append(macs)
        self._params.append(params)
        if keep:
            self.networks.append((name, network))

    def close(self) -> None:
        """Sets `places`, `owners` (a network for each place), `macs`, `params` and `omits`."""
        self.places = np.concatenate(self._places)
        sizes = [len(places) for places in self._places]
        self.owners = np.repeat(np.arange(len(sizes)), sizes)
        self.macs = np.array(self._macs, dtype=np.int64)
        self.params = np.array(self._params, dtype=np.int64)
        self.omits = np.array([bool(each) for each in self.omitted])

    def __len__(self) -> int:
        return len(self.names)

    def sum(self, of_layers: Floats) -> Floats:
        """Of each network the sum over its layers, in their order, as C++ adds them."""
        sums = np.bincount(self.owners, of_layers[self.places], minlength=len(self))
        return sums.astype(np.float64, copy=False)


class Told:
    """What is not in the sums, or there in parts; each layer and operator once, with the number of
    networks that have it."""

    def __init__(self, strict: bool) -> None:
        self.strict = strict
        self.mapped = self.known = 0
        self.evidence: dict[str, str] = {}  # by device
        self.unfit: Counter[tuple[str, str, str]] = Counter()  # device, layer, why
        self.split: Counter[tuple[str, str, tuple[str, ...]]] = Counter()  # device, layer, parts
        self.omitted: Counter[tuple[str, str]] = Counter()  # operator, why

    def count(self, sweep: _core.NetworkSweep) -> None:
        """The searches of a sweep, and what its store had."""
        self.mapped += sweep.mapped
        self.known += sweep.known

    def omitted_of(self, chunk: Chunk) -> None:
        """The operators of models that no layer stands for."""
        for omitted in filter(None, chunk.omitted):
            self.omitted.update({(each["operator"], each["why"]) for each in omitted})

    def check(self) -> None:
        """Raises InputError, if that was asked for, where something is not in the sums."""
        if self.strict:
            for text in self._texts():
                raise _core.InputError(text)

    def warn(self) -> None:
        """One warning of all that is not in the sums."""
        texts = self._texts()
        if texts:
            more = f"; and {len(texts) - 1} more: .attrs['unfit'], .attrs['omitted']"
            warnings.warn(texts[0] + (more if len(texts) > 1 else ""), stacklevel=4)

    def facts(self) -> dict[str, Any]:
        """All of it, as `.attrs` has it."""
        return {
            "mapped": self.mapped,
            "known": self.known,
            "evidence": self.evidence,
            "unfit": [
                {"device": device, "layer": layer, "why": why, "networks": count}
                for (device, layer, why), count in self.unfit.items()
            ],
            "split": [
                {"device": device, "layer": layer, "parts": list(parts), "networks": count}
                for (device, layer, parts), count in self.split.items()
            ],
            "omitted": [
                {"operator": operator, "why": why, "networks": count}
                for (operator, why), count in self.omitted.items()
            ],
        }

    def _texts(self) -> list[str]:
        texts = [
            f"partial: {count} networks on {device}: {why}"
            for (device, _, why), count in self.unfit.items()
        ]
        return texts + [f"{count} networks: {why}" for (_, why), count in self.omitted.items()]


class SummedLayers:
    """Devices on which a network costs the sum of its layers: each distinct one is mapped once."""

    def __init__(
        self,
        devices: list[_core.Device],
        layers: _core.NetworkLayers,
        sweep: Sweep,
        told: Told,
    ) -> None:
        self.devices, self.layers, self.sweep, self.told = devices, layers, sweep, told
        told.evidence |= {device.name: device.evidence for device in devices}
        #: [device, layer, sum]: SUMS, then how far other energies are below and above.
        self.sums: Floats = np.empty((len(devices), 0, 5))
        #: [device] by the place of a layer: its name and why it fits not, or in which parts.
        self.unfit: list[dict[int, tuple[str, str]]] = [{} for _ in devices]
        self.split: list[dict[int, tuple[str, tuple[str, ...]]]] = [{} for _ in devices]

    def costs(self, chunk: Chunk) -> dict[str, Columns]:
        """The columns of each device by its name."""
        self._map_new(chunk)
        return {device.name: self._of_device(d, chunk) for d, device in enumerate(self.devices)}

    def _map_new(self, chunk: Chunk) -> None:
        """Maps the layers that no chunk before had, each as a network of itself."""
        first = self.sums.shape[1]
        fresh = self.layers.since(first)
        if not fresh:
            return
        alone = [(str(first + i), _core.network_of([layer])) for i, layer in enumerate(fresh)]
        result = self.sweep(alone, self.devices, progress=chunk.show)
        self.told.count(result)
        sums = _core.network_sums(result).reshape(len(self.devices), len(fresh), 5)
        self.sums = np.concatenate([self.sums, sums], axis=1)
        for i, total in enumerate(result.totals()):
            place, d = divmod(i, len(self.devices))
            for each in total["unfit"]:
                self.unfit[d][first + place] = (each["layer"], each["why"])
            for each in total["split"]:
                self.split[d][first + place] = (each["layer"], tuple(each["parts"]))

    def _of_device(self, d: int, chunk: Chunk) -> Columns:
        latency, energy, dram, below, above = (
            chunk.sum(self.sums[d, :, column]) for column in range(5)
        )
        columns: Columns = {"latency_ms": latency, "energy_mJ": energy, "dram_bytes": dram}
        ends = _core.latency_ranges(self.devices[d], latency)
        known = ends is not None
        columns["latency_ms_low"] = ends[:, 0] if known else np.full(len(latency), np.nan)
        columns["latency_ms_high"] = ends[:, 1] if known else np.full(len(latency), np.nan)
        published = below + above > 0
        columns["energy_mJ_low"] = np.where(published, energy - below, np.nan)
        columns["energy_mJ_high"] = np.where(published, energy + above, np.nan)
        columns["partial"] = chunk.omits | self._tell(d, chunk)
        return columns

    def _tell(self, d: int, chunk: Chunk) -> npt.NDArray[np.bool_]:
        """Counts what is told of the layers; which networks lack one."""
        name = self.devices[d].name
        for place, (layer, parts) in self.split[d].items():
            self.told.split[name, layer, parts] += len(_owners(chunk, place))
        lacks = np.zeros(len(chunk), dtype=bool)
        for place, (layer, why) in self.unfit[d].items():
            owners = _owners(chunk, place)
            lacks[owners] = True
            if len(owners):
                self.told.unfit[name, layer, why] += len(owners)
        return lacks


def _owners(chunk: Chunk, place: int) -> npt.NDArray[np.int64]:
    """The networks of a chunk that have a layer."""
    return np.unique(chunk.owners[chunk.places == place])


class WholeNetworks:
    """Devices, or schedules, for which a network costs what a search of the whole of it says."""

    def __init__(self, devices: list[_core.Device], sweep: Sweep, told: Told) -> None:
        self.devices, self.sweep, self.told = devices, sweep, told

    def costs(self, chunk: Chunk) -> dict[str, Columns]:
        """The columns of each device by its name."""
        result = self.sweep(chunk.networks, self.devices, progress=chunk.show)
        self.told.count(result)
        totals = result.totals()
        for total in totals:
            self.told.evidence[total["device"]] = total["evidence"]
            for each in total["unfit"]:
                self.told.unfit[total["device"], each["layer"], each["why"]] += 1
            for each in total["split"]:
                self.told.split[total["device"], each["layer"], tuple(each["parts"])] += 1
        each = len(self.devices)
        return {
            device.name: self._columns(totals[d::each]) for d, device in enumerate(self.devices)
        }

    def _columns(self, totals: list[dict[str, Any]]) -> Columns:
        """None, where there is no range, becomes NaN."""
        columns: Columns = {
            column: np.array([total[column] for total in totals], dtype=np.float64)
            for column in (*SUMS, *RANGES)
        }
        lacks = [bool(total["unfit"] or total["omitted"]) for total in totals]
        columns["partial"] = np.array(lacks)
        return columns
