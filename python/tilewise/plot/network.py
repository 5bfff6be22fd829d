"""Figures of a network on a device: where time and energy go, what bounds layers, what stays."""

from __future__ import annotations

from typing import Any

from tilewise.plot.chart import Axis, Bars, Chart, Line, Points, Spans, colour, shade
from tilewise.plot.numbers import bytes_text, number

# What of a place is shown in its own colour, then on the way to grey.
_CAUSES = ("read", "mac", "network", "clock", "write", "leakage")

CostObject = dict[str, Any]  # one of `costs` of `tilewise cost --json`


def time(cost: CostObject) -> Chart:
    """The latency of each layer: computing, and stalls by what bounds the layer. Dashes: how long
    each port is busy meanwhile."""
    layers = cost["layers"]
    words = [layer["name"] for layer in layers]
    hover = [_told(each) for each in layers]
    computing = [_ms(layer, layer["compute_cycles"]) for layer in layers]
    marks: list[Any] = [Bars("compute", computing, hover, colour(0))]
    bounds = [each["bound"] for each in cost["bounds"] if not each["bound"].startswith("in the")]
    for place, bound in enumerate(bounds):
        stalls = [
            max(0.0, layer["latency_ms"] - busy) if layer["bound"] == bound else 0.0
            for layer, busy in zip(layers, computing)
        ]
        if any(stalls):
            name = f"stalls, bound by {bound}"
            marks.append(Bars(name, stalls, hover, shade(colour(1 + place), 1)))
    marks += _ports(layers, {*bounds, *_off_chip_parts(cost)})
    return Chart("Time of each layer", Axis("layer", words=words), Axis("latency [ms]"), marks)


def _ports(layers: list[dict[str, Any]], shown: set[str]) -> list[Points]:
    """Of each port how long it is busy in each layer; those that bound no layer are hidden, but for
    the one of off-chip memory."""
    ports: dict[str, list[tuple[int, float, str]]] = {}
    for at, layer in enumerate(layers):
        for load in layer["loads"]:
            if load["part"] != "compute" and load["busy_cycles"] > 0:
                busy = _ms(layer, load["busy_cycles"])
                told = f"{layer['name']}\n{load['part']}: busy {number(busy)} ms"
                ports.setdefault(load["part"], []).append((at, busy, told))
    made = []
    for place, (port, loads) in enumerate(ports.items()):
        x, y, hover = zip(*loads)
        made.append(
            Points(
                f"{port} busy", x, y, hover, colour(3 + place), dash=True, hidden=port not in shown
            )
        )
    return made


def _off_chip_parts(cost: CostObject) -> set[str]:
    return {
        load["part"]
        for layer in cost["layers"]
        for load in layer["loads"]
        if load["place"] == cost["off_chip"]
    }


def energy(cost: CostObject) -> Chart:
    """The energy of each layer by place and cause."""
    layers = cost["layers"]
    spent: dict[tuple[str, str], list[float]] = {}
    for at, layer in enumerate(layers):
        for item in layer["energy"]:
            key = (item["place"], item["cause"])
            spent.setdefault(key, [0.0] * len(layers))[at] += item["pJ"] / 1e9
    places = sorted({place for place, _ in spent}, key=lambda place: -_all_of(spent, place))
    marks = []
    for place, cause in sorted(spent, key=lambda key: (places.index(key[0]), _cause(key[1]))):
        values = spent[place, cause]
        steps = [each for each in _CAUSES if (place, each) in spent]
        hover = [
            f"{layer['name']}\n{place}, {cause}: {number(value)} mJ of {number(layer['energy_mJ'])}"
            for layer, value in zip(layers, values)
        ]
        tint = shade(colour(places.index(place)), steps.index(cause))
        marks.append(Bars(f"{place}: {cause}", values, hover, tint))
    words = [layer["name"] for layer in layers]
    return Chart("Energy of each layer", Axis("layer", words=words), Axis("energy [mJ]"), marks)


def roofline(cost: CostObject) -> Chart:
    """Speed against MACs per byte of off-chip memory, under the peak of compute and of the port."""
    shown = [each for each in cost["layers"] if each["macs"] and each["dram_bytes"]]
    shown = [each for each in shown if each["latency_ms"] > 0]
    operators: dict[str, list[dict[str, Any]]] = {}
    for layer in shown:
        operators.setdefault(layer["operator"], []).append(layer)
    marks: list[Any] = []
    for place, (operator, layers) in enumerate(operators.items()):
        x, y = [_intensity(each) for each in layers], [_speed(each) for each in layers]
        hover = [_told(each) for each in layers]
        marks.append(Points(operator.replace("_", " "), x, y, hover, colour(place)))
    marks += _roofs(cost, shown)
    return Chart(
        "Roofline",
        Axis("MACs per byte of off-chip memory", log=True),
        Axis("speed [GMAC/s]", log=True),
        marks,
    )


