"""Figures of what Tilewise found, in notebooks (Plotly) and for papers (matplotlib).

    import tilewise.plot
    tilewise.plot.time(tilewise.cost("resnet18", "zc706"))
    tilewise.plot.roofline("costs", library="matplotlib").savefig("roofline.pdf")

Each function takes what a call returned, or the folder or JSON file of a command, and returns a
figure of the `library`: "plotly" (extra `report`) or "matplotlib" (extra `plot`). The pages of
`tilewise report --html` show the same figures. docs/gallery.md has a picture of each.
"""

from __future__ import annotations

import importlib
from typing import Any

from tilewise._core import InputError
from tilewise.plot import exploration as _exploration
from tilewise.plot import layer as _layer
from tilewise.plot import network as _network
from tilewise.plot import rtl as _rtl
from tilewise.plot import space as _space
from tilewise.plot.chart import Chart
from tilewise.plot.sources import (
    analysis_of,
    costs_of,
    exploration_of,
    map_of,
    sweep_of,
    timeline_of,
)

_LIBRARIES = {
    "plotly": "tilewise.plot.plotly_figure",
    "matplotlib": "tilewise.plot.matplotlib_figure",
}

__all__ = [
    "agreement",
    "candidates",
    "configurations",
    "energy",
    "layer_energy",
    "layer_front",
    "layer_time",
    "roofline",
    "schedule",
    "time",
    "utilisation",
    "ways",
]


def time(costs: Any, network: str | None = None, device: str | None = None, *,
         library: str = "plotly") -> Any:  # fmt: skip
    """The latency of each layer: computing and stalls, beside them how long each port is busy.

    costs: what `tilewise.cost` returned, the folder of `tilewise cost --out`, or a file of
    `tilewise cost --json`. network, device: which of several; None: the first."""
    return _figure(_network.time(_chosen(costs, network, device)), library)


def energy(costs: Any, network: str | None = None, device: str | None = None, *,
           library: str = "plotly") -> Any:  # fmt: skip
    """The energy of each layer by place and cause. Arguments as of `time`."""
    return _figure(_network.energy(_chosen(costs, network, device)), library)


def roofline(costs: Any, network: str | None = None, device: str | None = None, *,
             library: str = "plotly") -> Any:  # fmt: skip
    """The speed of each layer against its MACs per off-chip byte. Arguments as of `time`."""
    return _figure(_network.roofline(_chosen(costs, network, device)), library)


def schedule(costs: Any, network: str | None = None, device: str | None = None, *,
             library: str = "plotly") -> Any:  # fmt: skip
    """What a schedule keeps on chip between layers. Arguments as of `time`."""
    chosen = _chosen(costs, network, device)
    if not chosen.get("schedule", {}).get("tensors"):
        raise InputError("schedule: nothing stays on chip; ask for one: cost with schedule best")
    return _figure(_network.schedule(chosen), library)


def layer_time(found: Any, *, library: str = "plotly") -> Any:
    """How long compute and each port are busy with a layer.

    found: what `tilewise.map` returned, or a file of `tilewise map --json`."""
    return _figure(_layer.time(map_of(found)), library)


def layer_front(found: Any, *, library: str = "plotly") -> Any:
    """Every trade of energy for latency of a layer; found: as of `layer_time`, of objective
    "pareto"."""
    mapped = map_of(found)
    if not mapped.get("front"):
        raise InputError('front: there is none; map with objective="pareto"')
    return _figure(_layer.front(mapped), library)


def layer_energy(found: Any, *, library: str = "plotly") -> Any:
    """What a layer spends in each place, by tensor. found: as of `layer_time`."""
    return _figure(_layer.energy(map_of(found)), library)


def candidates(costs: Any, x: str | None = None, y: str | None = None, by: str | None = None, *,
               dataset: str | None = None, library: str = "plotly") -> Any:  # fmt: skip
    """The candidates of a space in two columns of costs.csv, coloured by a third, and their front.

    costs: what `tilewise.sweep` returned, or a folder with costs.csv."""
    return _figure(_space.candidates(sweep_of(costs, dataset), x, y, by), library)


def agreement(costs: Any, dataset: str | None = None, *, library: str = "plotly") -> Any:
    """Kendall's tau-b of the columns of a sweep.

    costs: what `tilewise.sweep` returned, or a folder with costs.csv."""
    analyses = {each["dataset"]: each for each in analysis_of(costs)}
    if dataset is not None and dataset not in analyses:
        raise InputError(f"dataset: {dataset}: the sweep has {', '.join(analyses)}")
    return _figure(_space.agreement(analyses[dataset or next(iter(analyses))]), library)


def configurations(folder: Any, x: str | None = None, y: str | None = None,
                   by: str | None = None, *, library: str = "plotly") -> Any:  # fmt: skip
    """The configurations of an exploration in two columns of all.csv, coloured by a third, and
    their front in these two. folder: of `tilewise explore`."""
    return _figure(_exploration.configurations(exploration_of(folder), x, y, by), library)


def ways(folder: Any, by: str | None = None, *, library: str = "plotly") -> Any:
    """The configurations of an exploration as parallel coordinates. Arguments as of
    `configurations`."""
    return _figure(_exploration.ways(exploration_of(folder), by), library)


def utilisation(folder: Any, *, library: str = "plotly") -> Any:
    """How busy the lanes and the port of a generated engine are over time.

    folder: of `tilewise fpga generate`, after `tilewise fpga simulate`."""
    return _figure(_rtl.utilisation(timeline_of(folder)), library)


def _figure(chart: Chart, library: str) -> Any:
    if library not in _LIBRARIES:
        raise InputError(f"library: {library}: there are {', '.join(_LIBRARIES)}")
    return importlib.import_module(_LIBRARIES[library]).figure(chart)


def _chosen(costs: Any, network: str | None, device: str | None) -> dict[str, Any]:
    found = costs_of(costs)
    for each in found:
        if network in (None, each["network"]) and device in (None, each["device"]):
            return each
    there = ", ".join(f"{each['network']} on {each['device']}" for each in found)
    raise InputError(f"{network or 'any network'} on {device or 'any device'}: there is {there}")
