"""What a search found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tilewise.searches.metrics import Constraint, Metric


@dataclass(frozen=True)
class SearchResult:
    """history: a row each evaluated candidate, in order: `order`, `candidate` (its text), `index`
    where the space has indices, `accuracy` in percent or as the function gives it (missing where a
    cost fails a constraint already), `macs`, `params`, `<device>_latency_ms`, `_energy_mJ`,
    `_edp_mJ_ms`, `_dram_bytes`, `feasible`.

    accuracy: what stands for it, in words; None: it is no objective and no constraint.
    provenance: how the costs came to be, and what was asked.
    """

    history: pd.DataFrame
    objectives: list[Metric]
    constraints: list[Constraint]
    accuracy: str | None
    provenance: dict[str, Any]

    @property
    def front(self) -> pd.DataFrame:
        """The feasible candidates that no other evaluated one dominates, the best in the first
        objective first; of equal ones the first. The columns of history."""
        feasible = self.history[self.history["feasible"]]
        costs = np.array(
            [[each.cost(value) for value in feasible[each.column]] for each in self.objectives]
        ).reshape(len(self.objectives), len(feasible))
        chosen = feasible.iloc[non_dominated(costs.T)]
        return chosen.reset_index(drop=True)

    @property
    def best(self) -> pd.Series | None:
        """The row of the best feasible candidate in the first objective, of equal ones in the next;
        None where none is feasible."""
        front = self.front
        return front.iloc[0] if len(front) else None

    @property
    def infeasible(self) -> int:
        """How many evaluated candidates fail a constraint."""
        return int((~self.history["feasible"]).sum())

    def summary(self) -> str:
        """What was asked and found, in lines."""
        asked = self.provenance["asked"]
        aims = [f"{each.word} {'most' if each.most else 'least'}" for each in self.objectives]
        lines = [
            f"{self.provenance['space']} on {', '.join(self.provenance['datasets'])}: "
            f"{len(self.history)} candidates by {asked['method']}, seed {asked['seed']}",
            f"objectives: {', '.join(aims)}",
        ]
        if self.accuracy is not None:
            lines.append(f"accuracy: {self.accuracy}")
        for each in self.constraints:
            side = "at least" if each.metric.most else "at most"
            lines.append(f"constraint: {each.metric.word} {side} {each.limit:g}")
        if len(self.history) < asked["evaluations"]:
            lines.append(
                f"stopped: {asked['method']} found no new candidate after {len(self.history)}"
            )
        lines.append(f"infeasible: {self.infeasible}, front: {len(self.front)}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<SearchResult\n{self.summary()}>"


def non_dominated(costs: npt.NDArray[np.float64]) -> list[int]:
    """The rows of costs, of shape (candidates, objectives), each the less the better, that no other
    dominates, in lexicographic order; of equal ones the first."""
    found: list[int] = []
    kept = np.empty((0, costs.shape[1]))
    # No row is dominated by one that comes later in this order.
    for row in np.lexsort([np.arange(len(costs)), *costs.T[::-1]]):
        if not (kept <= costs[row]).all(axis=1).any():
            found.append(int(row))
            kept = np.vstack([kept, costs[row]])
    return found
