"""A page: its parts, its look, and what makes it move, in one file."""

from __future__ import annotations

import pathlib
from typing import Any

import tilewise
from tilewise.plot.chart import Chart, Points
from tilewise.plot.libraries import plotly_script
from tilewise.plot.plotly_figure import drawn
from tilewise.report import markup

_ASSETS = pathlib.Path(__file__).parent
# Plotly runs nearly all of itself when it loads. Chromium compiles it once with this comment, and
# without it first looks for the ends of functions, again for those inside them; others pass over
# it: https://github.com/WICG/explicit-javascript-compile-hints-file-based
_COMPILE_AT_ONCE = "//# allFunctionsCalledOnLoad"


class Page:
    """Grows part by part; `html` is the file."""

    def __init__(self, title: str, below: str) -> None:
        self._title, self._below = title, below
        self._body: list[str] = []
        self._figures: dict[str, Any] = {}
        self._explorers: dict[str, Any] = {}
        self._views = 0

    def heading(self, words: str, why: str = "") -> None:
        """The heading of a part, and a sentence that says what it shows."""
        self._body.append(markup.element("h2", markup.text(words)))
        if why:
            self._body.append(markup.element("p", markup.text(why), class_="why"))

    def add(self, made: str) -> None:
        """Markup of `tilewise.report.markup`."""
        self._body.append(made)

    def figure(self, chart: Chart, height: int, words: str) -> None:
        """Draws a chart. words: what those hear or read who do not see it."""
        self._place(f"figure{len(self._figures)}", drawn(chart), height, words)

    def explorer(self, chart: Chart, found: dict[str, Any], height: int, words: str) -> None:
        """A scatter whose columns the reader chooses; `found` is what page.js reads (`explorers`).
        The numbers come from its columns."""
        name = f"figure{len(self._figures)}"
        made = drawn(chart)
        for trace, mark in zip(made["data"], chart.marks):
            trace.update(x=[], y=[])
            if isinstance(mark, Points):
                trace["marker"].pop("color", None)
        self._explorers[name] = found
        self._body.append(markup.element("div", class_="choices", id=f"{name}-choices"))
        self._place(name, made, height, words)
        self._body.append(
            markup.element("div", class_="card", id=f"{name}-card", aria_live="polite")
        )

    def begin(self, name: str) -> None:
        """A view, of which one is shown at a time; `name` is what the reader chooses."""
        hidden = " hidden" if self._views else ""
        self._views += 1
        self._body.append(f'<section class="view" data-name="{markup.text(name)}"{hidden}>')

    def end(self) -> None:
        self._body.append("</section>")

    def html(self) -> str:
        views = markup.element("nav", id="views") if self._views > 1 else ""
        parts = [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            markup.element("title", markup.text(self._title)),
            markup.element("style", _asset("page.css")),
            "</head><body><header>",
            markup.element("h1", markup.text(self._title)),
            markup.element("p", markup.text(self._below)),
            "</header>",
            "<main>",
            views,
            *self._body,
            "</main>",
            markup.element("footer", markup.text(f"tilewise {tilewise.__version__}")),
            markup.data("figures", self._figures),
            markup.data("data", {"explorers": self._explorers}),
            f"<script>{_COMPILE_AT_ONCE}\n{plotly_script()}</script>",
            f"<script>{_asset('page.js')}</script>",
            "</body></html>",
        ]
        return "\n".join(part for part in parts if part) + "\n"

    def _place(self, name: str, made: dict[str, Any], height: int, words: str) -> None:
        """A figure as Plotly takes it, and where it is drawn."""
        self._figures[name] = made
        self._body.append(
            markup.element(
                "div", class_="figure", id=name, role="img", aria_label=words,
                style=f"height:{height}px",
            )
        )  # fmt: skip


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")
