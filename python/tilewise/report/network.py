"""The page of networks on devices."""

from __future__ import annotations

from typing import Any

from tilewise.plot import network as figures
from tilewise.plot.numbers import bytes_text, number
from tilewise.report import markup
from tilewise.report.page import Page

_COLUMNS = [
    ("no.", "d"), ("layer", "text"), ("operator", "text"), ("latency [ms]", ".5g"),
    ("time [%]", ".1f"), ("energy [mJ]", ".5g"), ("energy [%]", ".1f"), ("used [%]", ".1f"),
    ("bound", "text"), ("off chip [bytes]", ",.0f"), ("MACs", ",d"),
]  # fmt: skip


def network_page(found: dict[str, Any]) -> str:
    """found: what `tilewise cost --json` prints, by layer."""
    costs = found["costs"]
    names = [f"{each['network']} on {each['device']}" for each in costs]
    title = names[0] if len(costs) == 1 else f"{len(costs)} networks and devices"
    below = f"Each layer under its mapping of least {_objective(found)}; layers run one by one."
    page = Page(title, below)
    if len(costs) > 1:
        _add_totals(page, costs)
    for name, cost in zip(names, costs):
        page.begin(name)
        if len(costs) > 1:
            page.heading(name)
        _add_cost(page, cost)
        page.end()
    return page.html()


def _objective(found: dict[str, Any]) -> str:
    word = str(found.get("objective", "edp"))
    return word.upper() if word == "edp" else word


def _add_totals(page: Page, costs: list[dict[str, Any]]) -> None:
    columns = [
        ("network", "text"), ("device", "text"), ("latency [ms]", ".5g"), ("energy [mJ]", ".5g"),
        ("used [%]", ".1f"), ("off chip [bytes]", ",.0f"), ("MACs", ",d"), ("partial", "text"),
    ]  # fmt: skip
    rows = []
    for each in costs:
        total = each["totals"]
        rows.append([
            each["network"], each["device"], total["latency_ms"], total["energy_mJ"],
            100 * total["utilisation"], total["dram_bytes"], total["macs"],
            "yes" if each["partial"] else "no",
        ])  # fmt: skip
    page.heading("All of them")
    page.add(markup.table(columns, rows, "Totals; click on a title to sort"))


def _add_cost(page: Page, cost: dict[str, Any]) -> None:
    page.add(markup.facts(_facts(cost)))
    for words in _missing(cost):
        page.add(markup.element("p", markup.text(words), class_="warning"))
    page.heading(
        "Time",
        "A bar is the latency of a layer: cycles that compute, and stalls, coloured by what bounds "
        "the layer. A dash says how long a port is busy in that time; ports work side by side. "
        "Click on the legend to show or hide them.",
    )
    page.figure(figures.time(cost), 440, "stacked bars of the latency of each layer")
    page.heading("Energy", "By place; in shades of its colour by cause.")
    page.figure(figures.energy(cost), 440, "stacked bars of the energy of each layer")
    page.heading(
        "Roofline",
        "A layer under the sloping line waits for off-chip memory at best, one under the level "
        "line for compute." + _not_in_roofline(cost),
    )
    page.figure(figures.roofline(cost), 460, "speed of each layer against MACs per off-chip byte")
    _add_schedule(page, cost.get("schedule"), cost)
    page.heading("Layers")
    page.add(markup.table(_COLUMNS, _rows(cost), "All layers; click on a title to sort"))


def _facts(cost: dict[str, Any]) -> list[tuple[str, str]]:
    total = cost["totals"]
    facts = [
        ("latency", f"{number(total['latency_ms'])} ms" + _range(total, "latency_ms")),
        ("energy", f"{number(total['energy_mJ'])} mJ" + _range(total, "energy_mJ")),
        ("off chip", bytes_text(total["dram_bytes"])),
        ("used", f"{100 * total['utilisation']:.1f} %"),
        ("layers", str(total["layers"])),
    ]
    bounds = ", ".join(
        f"{each['bound']} {100 * each['time_share']:.0f} %"
        for each in cost["bounds"]
        if each["time_share"] >= 0.005
    )
    return [*facts, ("time bound by", bounds), ("against hardware", cost["evidence"])]


def _range(total: dict[str, Any], key: str) -> str:
    low, high = total.get(f"{key}_low"), total.get(f"{key}_high")
    return "" if low is None else f" ({number(low)} to {number(high)})"


def _missing(cost: dict[str, Any]) -> list[str]:
    """What is not in the totals."""
    made = [f"{each['layer']} is in no total: {each['why']}" for each in cost["unfit"]]
    for each in cost["omitted"]:
        made.append(f"{each['count']} x {each['operator']} is in no total: {each['why']}")
    return made


def _not_in_roofline(cost: dict[str, Any]) -> str:
    without = sum(1 for each in cost["layers"] if not (each["macs"] and each["dram_bytes"]))
    return f" {without} layers without MACs or off-chip words are not shown." if without else ""


def _add_schedule(page: Page, how: dict[str, Any] | None, cost: dict[str, Any]) -> None:
    if how is None:
        return
    separate = how["kind"] == "separate"
    page.heading("What could stay on chip" if separate else "What stays on chip")
    if how["home"] is None:
        page.add(markup.paragraph(f"Nothing: {how['why_no_home']}"))
        return
    less = {key: f"{100 * change:+.1f} %" for key, change in how["changes"].items()}
    page.add(
        markup.element(
            "p",
            markup.text(
                f"Each bar is a tensor, from the layer that makes it to the last that reads it. "
                f"Against every tensor off chip: energy {less['energy']}, latency "
                f"{less['latency']}, off-chip words {less['dram']}. {_proof(how)}"
            ),
            class_="why",
        )
    )
    chart = figures.schedule(cost)
    if chart.marks:
        page.figure(chart, 150 + 26 * len(chart.y.words), "tensors that stay on chip, as lanes")
    if how["merged"]:
        merged = ", ".join(f"{each['layer']} into {each['into']}" for each in how["merged"])
        page.add(markup.paragraph(f"Run in the drain of another layer: {merged}."))


def _proof(how: dict[str, Any]) -> str:
    if how["proven"]:
        return "No other schedule is better, proven."
    return f"Another schedule may be up to {100 * how['gap']:.2g} % better."


def _rows(cost: dict[str, Any]) -> list[list[object]]:
    return [
        [
            place, layer["name"], layer["operator"].replace("_", " "), layer["latency_ms"],
            100 * layer["time_share"], layer["energy_mJ"], 100 * layer["energy_share"],
            100 * layer["utilisation"], layer["bound"], layer["dram_bytes"], layer["macs"],
        ]
        for place, layer in enumerate(cost["layers"], 1)
    ]  # fmt: skip
