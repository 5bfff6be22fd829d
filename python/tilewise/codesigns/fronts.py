"""Which rows of costs no other row beats."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Costs = npt.NDArray[np.float64]

#: Rows that are compared with what is kept at a time, and how much of that.
_BLOCK = 256
_CHUNK = 2048


def undominated(costs: Costs, known: Costs | None = None) -> Rows:
    """The rows of `costs`, of shape (rows, objectives), to which no other row is equal or less in
    all columns, nor any of `known`; of equal rows the first. In rising order of the first column,
    then the second, ...
    """
    # In this order what dominates a row stands before it.
    order = np.lexsort(costs.T[::-1])
    kept = np.empty((0, costs.shape[1])) if known is None else known
    rows: list[Rows] = []
    for begin in range(0, len(order), _BLOCK):
        block = order[begin : begin + _BLOCK]
        block = block[~dominated(costs[block], kept)]
        block = block[_first_of(costs[block])]
        rows.append(block)
        kept = np.concatenate([kept, costs[block]])
    return np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)


def dominated(costs: Costs, by: Costs) -> npt.NDArray[np.bool_]:
    """[row] whether some row of `by` is equal or less in all columns."""
    found = np.zeros(len(costs), dtype=bool)
    for begin in range(0, len(by), _CHUNK):
        open_rows = np.flatnonzero(~found)
        if len(open_rows) == 0:
            break
        chunk = by[begin : begin + _CHUNK]
        less = np.ones((len(open_rows), len(chunk)), dtype=bool)
        for column in range(costs.shape[1]):
            less &= chunk[np.newaxis, :, column] <= costs[open_rows, column, np.newaxis]
        found[open_rows] = less.any(axis=1)
    return found


def _first_of(costs: Costs) -> npt.NDArray[np.bool_]:
    """[row] whether no earlier row is equal or less in all columns; rows are sorted."""
    less = np.ones((len(costs), len(costs)), dtype=bool)
    for column in range(costs.shape[1]):
        less &= costs[np.newaxis, :, column] <= costs[:, column, np.newaxis]
    return ~np.tril(less, -1).any(axis=1)
