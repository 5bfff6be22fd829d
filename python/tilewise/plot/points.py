"""Points of two columns of a table, and the steps of their front."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tilewise.codesigns.fronts import undominated
from tilewise.plot.chart import Axis, Chart, Line, Points

FRONT = "#d62728"
# Of which more is better.
MOST = ("accuracy",)
_UNITS = {
    "ms": "ms", "mJ": "mJ", "pJ": "pJ", "mW": "mW", "mm2": "mm²", "bytes": "bytes", "macs": "MACs",
    "params": "", "accuracy": "%",
}  # fmt: skip


def column_title(column: str) -> str:
    """A column as an axis names it: "zc706 latency [ms]" of zc706_latency_ms."""
    if column.endswith("_mJ_ms"):
        return f"{_words(column[:-6])} [mJ ms]"
    words, _, unit = column.rpartition("_")
    if column in ("macs", "params"):
        return {"macs": "MACs", "params": "parameters"}[column]
    if column == "accuracy":
        return "accuracy [%]"
    if words and unit in _UNITS:
        return f"{_words(words)} [{_UNITS[unit]}]"
    return column


def _words(column: str) -> str:
    text = column.replace("_", " ")
    return text.replace("edp", "EDP").replace("dram", "DRAM")


def codes(column: pd.Series) -> tuple[np.ndarray, tuple[str, ...]]:
    """A column as numbers, and the words that whole numbers stand for; none of numbers. Words of
    quantities, such as "32 KiB", are in the order in which they come."""
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(float), ()
    places, words = pd.factorize(column.fillna("").astype(str))
    return places.astype(float), tuple(words)


def front_rows(table: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
    """The rows that no other beats in x and y, by rising x. NaN is not compared."""
    known = table[table[x].notna() & table[y].notna()]
    signs = np.array([-1.0 if each in MOST else 1.0 for each in (x, y)])
    rows = undominated(known[[x, y]].to_numpy(float) * signs)
    return known.iloc[rows].sort_values(x)


def scatter(
    title: str, what: str, table: pd.DataFrame, x: str, y: str, by: str | None, hover: list[str]
) -> Chart:
    """Rows as points, coloured by a column, and their front in x and y as steps."""
    values, words = codes(table[by]) if by else (None, ())
    points = Points(
        what, table[x].to_numpy(float), table[y].to_numpy(float), hover, values=values,
        scale=column_title(by) if by else "", words=words, many=len(table) > 2000,
    )  # fmt: skip
    best = front_rows(table, x, y)
    steps = Line("front", best[x].to_numpy(), best[y].to_numpy(), FRONT, step=True)
    return Chart(title, Axis(column_title(x)), Axis(column_title(y)), [points, steps])
