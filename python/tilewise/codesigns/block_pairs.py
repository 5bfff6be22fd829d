"""The pairs of a network of a space of blocks and an accelerator."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from tilewise.codesigns.block_networks import BlockNetworks
from tilewise.codesigns.bounds import all_beaten
from tilewise.codesigns.fronts import Costs, Rows
from tilewise.codesigns.pairs import ACCELERATOR, PAIR, Networks, Pairs
from tilewise.codesigns.sums import front_of_sums, rounding_of
from tilewise.costs import Progress

#: Costs of parts are multiples of the largest total over this power of two, so that sums do not
#: depend on their order.
_QUANTA = 50


@dataclass(frozen=True)
class Found:
    """Pairs: options (pairs, parts), rows of accelerators, costs (pairs, 3) as of Sums; rounded:
    whether some front of sums was; skipped: accelerators whose bounds sufficed."""

    options: npt.NDArray[np.int32]
    accelerators: Rows
    costs: Costs
    rounded: bool
    skipped: int


@dataclass(frozen=True)
class BlockPairs:
    """The pairs of `networks` and the accelerators of `pairs`, whose own networks do not count;
    resolution: how far fronts may be off where they are rounded."""

    networks: BlockNetworks
    pairs: Pairs
    resolution: float

    def front(self, accelerators: Rows, progress: Progress | None = None) -> Found:
        """The pairs with these accelerators that no other one beats in loss, latency, energy and
        what is asked of the accelerator, one accelerator after the other."""
        rows = accelerators[self._order(accelerators)]
        sizes = [len(part.options) for part in self.networks.parts]
        rounding = rounding_of(self.resolution, sizes)
        owns = self._own(rows)
        options = np.empty((0, len(sizes)), dtype=np.int32)
        costs, of = np.empty((0, 3)), np.empty(0, dtype=np.int64)
        rounded, skipped = False, 0
        for place, row in enumerate(rows):
            parts = self.parts_on(row)
            known = costs[(owns[of] <= owns[place]).all(axis=1)]
            if all_beaten(parts, known):
                skipped += 1
            else:
                found = front_of_sums(parts, rounding, known, self._most())
                options = np.concatenate([options, found.options])
                costs = np.concatenate([costs, found.costs])
                of = np.concatenate([of, np.full(len(found.costs), place)])
                rounded |= found.rounded
            if progress is not None:
                progress("pair", (place + 1) / len(rows))
        return Found(options, rows[of], costs, rounded, skipped)

    def parts_on(self, row: int) -> list[Costs]:
        """[part][option] loss, latency in ms and energy in mJ on an accelerator. What all networks
        have is shared out, so that sums over all parts are the whole."""
        costs = self.pairs.accelerators
        layers = np.stack([costs.latency[row], costs.energy[row]], axis=1)
        asked = {*self.pairs.objectives, *self.pairs.limits}
        counts = self.networks.word in asked
        parts = []
        for part in self.networks.parts:
            loss = (part.good.max() - part.good) * counts
            parts.append(np.column_stack([loss, part.uses @ layers]))
        least = np.array([part.min(axis=0) for part in parts])
        ranges = np.array([part.max(axis=0) for part in parts]) - least
        whole = least.sum(axis=0) + np.r_[0.0, self.networks.common @ layers]
        total = np.where(ranges.sum(axis=0) > 0, ranges.sum(axis=0), 1)
        # Half by range, half alike: none is zero, and ratios inside all parts are near one another.
        shares = whole * (ranges / total + 1 / len(parts)) / 2
        largest = whole + ranges.sum(axis=0)
        shares *= whole / np.where(shares.sum(axis=0) > 0, shares.sum(axis=0), 1)
        quantum = 2.0 ** (np.ceil(np.log2(np.where(largest > 0, largest, 1))) - _QUANTA)
        return [
            np.round((part - low + share) / quantum) * quantum
            for part, low, share in zip(parts, least, shares)
        ]

    def priced(self, found: Found) -> tuple[Pairs, pd.DataFrame]:
        """What was found with exact costs, as Pairs over its distinct networks has it."""
        distinct, which = np.unique(found.options, axis=0, return_inverse=True)
        pairs = self.over(self.networks.of(distinct))
        return pairs, pairs.priced(which.reshape(-1), found.accelerators)

    def over(self, networks: Networks) -> Pairs:
        """The pairs with some networks of the space."""
        return dataclasses.replace(self.pairs, networks=networks)

    def _own(self, rows: Rows) -> Costs:
        """[accelerator] what is asked for that it has whatever runs on it."""
        table = self.pairs.accelerators.table
        words = [word for word in ACCELERATOR if word in self.pairs.objectives]
        columns = [table[ACCELERATOR[word]].to_numpy(dtype=float)[rows] for word in words]
        return np.column_stack([np.zeros(len(rows)), *columns])

    def _order(self, accelerators: Rows) -> Rows:
        """What is no larger first, of these what costs the mean network the least EDP."""
        mean = self.pairs.costs_of(self.networks.mean_uses, accelerators)["edp"]
        return np.lexsort((accelerators, mean, *self._own(accelerators).T[::-1]))

    def _most(self) -> Costs:
        """Loss, latency, energy and EDP that limits leave, with room for rounded quanta."""
        limits = self.pairs.limits
        best = self.networks.common_good + sum(part.good.max() for part in self.networks.parts)
        loss = best - limits.get(self.networks.word, -np.inf)
        most = [limits.get(word, np.inf) for word in PAIR]
        return np.array([loss + 1e-12 * abs(best), *(each * (1 + 1e-12) for each in most)])
