"""Whole search spaces as tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, overload

import pandas as pd

from tilewise import _core
from tilewise.costs import Progress
from tilewise.registry import is_indexed
from tilewise.tables import read_csv


@overload
def sweep(
    space: str,
    datasets: Iterable[str],
    devices: Iterable[str],
    objective: str = ...,
    factors: str = ...,
    prune_dead: bool = ...,
    threads: int = ...,
    progress: Progress | None = ...,
    return_layers: Literal[False] = ...,
    *,
    schedule: str = ...,
) -> pd.DataFrame: ...
@overload
def sweep(
    space: str,
    datasets: Iterable[str],
    devices: Iterable[str],
    objective: str = ...,
    factors: str = ...,
    prune_dead: bool = ...,
    threads: int = ...,
    progress: Progress | None = ...,
    *,
    return_layers: Literal[True],
    schedule: str = ...,
) -> tuple[pd.DataFrame, pd.DataFrame]: ...
def sweep(
    space: str,
    datasets: Iterable[str],
    devices: Iterable[str],
    objective: str = "edp",
    factors: str = "auto",
    prune_dead: bool = False,
    threads: int = 0,
    progress: Progress | None = None,
    return_layers: bool = False,
    *,
    schedule: str = "separate",
) -> pd.DataFrame | tuple[pd.DataFrame, pd.DataFrame]:
    """Latency and energy of every architecture of a search space.

    space: a name of `tilewise.spaces.SPACES`, such as "nasbench201". datasets: those that it has
    ("cifar10"). devices: names or files as `device` takes them, and "board:NAME". objective,
    factors: as of `map`. prune_dead: leave out layers that cannot change the result, where the
    space has such. progress(phase, share) is called from any thread; share is 0 to 1.

    A row a candidate and data set, in the order of the public data set; the columns of costs.csv
    (docs/formats.md): `index`, `arch_str`, `dataset`, `macs`, `params`, and for each device
    `<device>_latency_ms`, `_energy_mJ`, `_dram_bytes`, `_arithmetic_intensity_macs_per_byte`. Of a
    space of blocks: a row a block, the columns of blocks.csv. `.attrs` says how the numbers came to
    be.
    return_layers: (that table, the distinct layers with mapping and cost: layers.csv).
    schedule: "kept" or "best" gives each candidate, or each block, its own best schedule: what
    stays on chip between its layers (docs/schedule.md).

    Raises InputError. Ctrl-C raises KeyboardInterrupt.
    """
    if not list(devices):
        raise _core.InputError("sweep: no device; give devices=['eyeriss']")
    result = _core.sweep(
        space,
        _names(datasets),
        _names(devices),
        objective,
        factors,
        prune_dead,
        schedule,
        threads,
        progress,
    )
    costs = result.costs() if is_indexed(space) else read_csv(result.blocks_csv())
    costs.attrs = provenance(result, objective, factors)
    if not return_layers:
        return costs
    layers = read_csv(result.layers_csv())
    layers.attrs = provenance(result, objective, factors)
    return costs, layers


def provenance(result: _core.SweepResult, objective: str, factors: str) -> dict[str, object]:
    """How a result came to be: version, space, devices with the fingerprint of their
    configuration, objective, factors, data sets."""
    return {**result.provenance(), "objective": objective, "factors": factors}


def _names(names: Iterable[str]) -> list[str]:
    return [names] if isinstance(names, str) else [str(name) for name in names]
