"""Figures as data: what they show, whoever draws them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Union

# Tol's bright scheme: told apart by every eye, on white and on black.
COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#999999")


def colour(place: int) -> str:
    """The colour of the series at this place."""
    return COLOURS[place % len(COLOURS)]


def shade(base: str, step: int) -> str:
    """A colour on its way to grey, a third of what is left a step."""
    grey, keep = 0xC8, (2 / 3) ** step
    parts = (int(base[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(grey + (part - grey) * keep):02x}" for part in parts)


@dataclasses.dataclass(frozen=True)
class Axis:
    """title: with the unit. words: names of the whole numbers from 0; none: numbers."""

    title: str
    log: bool = False
    words: Sequence[str] = ()


@dataclasses.dataclass(frozen=True)
class Bars:
    """A part of stacked bars, one a word of the axis below."""

    name: str
    values: Sequence[float]
    hover: Sequence[str]
    colour: str


@dataclasses.dataclass(frozen=True)
class Spans:
    """Bars in lanes, which are the words of the axis at the side."""

    name: str
    lanes: Sequence[int]
    starts: Sequence[float]
    ends: Sequence[float]
    hover: Sequence[str]
    colour: str


@dataclasses.dataclass(frozen=True)
class Points:
    """colour: of all points, or `values` on a scale that `scale` names, with the unit; words: what
    whole values stand for. dash: a short line instead of a dot. many: too many to be drawn one by
    one. hidden: until the legend is asked for them."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    hover: Sequence[str]
    colour: str = COLOURS[0]
    values: Sequence[float] | None = None
    scale: str = ""
    words: Sequence[str] = ()
    dash: bool = False
    hidden: bool = False
    many: bool = False


@dataclasses.dataclass(frozen=True)
class Line:
    """step: it is level up to the next point."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    colour: str
    step: bool = False


@dataclasses.dataclass(frozen=True)
class Cells:
    """A table of numbers from -1 to 1 as colours; NaN: undefined."""

    values: Sequence[Sequence[float]]


@dataclasses.dataclass(frozen=True)
class Ways:
    """Parallel coordinates: an axis a column, coloured by one of them."""

    columns: Sequence[tuple[str, Sequence[float], Sequence[str]]]  # title, numbers, their words
    by: int


Mark = Union[Bars, Spans, Points, Line, Cells, Ways]  # noqa: UP007 (Python 3.9)


@dataclasses.dataclass(frozen=True)
class Chart:
    title: str
    x: Axis
    y: Axis
    marks: Sequence[Mark]
