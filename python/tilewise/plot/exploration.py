"""Figures of an exploration: configurations in two columns, and in all of them."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import pandas as pd

from tilewise._core import InputError
from tilewise.plot.chart import Axis, Chart, Ways
from tilewise.plot.numbers import number
from tilewise.plot.points import codes, column_title, scatter

METRICS = (
    "latency_ms", "energy_mJ", "edp_mJ_ms", "power_mW", "area_mm2",
    "LUT", "FF", "DSP", "BRAM18", "URAM",
)  # fmt: skip
_MOST_WAYS = 20_000


@dataclasses.dataclass(frozen=True)
class Exploration:
    """all.csv of an exploration, and which of its columns are what."""

    name: str
    table: pd.DataFrame

    @functools.cached_property
    def parameters(self) -> list[str]:
        """What varies, the base architecture first if there are several."""
        columns = list(self.table)
        first = columns.index("architecture")
        asked = columns[first : columns.index("outcome")]
        return asked[self.table["architecture"].nunique() == 1 :]

    @functools.cached_property
    def metrics(self) -> list[str]:
        return [each for each in METRICS if self.costed[each].notna().any()]

    @functools.cached_property
    def costed(self) -> pd.DataFrame:
        return self.table[self.table["outcome"] == "costed"]


def axes(found: Exploration) -> tuple[str, str, str | None]:
    """What the costed configurations are shown in, and coloured by, where nobody chooses."""
    return found.metrics[0], found.metrics[1], found.parameters[0] if found.parameters else None


def configurations(found: Exploration, x: str | None, y: str | None, by: str | None) -> Chart:
    """The costed configurations. Raises InputError where there is none."""
    _check_costed(found)
    usual = axes(found)
    x, y, by = x or usual[0], y or usual[1], by or usual[2]
    costed = found.costed
    told = costed[[x, y, *found.parameters]].itertuples(index=False, name=None)
    hover = []
    for index, architecture, (a, b, *values) in zip(costed["index"], costed["architecture"], told):
        what = [f"{n}: {value}" for n, value in zip(found.parameters, values) if not pd.isna(value)]
        hover.append(
            "\n".join([f"configuration {index}, {architecture}", *what])
            + f"\n{column_title(x)} {number(a)}, {column_title(y)} {number(b)}"
        )
    title = f"Configurations of {found.name}"
    return scatter(title, "configurations", costed, x, y, by, hover)


def ways(found: Exploration, by: str | None) -> Chart:
    """Parameters and metrics of the costed configurations as parallel coordinates; of more than
    20,000 some, evenly spread. Metrics that not all have are left out. Raises InputError where
    nothing is costed."""
    _check_costed(found)
    costed = found.costed
    columns = [*found.parameters, *(each for each in found.metrics if costed[each].notna().all())]
    if len(costed) > _MOST_WAYS:
        rows = np.linspace(0, len(costed) - 1, _MOST_WAYS).astype(int)
        costed = costed.iloc[rows]
    axes = [(column_title(each), *codes(costed[each])) for each in columns]
    chosen = columns.index(by) if by else len(found.parameters)
    return Chart(f"Configurations of {found.name}", Axis(""), Axis(""), [Ways(axes, chosen)])


def _check_costed(found: Exploration) -> None:
    if not len(found.costed):
        raise InputError(f"{found.name}: no configuration is costed; all.csv says why")
