"""Figures of a search space: its candidates in two columns, and how much devices agree."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tilewise.plot.chart import Axis, Cells, Chart
from tilewise.plot.points import column_title, scatter

_LEFT_OUT = ("_low", "_high", "_arithmetic_intensity_macs_per_byte", "_left_out")


def cost_columns(table: pd.DataFrame) -> list[str]:
    """The columns of costs.csv that candidates are compared in."""
    first = [each for each in ("accuracy", "macs", "params") if each in table]
    named = [each for each in table if each not in (*first, "index", "arch_str", "dataset")]
    return [each for each in named if not each.endswith(_LEFT_OUT)] + first


def against(table: pd.DataFrame) -> str:
    """What latency on the first device is shown against: accuracy, another device, energy."""
    columns = cost_columns(table)
    if "accuracy" in columns:
        return "accuracy"
    latencies = [each for each in columns if each.endswith("_latency_ms")]
    return latencies[1] if len(latencies) > 1 else columns[1]


def candidates(table: pd.DataFrame, x: str | None, y: str | None, by: str | None) -> Chart:
    """The candidates of one data set."""
    columns = cost_columns(table)
    x, y = x or columns[0], y or against(table)
    across, up = column_title(x), column_title(y)
    rows = zip(table["index"], table["arch_str"], table[x], table[y])
    hover = [f"{i}: {text}\n{across} {a:.5g}, {up} {b:.5g}" for i, text, a, b in rows]
    dataset = table["dataset"].iloc[0]
    title = f"{len(table)} architectures, {dataset}"
    return scatter(title, "architectures", table, x, y, by, hover)


def agreement(analysis: dict[str, Any]) -> Chart:
    """Kendall's tau-b of every two columns; analysis: one of `datasets` of `analyze --json`."""
    found = analysis["correlations"]
    words = [column_title(each).split(" [")[0] for each in found["variables"]]
    numbers = [
        [float("nan") if each is None else each for each in row] for row in found["kendall_tau_b"]
    ]
    return Chart("Kendall tau-b", Axis("", words=words), Axis("", words=words), [Cells(numbers)])
