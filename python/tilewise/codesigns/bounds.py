"""Lower bounds of all sums of options, by Lagrange multipliers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tilewise.codesigns.fronts import Costs
from tilewise.codesigns.sums import ENERGY, LATENCY, LOSS, Cells

#: Multipliers of loss and latency, in energies per range of each.
_WEIGHTS = np.r_[0.0, 2.0 ** np.arange(-5, 4)]
#: Losses, and latencies, that are told apart.
_CELLS = 128


def all_beaten(parts: Sequence[Costs], known: Costs) -> bool:
    """Whether some of `known` beats each sum of one option of each part, for sure.

    For multipliers w, v >= 0 every sum has energy + w loss + v latency >= the least of it, which is
    found part by part. So in a cell its energy is at least that less w and v times what is the most
    there; it is beaten where one of `known` has no more energy, and no more of both than the cell.
    """
    if len(known) == 0:
        return False
    low = sum(part.min(axis=0) for part in parts)
    high = sum(part.max(axis=0) for part in parts)
    cells = Cells(low, high, _CELLS**2)
    reached = cells.least_below(known)
    losses, latencies = cells.corners()
    scale = (high - low)[ENERGY] / np.where(high > low, high - low, 1)
    bound = np.full(reached.shape, low[ENERGY])
    for loss_weight in _WEIGHTS * scale[LOSS]:
        for latency_weight in _WEIGHTS * scale[LATENCY]:
            weights = np.array([loss_weight, latency_weight, 1.0])
            total = sum((part @ weights).min() for part in parts)
            plane = total - loss_weight * losses[:, np.newaxis] - latency_weight * latencies
            bound = np.maximum(bound, plane)
    # No sum costs more than `high`: such cells are empty.
    return bool(((bound > high[ENERGY]) | (reached <= bound)).all())
