"""What layers and networks cost on a device."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable, Iterable
from typing import Union

import pandas as pd

from tilewise import _core
from tilewise.tables import read_csv

LayerLike = Union[_core.Layer, str, "os.PathLike[str]"]
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
) -> _core.MapResult:
    """The best mapping of a layer on a device, with a proof that no other one is better.

    layer: a Layer, a shipped name or a file. arch: a Device, a shipped name or a file.
    objective: "edp", "energy", "latency", or "pareto" for every trade of energy for latency.
    factors: the bounds of loops in the space, "divisors", "all", or "auto": all where the proof is
    short enough. budget_seconds: stop after this time, with the gap that is proven by then; 0: no
    limit. gap: stop when the best is proven to be that near to the optimum, 0.01 for 1 %.

    Raises InputError where no mapping fits. Ctrl-C raises KeyboardInterrupt.
    """
    layer = _layer(layer)
    device = _device(arch, [layer], objective)
    return _core.map(layer, device, objective, factors, threads, budget_seconds, gap)


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
        mapping = _mapping(os.fspath(mapping), layer, device)
    return _core.evaluate(layer, device, mapping)


def cost(
    network: _core.Network | Iterable[LayerLike] | str | os.PathLike[str],
    arch: DeviceLike,
    objective: str = "edp",
    factors: str = "auto",
    threads: int = 0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """What a network costs on a device, a layer a row, each under its best mapping.

    network: a Network, layers, a shipped name ("resnet18") or a file. The columns are those of
    layers.csv (docs/formats.md): `cycles`, `latency_ms`, `energy_pJ`, `dram_bytes`, `mapping`, ...
    `.attrs["totals"]` has the sums `latency_ms`, `energy_mJ`, `dram_bytes`: layers run one after
    the other. progress(phase, share) is called now and then, from any thread; share is 0 to 1.

    Raises InputError where a layer fits in no way. Ctrl-C raises KeyboardInterrupt.
    """
    if isinstance(network, (str, os.PathLike)):  # noqa: UP038 (Python 3.9)
        network = _core.find_network(network)
    if isinstance(network, _core.Network):
        layers = network.layers
    else:
        layers = [_layer(each) for each in network]
    device = _device(arch, layers, objective)
    text, totals = _core.cost(layers, device, objective, factors, threads, progress)
    table = read_csv(text)
    table.attrs["totals"] = totals
    return table


def _layer(layer: LayerLike) -> _core.Layer:
    return layer if isinstance(layer, _core.Layer) else _core.Layer.from_yaml(os.fspath(layer))


def _device(device: DeviceLike, layers: list[_core.Layer], objective: str) -> _core.Device:
    if isinstance(device, _core.Device):
        return device
    return _core.engine_for(os.fspath(device), layers, objective)


def _mapping(text: str, layer: _core.Layer, device: _core.Device) -> _core.Mapping:
    if "\n" in text and not pathlib.Path(text).exists():
        return _core.parse_mapping(text, device)
    return _core.find_mapping(text, layer, device)
