"""The front of sums: one option of each part, added up.

There are too many ways to take one option of each part to list them. But a sum on the front is one
of sums that are on the fronts of two halves of the parts: dynamic programming over a balanced tree
of halves. Fronts that are too large are rounded: of all sums in one cell, of a grid of losses and
latencies, that of the least energy stays (the approximate Pareto sets of Papadimitriou and
Yannakakis, FOCS 2000).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tilewise.codesigns.fronts import Costs, Rows, dominated, undominated

#: A front over so many combinations, or of so many sums, is never rounded.
EXACT_COMBINATIONS = 10_000
EXACT_SUMS = 20_000
#: Sums that are looked at in one go.
_CHUNK = 1 << 19
#: Losses, and latencies, of the cells in which sums are compared before they are one by one.
_MOST_CELLS = 640

LOSS, LATENCY, ENERGY = range(3)


@dataclass(frozen=True)
class Sums:
    """Sums of options. costs: (sums, 3), loss, latency and energy, the less the better; options:
    (sums, parts), which one of each part; rounded: whether some that no other beats are missing."""

    costs: Costs
    options: npt.NDArray[np.int32]
    rounded: bool


@dataclass(frozen=True)
class Rounding:
    """How far each rounding may be off: a loss by that share of its range over all sums, a latency
    by the factor exp(`latency`)."""

    loss: float
    latency: float

    def kept(self, costs: Costs, losses: float) -> Rows:
        """The one of least energy in each cell, of equal ones the first; losses: their range."""
        width = self.loss * losses
        row = np.floor(costs[:, LOSS] / width) if width > 0 else np.zeros(len(costs))
        column = np.floor(np.log(costs[:, LATENCY]) / self.latency)
        order = np.lexsort((costs[:, ENERGY], column, row))
        first = np.r_[True, (np.diff(row[order]) != 0) | (np.diff(column[order]) != 0)]
        return np.sort(order[first[: len(order)]])


def rounding_of(resolution: float, sizes: Sequence[int]) -> Rounding | None:
    """That of each level of the tree over parts with so many options, so that all together are off
    by `resolution`: a latency by the factor 1 + resolution. None: nothing is rounded."""
    levels = _rounded_levels(sizes)
    if resolution == 0 or levels == 0:
        return None
    return Rounding(resolution / levels, math.log1p(resolution) / levels)


def _rounded_levels(sizes: Sequence[int]) -> int:
    if math.prod(sizes) <= EXACT_COMBINATIONS or len(sizes) == 1:
        return 0
    half = len(sizes) // 2
    return 1 + max(_rounded_levels(sizes[:half]), _rounded_levels(sizes[half:]))


def front_of_sums(
    parts: Sequence[Costs],
    rounding: Rounding | None = None,
    known: Costs | None = None,
    most: Costs | None = None,
) -> Sums:
    """The front of the sums of one option of each part, of shape (options, 3), latencies positive.
    most: loss, latency, energy and EDP that no sum exceeds; known: costs that beat sums as well.

    For each sum that is left out there is one, or one of `known`, of no more energy, and of no more
    loss and latency but for the rounding of each level. Without `rounding` it is exact.
    """
    if len(parts) == 1:
        alone = Sums(np.zeros((1, 3)), np.empty((1, 0), dtype=np.int32), False)
        rows = np.arange(len(parts[0]), dtype=np.int32)[:, np.newaxis]
        return _merged(alone, Sums(parts[0], rows, False), None, known, most)
    half = len(parts) // 2
    first, second = (front_of_sums(each, rounding) for each in (parts[:half], parts[half:]))
    if math.prod(map(len, parts)) <= EXACT_COMBINATIONS:
        rounding = None
    return _merged(first, second, rounding, known, most)


def _merged(
    first: Sums,
    second: Sums,
    rounding: Rounding | None,
    known: Costs | None,
    most: Costs | None,
) -> Sums:
    """The front of the sums of one of each."""
    low = first.costs.min(axis=0) + second.costs.min(axis=0)
    high = first.costs.max(axis=0) + second.costs.max(axis=0)
    cells = Cells(low, high, len(first.costs) * len(second.costs))
    least = cells.least(np.empty((0, 3)) if known is None else known)
    costs, places, rounded = np.empty((0, 3)), np.empty(0, dtype=np.int64), False

    def reduce(chosen: Rows) -> None:
        nonlocal costs, places
        costs, places = costs[chosen], places[chosen]

    step = max(1, _CHUNK // len(second.costs))
    for begin in range(0, len(first.costs), step):
        block = first.costs[begin : begin + step]
        sums = (block[:, np.newaxis] + second.costs[np.newaxis]).reshape(-1, 3)
        allowed = np.flatnonzero(_within(sums, most))
        least = np.minimum(least, cells.least(sums[allowed]))
        left = allowed[~cells.beaten(sums[allowed], least)]
        costs = np.concatenate([costs, sums[left]])
        places = np.concatenate([places, left + begin * len(second.costs)])
        if len(places) > EXACT_SUMS:
            reduce(np.flatnonzero(~cells.beaten(costs, least)))
        if len(places) > EXACT_SUMS and rounding is not None:
            before = len(places)
            reduce(rounding.kept(costs, high[LOSS] - low[LOSS]))
            rounded |= len(places) < before
    reduce(np.flatnonzero(~cells.beaten(costs, least)))
    if known is not None:
        reduce(np.flatnonzero(~dominated(costs, known)))
    reduce(undominated(costs))
    one, other = np.divmod(places, len(second.costs))
    options = np.concatenate([first.options[one], second.options[other]], axis=1)
    return Sums(costs, options, rounded or first.rounded or second.rounded)


class Cells:
    """A coarse grid of losses and latencies, between the least and the most that sums have: what is
    in a cell that is better in both, with no more energy, beats a sum for sure."""

    def __init__(self, low: Costs, high: Costs, sums: int) -> None:
        self._low = low
        self._count = min(_MOST_CELLS, math.isqrt(sums) + 1)
        self._loss = max(high[LOSS] - low[LOSS], np.finfo(float).tiny) / self._count
        self._latency = max(math.log(high[LATENCY] / low[LATENCY]), 1e-12) / self._count

    def places(self, costs: Costs) -> tuple[Rows, Rows]:
        """The loss and the latency of the cell of each, cut off at the ends of the grid."""
        loss = (costs[:, LOSS] - self._low[LOSS]) / self._loss
        latency = np.log(costs[:, LATENCY] / self._low[LATENCY]) / self._latency
        return tuple(np.clip(each, 0, self._count - 1).astype(np.int64) for each in (loss, latency))

    def corners(self) -> tuple[Costs, Costs]:
        """[loss], [latency]: the most that is in a cell."""
        ends = np.arange(1, self._count + 1)
        return (
            self._low[LOSS] + self._loss * ends,
            self._low[LATENCY] * np.exp(self._latency * ends),
        )

    def least(self, costs: Costs) -> Costs:
        """[loss][latency] the least energy of those that are in this cell, or in one with no more
        of both; what is above the grid does not count."""
        least = np.full((self._count, self._count), np.inf)
        loss, latency = self.places(costs)
        ends = self.corners()
        inside = (costs[:, LOSS] <= ends[0][-1]) & (costs[:, LATENCY] <= ends[1][-1])
        np.minimum.at(least, (loss[inside], latency[inside]), costs[inside, ENERGY])
        return _spread(least)

    def least_below(self, costs: Costs) -> Costs:
        """[loss][latency] the least energy of those that have no more of both than anything in this
        cell has."""
        least = np.full((self._count, self._count), np.inf)
        loss = np.ceil((costs[:, LOSS] - self._low[LOSS]) / self._loss)
        latency = np.ceil(np.log(costs[:, LATENCY] / self._low[LATENCY]) / self._latency)
        inside = (loss < self._count) & (latency < self._count)
        rows, columns = (np.maximum(each[inside], 0).astype(np.int64) for each in (loss, latency))
        np.minimum.at(least, (rows, columns), costs[inside, ENERGY])
        return _spread(least)

    def beaten(self, costs: Costs, least: Costs) -> npt.NDArray[np.bool_]:
        """[sum] whether a cell that is better in both has no more energy."""
        loss, latency = self.places(costs)
        inner = (loss > 0) & (latency > 0)
        beaten = np.zeros(len(costs), dtype=bool)
        better = least[loss[inner] - 1, latency[inner] - 1]
        beaten[inner] = better <= costs[inner, ENERGY]
        return beaten


def _spread(least: Costs) -> Costs:
    """Each cell with the least of those that are no worse in both."""
    np.minimum.accumulate(least, axis=0, out=least)
    np.minimum.accumulate(least, axis=1, out=least)
    return least


def _within(costs: Costs, most: Costs | None) -> npt.NDArray[np.bool_]:
    if most is None:
        return np.ones(len(costs), dtype=bool)
    fits: npt.NDArray[np.bool_] = costs[:, LATENCY] * costs[:, ENERGY] <= most[3]
    for column in range(3):
        fits &= costs[:, column] <= most[column]
    return fits
