"""The fixed parts of a space of blocks: their layers, and what each costs."""

from __future__ import annotations

import functools
import math

import pandas as pd

from tilewise import _core

_SHAPE = ("N", "G", "M", "C", "P", "Q", "R", "S")
_PLANES = ("stride", "dilation", "padding", "image")


@functools.cache
def fixed_layers(space: str, dataset: str) -> dict[str, tuple[_core.Layer, ...]]:
    """The layers of each fixed part by its name, in the order in which they run."""
    return {name: tuple(part) for name, part in _core.block_fixed_layers(space, dataset)}


def fixed_costs(
    layers: pd.DataFrame, space: str, dataset: str, device: str, metric: str, total: float
) -> dict[str, float]:
    """What each fixed part costs, by name: metric "latency" in ms, "energy" in mJ. Where the parts
    do not add up to `total`, as with a published model of whole networks, the first has it all."""
    parts = fixed_layers(space, dataset)
    mine = layers[layers["device"] == device]
    column, scale = ("latency_ms", 1.0) if metric == "latency" else ("energy_pJ", 1e9)
    if not mine.empty:
        costs = {
            name: sum(float(_row(mine, layer)[column]) / scale for layer in part)
            for name, part in parts.items()
        }
        if math.isclose(sum(costs.values()), total, rel_tol=1e-9):
            return costs
    return {name: 0.0 if place else total for place, name in enumerate(parts)}


def _row(layers: pd.DataFrame, layer: _core.Layer) -> pd.Series:
    """The row of layers.csv with the shape of a layer."""
    same = layers["operator"] == layer.op
    for dim in _SHAPE:
        same &= layers[dim] == layer.bounds[dim]
    for plane in _PLANES:
        vertical, horizontal = getattr(layer, plane)
        same &= layers[f"{plane}_vertical"] == vertical
        same &= layers[f"{plane}_horizontal"] == horizontal
    if same.sum() != 1:
        raise AssertionError(f"{layer.name}: {same.sum()} layers of its shape")
    return layers.loc[same].iloc[0]
