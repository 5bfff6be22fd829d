"""The fixed parts of a space of blocks: their layers, and what each costs."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence

import pandas as pd

from tilewise import _core
from tilewise.registry import SPACES
from tilewise.spaces import BlockSpace

_SHAPE = ("N", "G", "M", "C", "P", "Q", "R", "S")
_PLANES = ("stride", "dilation", "padding", "image")


@functools.cache
def fixed_layers(space: str, dataset: str) -> dict[str, tuple[_core.Layer, ...]]:
    """The layers of each fixed part by its name, in the order in which they run."""
    network = _core.space_network(space, SPACES[space]["example"], dataset, False)
    blocks = BlockSpace(space, dataset)
    macs, params = blocks.fixed_parts("macs"), blocks.fixed_parts("params")
    return split_parts(
        network.layers, {name: (int(macs[name]), int(params[name])) for name in macs}
    )


def split_parts(
    layers: Sequence[_core.Layer], counts: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[_core.Layer, ...]]:
    """The layers of parts by their MACs and parameters, in the order in which they run: those at
    the head of a network that have as many, then those at its tail. Raises AssertionError where a
    part is not found."""
    rest, todo = list(layers), list(counts.items())
    found: dict[str, tuple[_core.Layer, ...]] = {}
    while todo and (head := _prefix(rest, *todo[0][1])):
        found[todo.pop(0)[0]] = tuple(rest[:head])
        rest = rest[head:]
    for name, count in reversed(todo):
        tail = _prefix(rest[::-1], *count)
        if not tail:
            raise AssertionError(f"{name}: not found in a network")
        found[name] = tuple(rest[-tail:])
        rest = rest[:-tail]
    return {name: found[name] for name in counts}


def _prefix(layers: Sequence[_core.Layer], macs: int, params: int) -> int:
    """How many of the first layers have these MACs and parameters; 0: it does not come out."""
    for count, layer in enumerate(layers, 1):
        macs, params = macs - layer.macs, params - layer.parameters
        if macs == 0 and params == 0:
            return count
        if macs < 0 or params < 0:
            break
    return 0


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
