"""Which rows of costs no other row beats."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Costs = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

#: Comparisons of two rows below which all are made.
_FEW = 1 << 14
#: Columns above which splitting takes longer than all comparisons.
_MOST_COLUMNS = 5
#: Rows that are compared with so many others at a time.
_BLOCK = 256
_CHUNK = 2048


def undominated(costs: Costs, known: Costs | None = None) -> Rows:
    """The rows of `costs`, of shape (rows, objectives), to which no other row is equal or less in
    all columns, nor any of `known`; of equal rows the first. In rising order of the first column,
    then the second, ...
    """
    # In this order what dominates a row stands before it.
    order = np.lexsort(costs.T[::-1])
    if known is not None:
        order = order[~dominated(costs[order], known)]
    return order[_front(costs[order])]


def _front(costs: Costs) -> Rows:
    """The rows to which no earlier one is equal or less; `costs` are sorted. The front of the first
    half takes rows out of the second, where the first column no longer counts."""
    if len(costs) <= _BLOCK:
        return np.flatnonzero(_first_of(costs))
    half = len(costs) // 2
    first = _front(costs[:half])
    left = half + np.flatnonzero(~dominated(costs[half:, 1:], costs[first, 1:]))
    return np.concatenate([first, left[_front(costs[left])]])


def dominated(costs: Costs, by: Costs) -> Mask:
    """[row] whether some row of `by` is equal or less in all columns.

    By halves (Kung, Luccio and Preparata, JACM 1975): rows below the median of `by` in the first
    column are compared with the lower half alone; for rows above it that column no longer counts
    against the lower half. Two columns are one sweep.
    """
    count, columns = costs.shape
    if count == 0 or len(by) == 0:
        return np.zeros(count, dtype=bool)
    if columns == 0:
        return np.ones(count, dtype=bool)
    if columns <= 2:
        return _above_stairs(costs, by)
    if count * len(by) <= _FEW or columns > _MOST_COLUMNS:
        return _compared(costs, by)
    found = np.zeros(count, dtype=bool)
    middle = np.partition(by[:, 0], len(by) // 2)[len(by) // 2]
    low = by[:, 0] < middle
    above = np.flatnonzero(costs[:, 0] >= middle)
    found[above] = dominated(costs[above, 1:], by[low, 1:])
    below = np.flatnonzero(costs[:, 0] < middle)
    found[below] = dominated(costs[below], by[low])
    same = by[:, 0] == middle
    above = above[~found[above]]
    found[above] = dominated(costs[above, 1:], by[same, 1:])
    above = above[~found[above]]
    found[above] = dominated(costs[above], by[~low & ~same])
    return found


def _above_stairs(costs: Costs, by: Costs) -> Mask:
    """The same of one or two columns: by the least last column of all with so much in the first."""
    order = np.argsort(by[:, 0])
    least = np.minimum.accumulate(by[order, -1])
    place = np.searchsorted(by[order, 0], costs[:, 0], side="right") - 1
    return (place >= 0) & (least[place] <= costs[:, -1])


def _compared(costs: Costs, by: Costs) -> Mask:
    """The same by all comparisons."""
    found = np.zeros(len(costs), dtype=bool)
    for begin in range(0, len(by), _CHUNK):
        chunk = by[begin : begin + _CHUNK]
        left = np.flatnonzero(~found)
        for rows in np.array_split(left, -(-len(left) // _BLOCK)) if len(left) else []:
            less = np.ones((len(rows), len(chunk)), dtype=bool)
            for column in range(costs.shape[1]):
                less &= chunk[np.newaxis, :, column] <= costs[rows, column, np.newaxis]
            found[rows] = less.any(axis=1)
    return found


def _first_of(costs: Costs) -> Mask:
    """[row] whether no earlier row is equal or less in all columns; rows are sorted."""
    less = np.ones((len(costs), len(costs)), dtype=bool)
    for column in range(costs.shape[1]):
        less &= costs[np.newaxis, :, column] <= costs[:, column, np.newaxis]
    return np.asarray(~np.tril(less, -1).any(axis=1))
