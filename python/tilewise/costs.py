"""What layers and networks cost on a device."""

from __future__ import annotations

import json
import os
import pathlib
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Union

from tilewise import _core
from tilewise.schedules import Schedule
from tilewise.words import one_of, path_of

if TYPE_CHECKING:
    import pandas as pd

LayerLike = Union[_core.Layer, str, "os.PathLike[str]"]
NetworkLike = Union[_core.Network, str, "os.PathLike[str]"]
DeviceLike = Union[_core.Device, str, "os.PathLike[str]"]
Progress = Callable[[str, float], object]


def device(
    name: str | os.PathLike[str],
    layers: Iterable[LayerLike] | None = None,
    objective: str = "edp",
) -> _core.Device:
    """The device of a shipped name ("eyeriss", "zc706"), of a file, or a preset of HW-NAS-Bench
    ("hwnasbench-zc706"). "board:ultra96" is the engine that is found for that FPGA board, these
    `layers` and this `objective`.

    Raises InputError, which lists the names, where there is no such device.
    """
    if layers is None:
        return _core.arch(os.fspath(name))
    return _core.engine_for(os.fspath(name), [_layer(each) for each in layers], objective)


def map(
    layer: LayerLike,
    arch: DeviceLike,
    objective: str = "edp",
    factors: str = "auto",
    threads: int = 0,
    budget_seconds: float = 0,
    gap: float = 0,
    tiles: str = "even",
) -> _core.MapResult:
    """The best mapping of a layer on a device, with a proof that no other one is better.

    layer: a Layer, a shipped name or a file. arch: a Device, a shipped name or a file.
    objective: "edp", "energy", "latency", or "pareto" for every trade of energy for latency.
    factors: the bounds of loops in the space, "divisors", "all", or "auto": all where the proof is
    short enough. budget_seconds: stop after this time, with the gap that is proven by then; 0: no
    limit. gap: stop when the best is proven to be that near to the optimum, 0.01 for 1 %.
    tiles: "even": the tensors of a level share a place in the nest; "by_tensor": each has its own.

    Raises InputError where no mapping fits. Ctrl-C raises KeyboardInterrupt.
    """
    layer = _layer(layer)
    device = _device(arch, [layer], objective)
    return _core.map(layer, device, objective, factors, threads, budget_seconds, gap, tiles)


def evaluate(
    layer: LayerLike,
    arch: DeviceLike,
    mapping: _core.Mapping | str | os.PathLike[str],
) -> _core.Cost:
    """What a layer costs under a given mapping.

    mapping: a Mapping; the name of a file; the text of one; or row-stationary parameters, such as
    "m=64,n=4,e=13,p=16,q=3,r=2,t=2".

    Raises InputError where the mapping does not cover the layer or does not fit the device.
    """
    layer = _layer(layer)
    device = _device(arch, [layer], "edp")
    if not isinstance(mapping, _core.Mapping):
        mapping = _mapping(path_of(mapping, "mapping"), layer, device)
    return _core.evaluate(layer, device, mapping)


