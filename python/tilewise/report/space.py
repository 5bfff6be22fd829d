"""The page of a search space."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tilewise.plot import space as figures
from tilewise.plot.points import column_title, scatter
from tilewise.registry import SPACES, is_indexed
from tilewise.report import markup
from tilewise.report.columns import columns
from tilewise.report.page import Page


def space_page(table: pd.DataFrame, analyses: list[dict[str, Any]], name: str) -> str:
    """table: costs.csv, where they are known with a column `accuracy`; analyses: `datasets` of
    `analyze --json` of it."""
    datasets = list(dict.fromkeys(table["dataset"]))
    below = f"{table['index'].nunique()} architectures on {', '.join(datasets)}."
    page = Page(f"Search space {name}", below)
    for analysis in analyses:
        dataset = analysis["dataset"]
        page.begin(dataset)
        rows = table[table["dataset"] == dataset].reset_index(drop=True)
        page.heading(
            f"Architectures on {dataset}",
            "Choose the axes and the colour. The steps are the front in the two columns: no other "
            "architecture is at least as good in both and better in one. Point at an architecture "
            "to see it drawn, click to keep it.",
        )
        _add_scatter(page, rows, _choices(name))
        _add_agreement(page, analysis)
        _add_best(page, analysis)
        page.end()
    return page.html()


def _choices(space: str) -> list[str] | None:
    """The names of what stands in an `arch_str` as numbers by comma; None: nothing does, or the
    space is that of a file, which a folder does not name."""
    if space not in SPACES or is_indexed(space):
        return None
    return list(SPACES[space]["choices"])


def _add_scatter(page: Page, rows: pd.DataFrame, choices: list[str] | None) -> None:
    names, y = figures.cost_columns(rows), figures.against(rows)
    explorer = {
        "columns": columns(rows, ["index", *names]),
        "architectures": list(rows["arch_str"].astype(str)),
        "choices": choices,
        "axes": names,
        "x": names[0],
        "y": y,
        "by": "macs",
        "title": "architecture",
    }
    chart = scatter("Architectures", "architectures", rows, names[0], y, "macs", [])
    page.explorer(chart, explorer, 560, "architectures in two columns, with their front")


def _add_agreement(page: Page, analysis: dict[str, Any]) -> None:
    page.heading(
        "Do devices agree?",
        "Kendall's tau-b of every two columns: 1 where they rank all architectures alike, 0 where "
        "one says nothing of the other.",
    )
    size = 190 + 44 * len(analysis["correlations"]["variables"])
    page.figure(figures.agreement(analysis), size, "Kendall's tau-b of every two columns")


def _add_best(page: Page, analysis: dict[str, Any]) -> None:
    rows: list[list[object]] = []
    for best in analysis["best"]:
        for rank, each in enumerate(best["architectures"], 1):
            rows.append([
                best["device"], column_title(best["metric"]), rank, each["index"],
                each["arch_str"], each["latency_ms"], each["energy_mJ"], each.get("accuracy"),
            ])  # fmt: skip
    kinds = [
        ("device", "text"), ("least", "text"), ("rank", "d"), ("index", "d"),
        ("architecture", "text"), ("latency [ms]", ".6g"), ("energy [mJ]", ".6g"),
        ("accuracy [%]", ".2f"),
    ]  # fmt: skip
    if all(row[-1] is None for row in rows):
        kinds, rows = kinds[:-1], [row[:-1] for row in rows]
    page.heading("The best of each device")
    page.add(markup.table(kinds, rows, "Least latency, least energy"))
