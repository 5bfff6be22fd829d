"""What designing one after the other loses against both together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from tilewise.codesigns.fronts import Rows
from tilewise.codesigns.pairs import Pairs

#: Levels of accuracy at most.
_LEVELS = 10


def price_of_separation(
    pairs: Pairs,
    networks: Rows,
    accelerators: Rows,
    of_front: npt.NDArray[np.float64],
    reference: int,
) -> pd.DataFrame:
    """The least EDP of a pair at least as accurate as some levels of `of_front`, the accuracies of
    the front: of all pairs; of the network that is best on the accelerator `reference`, then the
    accelerator that is best for it; of the accelerator that is best for the mean over all networks,
    then the network that is best on it. NaN: that way no pair keeps the limits. Losses in % of the
    first.
    """
    levels = levels_of(of_front)
    rows = _rows(pairs, networks, accelerators, levels, reference) if levels else []
    return table_of(pairs.networks.word, rows)


def table_of(word: str, rows: list[tuple[float, float, float, float]]) -> pd.DataFrame:
    """Of each level with the least EDP of the three ways, with losses."""
    ways = ["together", "network_first", "accelerator_first"]
    columns = [f"{word}_at_least", *(f"{way}_edp_mJ_ms" for way in ways)]
    table = pd.DataFrame(rows, columns=columns)
    for way in ways[1:]:
        ratio = table[f"{way}_edp_mJ_ms"] / table["together_edp_mJ_ms"]
        table[f"{way}_loss_percent"] = 100 * (ratio - 1)
    return table


def _rows(
    pairs: Pairs, networks: Rows, accelerators: Rows, levels: list[float], reference: int
) -> list[tuple[float, float, float, float]]:
    """Each level with the least EDP of the three ways."""
    good = pairs.networks.good
    cheapest = _edp(pairs, networks, accelerators)
    on_reference = _edp(pairs, networks, np.array([reference]))[:, 0]
    mean = pairs.costs_of(pairs.networks.uses.mean(axis=0), accelerators)["edp"]
    chosen = int(np.argmin(mean))
    rows = []
    for level in levels:
        enough = np.flatnonzero(good[networks] >= level)
        network = enough[np.argmin(on_reference[enough])]
        # Where all exceed a limit on the reference none of them is chosen there.
        first = cheapest[network].min() if np.isfinite(on_reference[network]) else np.inf
        rows.append(
            (
                level,
                finite(cheapest[enough].min()),
                finite(first),
                finite(cheapest[enough, chosen].min()),
            )
        )
    return rows


def levels_of(values: npt.NDArray[np.float64]) -> list[float]:
    """Some of the distinct values, from the least to the most."""
    distinct = np.unique(values)
    places = np.unique(np.linspace(0, len(distinct) - 1, _LEVELS).round().astype(int))
    return [float(each) for each in distinct[places]] if len(distinct) else []


def _edp(pairs: Pairs, networks: Rows, accelerators: Rows) -> npt.NDArray[np.float64]:
    """[network][accelerator] EDP in mJ ms; infinite where a limit is exceeded."""
    edp = np.empty((len(networks), len(accelerators)))
    for row, network in enumerate(networks):
        costs = pairs.costs(int(network), accelerators)
        edp[row] = np.where(pairs.within(costs), costs["edp"], np.inf)
    return edp


def finite(value: float) -> float:
    return float(value) if np.isfinite(value) else float("nan")