def cost(
    network: NetworkLike | Iterable[NetworkLike] | Iterable[LayerLike],
    arch: DeviceLike | Iterable[DeviceLike],
    objective: str = "edp",
    factors: str = "auto",
    threads: int = 0,
    progress: Progress | None = None,
    *,
    batch: int | None = None,
    dims: dict[str, int] | None = None,
    unfused: bool = False,
    store: str | os.PathLike[str] | None = None,
    strict: bool = False,
    schedule: str | os.PathLike[str] = "separate",
    orders: str = "given",
    images: int | str = 1,
    budget_seconds: float = 0,
) -> pd.DataFrame:
    """What networks cost on devices, a layer a row, each under its best mapping.

    network: a Network, layers, a shipped name ("resnet18") or a file. The columns are those of
    layers.csv (docs/formats.md): `cycles`, `latency_ms`, `energy_pJ`, `dram_bytes`, `mapping`, ...
    `.attrs["totals"]` has the sums `latency_ms`, `energy_mJ`, `dram_bytes` (layers run one after
    the other), `.attrs["ranges"]` `_low` and `_high` of the first two, with `evidence` (formats.md,
    Ranges), `.attrs["json"]` what `cost --json` prints, for `tilewise.plot`. progress(phase, share)
    is called from any thread; share is 0 to 1.

    schedule: what stays on chip between layers: "separate", "kept", "fused", "best", or a file
    to price, as `--schedule`; layers cost what they do under it. `.attrs["schedules"]` has a
    Schedule a network and device, which `print` draws. orders: of the layers in a schedule:
    "given", or "all" in which each comes after those that it reads. images: that run one after
    another, a number or "stream", over which weights may stay on chip; rows and totals are those
    of each further image. budget_seconds: of the search of each; 0: no limit.

    Several networks are a list, names by comma ("resnet18,vgg16") or a pattern ("models/*.onnx");
    several devices a list, or names by comma. Then the first column is `network`, and
    `.attrs["totals"]` has a dictionary a network and device, with `network` and `device`. Strings
    of which each is a layer are layers. batch, dims, unfused: as `--batch`, `--dim` and `--unfused`
    of the program, for networks by name. store: a folder that keeps what is mapped for later calls,
    as `--store`; `.attrs["mapped"]` and `.attrs["known"]` count the problems that were searched and
    found there.

    A layer that does not fit a device is split, a row a part; `.attrs["split"]` says which and how
    (`network`, `device`, `layer`, `parts`). Where no part fits it is left out of rows and totals,
    and warned of; `.attrs["unfit"]` says which and why (`network`, `device`, `layer`, `why`),
    `.attrs["omitted"]` which operators of a model have no layer (`network`, `operator`, `count`,
    `why`). With `strict` either is an InputError. Ctrl-C raises KeyboardInterrupt; the store has
    what is mapped by then.
    """
    networks, several = _networks(network, {"batch": batch, "dims": dims or {}, "unfused": unfused})
    asked = _devices(arch)
    one = (_core.Device, str, os.PathLike)
    several = several or len(asked) != 1 or not isinstance(arch, one)
    layers = [layer for _, each in networks for layer in each.layers]
    devices = [_device(each, layers, objective) for each in asked]
    result = _core.cost_networks(
        networks, devices, objective, factors, threads, os.fspath(store or ""),
        os.fspath(schedule), orders, str(images), budget_seconds, progress,
    )  # fmt: skip
    return _table_of(result, several, strict)


def _table_of(result: _core.NetworkSweep, several: bool, strict: bool) -> pd.DataFrame:
    """The rows of all networks and devices, with what is told of them; of one without its name."""
    from tilewise.tables import read_csv

    totals = result.totals()
    split = _taken(totals, "split")
    unfit, omitted = _tell_what_lacks(totals, strict)
    ranges: Any = [_ranges(total) for total in totals]
    table = read_csv(result.layers_csv())
    if not several:
        table = table.drop(columns="network")
        totals = {key: totals[0][key] for key in ("latency_ms", "energy_mJ", "dram_bytes")}
        ranges = ranges[0]
    table.attrs.update(
        totals=totals, ranges=ranges, split=split, unfit=unfit, omitted=omitted,
        mapped=result.mapped, known=result.known, schedules=_schedules(result),
        json=result.json(),
    )  # fmt: skip
    return table


def _schedules(result: _core.NetworkSweep) -> list[Schedule]:
    """A schedule a network and device; none where every tensor goes off chip."""
    made = []
    for each in result.schedules():
        details = json.loads(each.pop("details"))
        made.append(Schedule(details | each))
    return made


def _ranges(total: dict[str, Any]) -> dict[str, Any]:
    """The ranges of a network and device, taken out of its totals, and what they rest on."""
    keys = ("latency_ms_low", "latency_ms_high", "energy_mJ_low", "energy_mJ_high", "evidence")
    where = {key: total[key] for key in ("network", "device")}
    return where | {key: total.pop(key) for key in keys}


