"""Charts drawn by matplotlib, for papers: PDF, SVG."""

from __future__ import annotations

from typing import Any

from tilewise.plot.chart import Axis, Bars, Cells, Chart, Line, Mark, Points, Spans, Ways


def figure(chart: Chart) -> Any:
    """A matplotlib figure, which no window shows. Raises InputError where matplotlib is missing."""
    from tilewise.plot.libraries import matplotlib_figure

    made = matplotlib_figure()(figsize=_size(chart), layout="constrained")
    axes = made.add_subplot()
    if isinstance(chart.marks[0], Ways):
        _draw_ways(chart.marks[0], axes)
    else:
        _draw(chart, made, axes)
    axes.set_title(shown(chart.title), loc="left")
    return made


def shown(text: str) -> str:
    """A text as matplotlib shows it as it is: it reads formulas elsewhere."""
    return text.replace("$", r"\$")


def _size(chart: Chart) -> tuple[float, float]:
    if any(isinstance(each, Spans) for each in chart.marks):
        return 7.0, 1.5 + 0.3 * len(chart.y.words)
    if isinstance(chart.marks[0], Cells):
        return 2.5 + 0.6 * len(chart.x.words), 2 + 0.5 * len(chart.y.words)
    longest = max((len(word) for word in chart.x.words), default=0)
    return 7.0, 3.6 + 0.06 * longest


def _draw(chart: Chart, made: Any, axes: Any) -> None:
    _prepare(axes, chart.x, "x")
    _prepare(axes, chart.y, "y")
    below = [0.0] * len(chart.x.words)
    for mark in chart.marks:
        below = _draw_mark(mark, made, axes, below)
    if any(isinstance(each, Spans) for each in chart.marks):
        axes.invert_yaxis()
    if len(chart.marks) > 1:
        made.legend(loc="outside lower left", ncols=3, frameon=False, fontsize="small")
    axes.spines[["top", "right"]].set_visible(False)


def _prepare(axes: Any, axis: Axis, which: str) -> None:
    axes.set(**{f"{which}label": shown(axis.title)})
    if axis.log:
        axes.set(**{f"{which}scale": "log"})
    if axis.words:
        words = [shown(word) for word in axis.words]
        axes.set(**{f"{which}ticks": range(len(words)), f"{which}ticklabels": words})
        if which == "x":
            axes.tick_params(axis="x", labelrotation=90, labelsize="x-small")


def _draw_mark(mark: Mark, made: Any, axes: Any, below: list[float]) -> list[float]:
    """Draws; returns where the next bars begin."""
    if isinstance(mark, Bars):
        where = range(len(mark.values))
        axes.bar(where, mark.values, bottom=below, color=mark.colour, label=shown(mark.name))
        return [low + value for low, value in zip(below, mark.values)]
    if isinstance(mark, Spans):
        lengths = [end - start for start, end in zip(mark.starts, mark.ends)]
        axes.barh(
            mark.lanes, lengths, left=mark.starts, color=mark.colour, label=shown(mark.name),
            edgecolor="white", linewidth=0.5,
        )  # fmt: skip
    elif isinstance(mark, Line):
        style = "steps-post" if mark.step else "default"
        axes.plot(mark.x, mark.y, color=mark.colour, drawstyle=style, label=shown(mark.name))
    elif isinstance(mark, Points):
        if not mark.hidden:
            _draw_points(mark, made, axes)
    elif isinstance(mark, Cells):
        image = axes.imshow(mark.values, vmin=-1, vmax=1, cmap="RdBu")
        made.colorbar(image, ax=axes)
        for row, numbers in enumerate(mark.values):
            for column, number in enumerate(numbers):
                dark = abs(number) > 0.6
                axes.text(
                    column, row, f"{number:.2f}", ha="center", va="center", fontsize="x-small",
                    color="white" if dark else "black",
                )  # fmt: skip
    return below


def _draw_points(mark: Points, made: Any, axes: Any) -> None:
    how = {"s": 3 if mark.many else 18, "label": shown(mark.name), "rasterized": mark.many}
    if mark.dash:
        how |= {"marker": "_", "zorder": 3}
    if mark.values is None:
        axes.scatter(mark.x, mark.y, color=mark.colour, **how)
        return
    drawn = axes.scatter(mark.x, mark.y, c=mark.values, cmap="viridis", **how)
    bar = made.colorbar(drawn, ax=axes, label=shown(mark.scale))
    if mark.words:
        bar.set_ticks(range(len(mark.words)), labels=[shown(each) for each in mark.words])


def _draw_ways(mark: Ways, axes: Any) -> None:
    """Each axis from the least to the most of its column."""
    import matplotlib

    scaled = []
    for _, numbers, _words in mark.columns:
        least, most = min(numbers), max(numbers)
        scaled.append([(each - least) / ((most - least) or 1) for each in numbers])
    scale = matplotlib.colormaps["viridis"]
    for way, at in zip(zip(*scaled), scaled[mark.by]):
        axes.plot(range(len(scaled)), way, color=scale(at), linewidth=0.6)
    labels = []
    for title, numbers, words in mark.columns:
        ends = (words[0], words[-1]) if words else (f"{min(numbers):.4g}", f"{max(numbers):.4g}")
        labels.append(shown(f"{title}\n{ends[0]} to {ends[1]}"))
    axes.set_xticks(range(len(labels)), labels, fontsize="x-small", rotation=30, ha="right")
    axes.set_yticks([])
