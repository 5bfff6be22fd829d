"""Charts drawn by Plotly, for pages and notebooks."""

from __future__ import annotations

import html
from typing import Any

from tilewise.plot.chart import Axis, Bars, Cells, Chart, Line, Mark, Points, Spans, Ways

# Viridis without its ends, which are lost on black and on white.
SCALE = [[0, "#3b528b"], [0.25, "#2c728e"], [0.5, "#21918c"], [0.75, "#43bf71"], [1, "#c2c826"]]
_DOT, _MANY = 8, 4


def figure(chart: Chart) -> Any:
    """A plotly.graph_objects.Figure. Raises InputError where Plotly is missing."""
    from tilewise.plot.libraries import plotly

    made = plotly().Figure(drawn(chart))
    return made.update_layout(title=chart.title, template="plotly_white", margin={"t": 60})


def drawn(chart: Chart) -> dict[str, Any]:
    """`data` and `layout` as Plotly takes them."""
    layout: dict[str, Any] = {
        "xaxis": _axis(chart.x),
        "yaxis": _axis(chart.y),
        "barmode": "overlay" if any(isinstance(each, Spans) for each in chart.marks) else "stack",
        "bargap": 0.15,
        "hovermode": "closest",
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
        "showlegend": len(chart.marks) > 1,
    }
    if any(isinstance(each, (Spans, Cells)) for each in chart.marks):  # noqa: UP038 (Python 3.9)
        layout["yaxis"]["autorange"] = "reversed"
    return {"data": [_trace(each, chart) for each in chart.marks], "layout": layout}


def shown(text: str) -> str:
    """A text as Plotly shows it as it is: it reads tags elsewhere."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def _axis(axis: Axis) -> dict[str, Any]:
    made: dict[str, Any] = {"title": {"text": shown(axis.title)}, "automargin": True}
    if axis.log:
        made["type"] = "log"
    if axis.words:
        made |= {
            "tickmode": "array",
            "tickvals": list(range(len(axis.words))),
            "ticktext": [shown(_short(word)) for word in axis.words],
            "range": [-0.6, len(axis.words) - 0.4],
        }
    return made


def _short(word: str, most: int = 24) -> str:
    """A long name without its middle."""
    return word if len(word) <= most else f"{word[: most // 2 - 1]}…{word[-most // 2 :]}"


def _trace(mark: Mark, chart: Chart) -> dict[str, Any]:
    if isinstance(mark, Cells):
        return _cells(mark, chart)
    if isinstance(mark, Ways):
        return _ways(mark)
    made: dict[str, Any] = {"name": shown(mark.name)}
    if isinstance(mark, Line):
        return made | {
            "type": "scatter", "mode": "lines", "x": list(mark.x), "y": list(mark.y),
            "line": {"color": mark.colour, "width": 2, "shape": "hv" if mark.step else "linear"},
            "hoverinfo": "skip",
        }  # fmt: skip
    made |= {"hovertext": [shown(each) for each in mark.hover], "hoverinfo": "text"}
    if isinstance(mark, Points):
        return made | _points(mark)
    made |= {"type": "bar", "marker": {"color": mark.colour, "line": {"width": 0}}}
    if isinstance(mark, Bars):
        return made | {"x": list(range(len(mark.values))), "y": list(mark.values)}
    lengths = [end - start for start, end in zip(mark.starts, mark.ends)]
    return made | {
        "orientation": "h", "y": list(mark.lanes), "x": lengths, "base": list(mark.starts),
    }  # fmt: skip


def _points(mark: Points) -> dict[str, Any]:
    marker: dict[str, Any] = {"size": _MANY if mark.many else _DOT, "color": mark.colour}
    if mark.values is not None:
        bar: dict[str, Any] = {
            "title": {"text": shown(mark.scale), "side": "right"},
            "thickness": 12,
        }
        if mark.words:
            words = [shown(each) for each in mark.words]
            bar |= {"tickvals": list(range(len(words))), "ticktext": words}
        marker |= {"color": list(mark.values), "colorscale": SCALE, "colorbar": bar}
    if mark.dash:
        marker = {"symbol": "line-ew", "size": 13, "line": {"width": 2.5, "color": mark.colour}}
    return {
        "visible": "legendonly" if mark.hidden else True,
        "type": "scattergl" if mark.many else "scatter", "mode": "markers",
        "x": list(mark.x), "y": list(mark.y), "marker": marker,
    }  # fmt: skip


def _cells(mark: Cells, chart: Chart) -> dict[str, Any]:
    numbers = [[None if each != each else each for each in row] for row in mark.values]
    return {
        "type": "heatmap", "z": numbers, "zmin": -1, "zmax": 1, "colorscale": "RdBu",
        "reversescale": True, "texttemplate": "%{z:.2f}", "xgap": 2, "ygap": 2,
        "hovertemplate": "%{z:.4f}<extra></extra>",
        "colorbar": {"thickness": 12, "title": {"text": shown(chart.title), "side": "right"}},
    }  # fmt: skip


def _ways(mark: Ways) -> dict[str, Any]:
    axes = []
    for title, numbers, words in mark.columns:
        axis: dict[str, Any] = {"label": shown(title), "values": list(numbers)}
        if words:
            axis |= {"tickvals": list(range(len(words))), "ticktext": [shown(w) for w in words]}
        axes.append(axis)
    title, numbers, _ = mark.columns[mark.by]
    return {
        "type": "parcoords", "dimensions": axes,
        "line": {"color": list(numbers), "colorscale": SCALE, "showscale": False},
    }  # fmt: skip