def _taken(totals: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """The layers under `key` of each network and device, taken out of the totals."""
    return [
        {"network": total["network"], "device": total["device"], **layer}
        for total in totals
        for layer in total.pop(key)
    ]


def _tell_what_lacks(
    totals: list[dict[str, Any]], strict: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Takes layers that fit nowhere, and operators without a layer, out of the totals; warns of
    each, or raises InputError."""
    unfit = _taken(totals, "unfit")
    omitted = [
        {"network": name, **each}
        for name, lacks in {total["network"]: total.pop("omitted") for total in totals}.items()
        for each in lacks
    ]
    told = [f"partial: {each['network']} on {each['device']}: {each['why']}" for each in unfit]
    told += [f"{each['network']}: {each['why']}" for each in omitted]
    for text in told:
        if strict:
            raise _core.InputError(text)
        warnings.warn(text, stacklevel=4)
    return unfit, omitted


def _networks(given: object, asked: dict[str, Any]) -> tuple[list[tuple[str, _core.Network]], bool]:
    """Networks with their names, and whether the caller asked for several."""
    if isinstance(given, (str, os.PathLike)):
        found = _core.find_networks([os.fspath(given)], **asked)
        word = os.fspath(given)
        return found, not os.path.exists(word) and any(mark in word for mark in ",*?[")
    if isinstance(given, _core.Network):
        return _at_hand([given], asked), False
    items = list(given)  # type: ignore[call-overload]
    if any(isinstance(each, _core.Network) for each in items):
        networks = []
        for each in items:
            if isinstance(each, _core.Network):
                networks += [network for _, network in _at_hand([each], asked)]
            else:
                found = _core.find_networks([os.fspath(each)], **asked)
                networks += [network for _, network in found]
        return _core.list_networks(networks), True
    layers = _layers(items)
    if layers is not None:
        return _at_hand([_core.network_of(layers)], asked), False
    return _core.find_networks([os.fspath(each) for each in items], **asked), True


def _at_hand(
    networks: list[_core.Network], asked: dict[str, Any]
) -> list[tuple[str, _core.Network]]:
    for word, is_asked in (("batch", asked["batch"] is not None), ("unfused", asked["unfused"])):
        if is_asked:
            raise _core.InputError(
                f"{word}: of a network that is made already; name it, or its file"
            )
    return _core.list_networks(networks)


def _layers(items: list[object]) -> list[_core.Layer] | None:
    """The layers that the items are; None: they are something else."""
    if any(isinstance(each, _core.Layer) for each in items):
        return [_layer(each) for each in items]  # type: ignore[arg-type]
    try:
        return [_layer(each) for each in items] or None  # type: ignore[arg-type]
    except _core.InputError:
        return None


def _devices(given: object) -> list[DeviceLike]:
    if isinstance(given, str) and not os.path.exists(given):
        return list(given.split(","))
    if isinstance(given, (_core.Device, str, os.PathLike)):
        return [given]
    return [part for each in given for part in _devices(each)]  # type: ignore[attr-defined]


def _layer(layer: LayerLike) -> _core.Layer:
    layer = one_of(layer, "layer", "tilewise.cost takes lists")
    if isinstance(layer, _core.Layer):
        return layer
    return _core.Layer.from_yaml(path_of(layer, "layer"))


def _device(device: DeviceLike, layers: list[_core.Layer], objective: str) -> _core.Device:
    device = one_of(device, "device", "tilewise.cost and tilewise.sweep take lists")
    if isinstance(device, _core.Device):
        return device
    return _core.engine_for(path_of(device, "device"), layers, objective)


def _mapping(text: str, layer: _core.Layer, device: _core.Device) -> _core.Mapping:
    if "\n" in text and not pathlib.Path(text).exists():
        return _core.parse_mapping(text, device)
    return _core.find_mapping(text, layer, device)
