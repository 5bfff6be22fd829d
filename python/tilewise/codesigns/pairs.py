"""All pairs of a network and an accelerator, as products of what each layer costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tilewise.codesigns.fronts import Costs, Rows, undominated

#: What a pair costs, by the word of an objective: its column.
PAIR = {"latency": "latency_ms", "energy": "energy_mJ", "edp": "edp_mJ_ms"}
#: What an accelerator has whatever runs on it: as the metrics of a study.
ACCELERATOR = {
    "area": "area_mm2", "LUT": "LUT", "FF": "FF", "DSP": "DSP", "BRAM18": "BRAM18", "URAM": "URAM",
}  # fmt: skip
#: How good a network is, whatever it runs on: the more the better.
GOOD = ("accuracy", "macs", "params")


@dataclass(frozen=True)
class Networks:
    """The candidates of a space. uses: [candidate][layer] how often it runs a layer; good: the
    accuracy, or what stands in for it; word: one of GOOD."""

    texts: list[str]
    uses: npt.NDArray[np.int32]
    good: npt.NDArray[np.float64]
    word: str


@dataclass(frozen=True)
class Accelerators:
    """The costed configurations of a study, a row of `table` (all.csv) each; positions: among all
    that were run. latency in ms, energy in mJ, both [configuration][layer]."""

    table: pd.DataFrame
    positions: Rows
    latency: Costs
    energy: Costs


@dataclass(frozen=True)
class Pairs:
    """The pairs of `networks` and `accelerators`, rows of each that any limit leaves."""

    networks: Networks
    accelerators: Accelerators
    objectives: list[str]
    limits: Mapping[str, float]

    def costs(self, network: int, accelerators: Rows) -> dict[str, npt.NDArray[np.float64]]:
        """What a network costs on accelerators, by PAIR."""
        return self.costs_of(self.networks.uses[network], accelerators)

    def costs_of(
        self, uses: npt.NDArray[np.number[Any]], accelerators: Rows
    ) -> dict[str, npt.NDArray[np.float64]]:
        """The same of what runs each layer so often, [layer] or [layer][row of `accelerators`]: its
        cost times its uses, added in the order of the layers."""
        latency = np.zeros(len(accelerators))
        energy = np.zeros(len(accelerators))
        for layer in np.flatnonzero(uses.reshape(len(uses), -1).any(axis=1)):
            times = uses[layer].astype(np.float64)
            latency += times * self.accelerators.latency[accelerators, layer]
            energy += times * self.accelerators.energy[accelerators, layer]
        return {"latency": latency, "energy": energy, "edp": latency * energy}

    def front(self, networks: Rows, accelerators: Rows) -> pd.DataFrame:
        """The pairs of these that no other pair of them is as good as, of equal ones the first:
        columns network and accelerator, rows of each, and PAIR. Better networks first, the pairs of
        one by their first cost."""
        found = [_table(networks[:0], accelerators[:0], self.costs(0, accelerators[:0]))]
        known = np.empty((0, len(self._cost_words)))
        for network in networks[np.lexsort((networks, -self.networks.good[networks]))]:
            costs = self.costs(network, accelerators)
            rows = np.flatnonzero(self.within(costs))
            points = self._points(costs, accelerators)[rows]
            # What a better network is as good as already is no point.
            best = undominated(points, known)
            known = np.concatenate([known, points[best]])
            best = np.sort(rows[best])
            found.append(
                _table(network, accelerators[best], {word: costs[word][best] for word in PAIR})
            )
        return self.best(pd.concat(found, ignore_index=True))

    def priced(self, networks: Rows, accelerators: Rows) -> pd.DataFrame:
        """Those of these pairs, a network and an accelerator each, that keep the limits: columns as
        of front."""
        costs = self.costs_of(self.networks.uses[networks].T, accelerators)
        fits = self.within(costs)
        return _table(
            networks[fits], accelerators[fits], {word: each[fits] for word, each in costs.items()}
        )

    def best(self, front: pd.DataFrame) -> pd.DataFrame:
        """The pairs of a table that no other one is as good as, in order."""
        # A network that is no better may cost less.
        costs = {word: front[column].to_numpy() for word, column in PAIR.items()}
        points = self._points(costs, front["accelerator"].to_numpy())
        good = self.networks.good[front["network"]]
        if self.networks.word in self.objectives:
            points = np.column_stack([-good, points])
        rows = np.sort(undominated(points))
        order = np.lexsort(
            (points[rows, -len(self._cost_words)], front["network"][rows], -good[rows])
        )
        return front.iloc[rows[order]].reset_index(drop=True)

    def networks_left(self) -> Rows:
        """Those that no other network is as good as on every accelerator: as accurate, with no
        layer more often. Of equal ones the first."""
        allowed = np.flatnonzero(self.networks.good >= self.limits.get(self.networks.word, -np.inf))
        counts = self.networks.uses[allowed].astype(np.float64)
        if self.networks.word in self.objectives:
            counts = np.column_stack([-self.networks.good[allowed], counts])
        return allowed[undominated(counts)]

    def accelerators_left(self) -> Rows:
        """Those that no other accelerator is as good as for every network: no layer slower, none
        of more energy, no more of what else is asked for. Of equal ones the first."""
        words = [word for word in ACCELERATOR if word in self.objectives]
        fits = np.ones(len(self.accelerators.table), dtype=bool)
        for word, column in ACCELERATOR.items():
            if word in self.limits:
                fits &= (self.accelerators.table[column] <= self.limits[word]).to_numpy()
        rows = np.flatnonzero(fits)
        used = self.networks.uses.any(axis=0)
        columns = [self.accelerators.table[ACCELERATOR[word]].to_numpy()[rows] for word in words]
        parts = [self.accelerators.latency[rows][:, used], self.accelerators.energy[rows][:, used]]
        return rows[undominated(np.column_stack([*columns, *parts]))]

    @property
    def _cost_words(self) -> list[str]:
        return [word for word in self.objectives if word not in GOOD]

    def _points(self, costs: Mapping[str, npt.NDArray[np.float64]], accelerators: Rows) -> Costs:
        """The objectives but the network's own, a pair a row."""
        table = self.accelerators.table
        columns = [
            costs[word] if word in PAIR else table[ACCELERATOR[word]].to_numpy()[accelerators]
            for word in self._cost_words
        ]
        return np.column_stack(columns).astype(np.float64)

    def within(self, costs: Mapping[str, npt.NDArray[np.float64]]) -> npt.NDArray[np.bool_]:
        fits = np.ones(len(costs["latency"]), dtype=bool)
        for word in PAIR:
            if word in self.limits:
                fits &= costs[word] <= self.limits[word]
        return fits


def _table(
    network: int | Rows, accelerators: Rows, costs: Mapping[str, npt.NDArray[np.float64]]
) -> pd.DataFrame:
    columns = {PAIR[word]: values for word, values in costs.items()}
    table = pd.DataFrame({"accelerator": accelerators, **columns})
    table.insert(0, "network", np.broadcast_to(np.asarray(network, dtype=np.int64), len(table)))
    return table
