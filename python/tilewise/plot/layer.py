"""Figures of one layer under its mapping: how long its parts are busy, what it spends where."""

from __future__ import annotations

from typing import Any

from tilewise.plot.chart import Axis, Bars, Chart, Line, Mark, Points, colour
from tilewise.plot.numbers import number

MapObject = dict[str, Any]  # what `tilewise map --json` prints
_TENSORS = ("Input", "Weight", "Output", None)


def time(found: MapObject) -> Chart:
    """How long compute and each port are busy: they work side by side."""
    latency = found["latency"]
    busy = {"compute": latency["compute_cycles"]}
    for port in latency.get("ports", []):
        busy[port["port"]] = busy.get(port["port"], 0) + port["busy_cycles"]
    busy["whole layer"] = latency["cycles"]
    hover = [f"{part}: {number(cycles)} cycles" for part, cycles in busy.items()]
    bars = Bars("busy", list(busy.values()), hover, colour(0))
    return Chart(
        f"Time of {found['layer']}", Axis("part", words=list(busy)), Axis("busy [cycles]"), [bars]
    )


def front(found: MapObject) -> Chart:
    """Every trade of energy for latency, of objective "pareto"."""
    cycles = [each["latency_cycles"] for each in found["front"]]
    spent = [each["energy_pJ"] / 1e6 for each in found["front"]]
    hover = [f"{number(x)} cycles, {number(y)} uJ" for x, y in zip(cycles, spent)]
    marks: list[Mark] = [
        Points("mappings", cycles, spent, hover, colour(0)),
        Line("front", cycles, spent, colour(1), step=True),
    ]
    title = f"Mappings of {found['layer']}"
    return Chart(title, Axis("latency [cycles]"), Axis("energy [uJ]"), marks)


def energy(found: MapObject) -> Chart:
    """The energy of each place by tensor."""
    items = found["energy"]["items"]
    places = list(dict.fromkeys(item["place"] for item in items))
    marks = []
    for at, tensor in enumerate(_TENSORS):
        values, told = [0.0] * len(places), [[] for _ in places]  # type: tuple[list[float], Any]
        for item in (each for each in items if each["tensor"] == tensor):
            place = places.index(item["place"])
            values[place] += item["pJ"] / 1e6
            told[place].append(f"{item['cause']} {number(item['pJ'] / 1e6)} uJ")
        if any(values):
            name = tensor or "all or none"
            hover = [f"{place}, {name}\n" + "\n".join(each) for place, each in zip(places, told)]
            marks.append(Bars(name, values, hover, colour(at)))
    title = f"Energy of {found['layer']}"
    return Chart(title, Axis("place", words=places), Axis("energy [uJ]"), marks)