def _roofs(cost: CostObject, layers: list[dict[str, Any]]) -> list[Line]:
    """The peak of compute is that at utilisation 1; of the port what it moves while it is busy."""
    if not layers:
        return []
    peak = max(_speed(each) / each["utilisation"] for each in layers if each["utilisation"])
    rates = []
    for layer in layers:
        busy = [each["busy_cycles"] for each in layer["loads"] if each["place"] == cost["off_chip"]]
        if busy and max(busy) > 0:
            rates.append(layer["dram_bytes"] / _ms(layer, max(busy)) / 1e6)
    low, high = min(map(_intensity, layers)), max(map(_intensity, layers))
    lines = [Line("peak of compute", [low / 2, high * 2], [peak, peak], "#888888")]
    if rates:
        rate = max(rates)  # GB/s
        ends = [low / 2, peak / rate]
        lines.append(
            Line(f"peak of {cost['off_chip']}", ends, [rate * end for end in ends], "#bbbbbb")
        )
    return lines


def schedule(cost: CostObject) -> Chart:
    """What lies on chip between layers, as lanes a memory; layers in strips; merged operators."""
    how = cost["schedule"]
    layers = [each["layer"] for each in how["fill"]]
    lanes: list[str] = []
    marks: list[Any] = []
    for place, memory in enumerate(how["memories"]):
        tensors = [each for each in how["tensors"] if each["place"] == memory["name"]]
        rows = packed([(each["from"], each["to"]) for each in tensors])
        if not tensors:
            continue
        hover = [
            f"output of {each['layer']}\n{bytes_text(each['bytes'])} in {memory['name']}\n"
            f"from {layers[each['from']]} to {layers[each['to']]}"
            for each in tensors
        ]
        first = len(lanes)
        lanes += [f"{memory['name']} {row + 1}" for row in range(max(rows) + 1)]
        starts = [each["from"] - 0.4 for each in tensors]
        ends = [each["to"] + 0.4 for each in tensors]
        name = f"tensors in {memory['name']}"
        rows = [first + row for row in rows]
        marks.append(Spans(name, rows, starts, ends, hover, colour(place)))
    marks += _strips(how, layers, lanes)
    title = "What stays on chip"
    return Chart(title, Axis("layer", words=layers), Axis("", words=lanes), marks)


def _strips(how: dict[str, Any], layers: list[str], lanes: list[str]) -> list[Spans]:
    starts, ends, hover = [], [], []
    for group in how["strips"]:
        places = [layers.index(each) for each in group["layers"] if each in layers]
        if not places:
            continue
        starts.append(min(places) - 0.4)
        ends.append(max(places) + 0.4)
        hover.append(
            f"{', '.join(group['layers'])}\n{group['strips']} strips of {group['rows']} rows, "
            f"halo {group['halo']}"
        )
    if not starts:
        return []
    lanes.append("in strips")
    rows = [len(lanes) - 1] * len(starts)
    return [Spans("layers in strips", rows, starts, ends, hover, colour(2))]


def packed(spans: list[tuple[float, float]]) -> list[int]:
    """A row for each span, in which no two meet; as few as there can be."""
    free: list[float] = []
    rows = [0] * len(spans)
    for at in sorted(range(len(spans)), key=lambda each: spans[each]):
        start, end = spans[at]
        row = next((r for r, until in enumerate(free) if until < start), len(free))
        free[row : row + 1] = [end]
        rows[at] = row
    return rows


def _ms(layer: dict[str, Any], cycles: float) -> float:
    return layer["latency_ms"] * cycles / layer["cycles"] if layer["cycles"] else 0.0


def _intensity(layer: dict[str, Any]) -> float:
    return float(layer["macs"] / layer["dram_bytes"])


def _speed(layer: dict[str, Any]) -> float:
    return float(layer["macs"] / layer["latency_ms"] / 1e6)


def _all_of(spent: dict[tuple[str, str], list[float]], place: str) -> float:
    return sum(sum(values) for (each, _), values in spent.items() if each == place)


def _cause(cause: str) -> int:
    return _CAUSES.index(cause) if cause in _CAUSES else len(_CAUSES)


def _told(layer: dict[str, Any]) -> str:
    return (
        f"{layer['name']}\n{layer['operator'].replace('_', ' ')}, bound by {layer['bound']}\n"
        f"{number(layer['latency_ms'])} ms, {number(layer['energy_mJ'])} mJ\n"
        f"{100 * layer['utilisation']:.1f} % used, {bytes_text(layer['dram_bytes'])} off chip"
    )
