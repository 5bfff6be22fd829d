"""Figures of an engine that was run."""

from __future__ import annotations

import pandas as pd

from tilewise.plot.chart import Axis, Chart, Line, colour


def utilisation(timeline: pd.DataFrame) -> Chart:
    """Shares of the multipliers and of the port that are at work, by slices of the run."""
    ends = timeline["first_cycle"] + timeline["cycles"]
    x = [*timeline["first_cycle"], float(ends.iloc[-1])]

    def line(name: str, column: str, place: int) -> Line:
        shares = [100 * share for share in timeline[column]]
        return Line(name, x, [*shares, shares[-1]], colour(place), step=True)

    marks = [
        line("multipliers at work", "lanes_at_work", 0),
        line("port in use", "port_in_use", 1),
    ]
    return Chart("Utilisation over time", Axis("cycle"), Axis("share [%]"), marks)
