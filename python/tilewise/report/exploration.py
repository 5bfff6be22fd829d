"""The page of an exploration."""

from __future__ import annotations

import os
import pathlib
import urllib.parse

import pandas as pd

from tilewise.plot import exploration as figures
from tilewise.plot.exploration import Exploration
from tilewise.plot.points import column_title, scatter
from tilewise.report import markup
from tilewise.report.columns import columns
from tilewise.report.page import Page

_OUTCOMES = {
    "costed": "latency and energy are known",
    "not_built": "the parameters make no architecture",
    "does_not_fit": "a layer fits in no way",
    "over_limit": "a limit is exceeded",
    "beaten": "not mapped: the lower bounds lose already",
}


def exploration_page(found: Exploration, folder: pathlib.Path, page_file: pathlib.Path) -> str:
    """folder: of the exploration, whose architectures the page links to from where it lies."""
    table = found.table
    front = table[table["front"] == "yes"]
    below = (
        f"{len(table)} configurations, {len(found.costed)} costed, {len(front)} on the front. "
        f"What varies: {', '.join(found.parameters) or 'nothing'}."
    )
    page = Page(f"Configurations of {found.name}", below)
    if len(found.costed):
        _add_figures(page, found, _links(found.costed, folder, page_file))
        _add_front(page, found, front)
    _add_pruned(page, table)
    return page.html()


def _add_figures(page: Page, found: Exploration, links: dict[str, str]) -> None:
    page.heading(
        "Two columns",
        "Choose the axes and the colour. The steps are the front in the two columns: no other "
        "configuration is at least as good in both and better in one. Point at a configuration to "
        "read it, click to keep it.",
    )
    names = [*found.metrics, *found.parameters]
    costed = found.costed.reset_index(drop=True)
    x, y, by = figures.axes(found)
    chart = scatter("Configurations", "configurations", costed, x, y, by, [])
    explorer = {
        "columns": columns(costed, ["index", "architecture", *names]),
        "axes": names,
        "x": x,
        "y": y,
        "by": by or "architecture",
        "title": "configuration",
        "links": links,
    }
    page.explorer(chart, explorer, 520, "configurations in two columns, with their front")
    page.heading(
        "All columns",
        "A line is a configuration, coloured by the first metric. Drag along an axis to keep part "
        "of it; drag its title to move it.",
    )
    page.figure(figures.ways(found, None), 460, "parallel coordinates of the configurations")


def _links(costed: pd.DataFrame, folder: pathlib.Path, page_file: pathlib.Path) -> dict[str, str]:
    """From the page to the file of each configuration that has one, by its index."""
    found = (folder / "architectures").glob("*.yaml")
    files = {each.stem: each.resolve() for each in found if each.is_file()}
    base = page_file.resolve().parent
    return {
        index: urllib.parse.quote(os.path.relpath(files[index], base))
        for index in costed["index"].astype(str)
        if index in files
    }


def _add_front(page: Page, found: Exploration, front: pd.DataFrame) -> None:
    names = dict.fromkeys(["index", "architecture", *found.parameters, *found.metrics])
    shown = front[list(names)]
    kinds = [
        (column_title(each), ".6g" if pd.api.types.is_numeric_dtype(shown[each]) else "text")
        for each in shown
    ]
    rows = list(shown.itertuples(index=False, name=None))
    page.heading("The front", "Of all objectives of the study.")
    page.add(markup.table(kinds, rows, "Configurations that no other beats"))


def _add_pruned(page: Page, table: pd.DataFrame) -> None:
    counts = table["outcome"].value_counts()
    rows: list[list[object]] = [
        [outcome.replace("_", " "), int(counts.get(outcome, 0)), words]
        for outcome, words in _OUTCOMES.items()
    ]
    page.heading("What became of all configurations")
    kinds = [("outcome", "text"), ("configurations", ",d"), ("meaning", "text")]
    page.add(markup.table(kinds, rows, "Outcomes"))
    pruned = table[(table["outcome"] != "costed") & (table["why"] != "")]
    if len(pruned):
        whys = pruned.groupby(["outcome", "why"]).agg(
            configurations=("index", "size"), first=("index", "first")
        )
        rows = [
            [outcome.replace("_", " "), why, int(row["configurations"]), int(row["first"])]
            for (outcome, why), row in whys.iterrows()
        ]
        kinds = [
            ("outcome", "text"), ("why", "text"), ("configurations", ",d"), ("first index", "d")
        ]  # fmt: skip
        page.add(markup.table(kinds, rows[:500], "Why the others are not costed"))
