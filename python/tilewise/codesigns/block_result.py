"""What a co-design of a space of blocks found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tilewise._core import InputError
from tilewise.codesigns.block_pairs import BlockPairs
from tilewise.codesigns.fronts import Rows
from tilewise.codesigns.pairs import Pairs
from tilewise.codesigns.result import row_of, shown
from tilewise.codesigns.separation import finite, levels_of, table_of


@dataclass(frozen=True)
class BlockCoDesign:
    """The front over all pairs of a network of a space of blocks and an accelerator, exact to the
    resolution of `provenance`, or wholly where `rounded` is False.

    front: as of CoDesign, without `index`; the costs of each pair are exact. accelerators: those
    that no other is as good as. found: good and edp_mJ_ms of pairs, as good as all others
    in good, latency, energy and what is asked of the accelerator.
    """

    pairs: BlockPairs
    front: pd.DataFrame
    counts: dict[str, int]
    accelerators: Rows
    rounded: bool
    found: pd.DataFrame
    provenance: dict[str, Any]
    #: The file of each accelerator of the front, by its index in the study.
    architectures: dict[int, str]

    @property
    def word(self) -> str:
        """The column of what is good of a network: accuracy, macs or params."""
        return self.pairs.networks.word

    def best_accelerators(self, network: str) -> pd.DataFrame:
        """The front over the accelerators alone, for the network of a text."""
        options = self.pairs.networks.options_of(network)
        pairs = self.pairs.over(self.pairs.networks.of(options))
        return shown_blocks(pairs, pairs.front(np.array([0]), self.accelerators))

    def best_networks(self, configuration: int) -> pd.DataFrame:
        """The front over the networks alone, on the configuration of an index of the study."""
        row = row_of(self.pairs.pairs.accelerators, configuration)
        pairs, found = self.pairs.priced(self.pairs.front(np.array([row])))
        return shown_blocks(pairs, pairs.best(found))

    def separation(self, reference: int | None = None) -> pd.DataFrame:
        """What designing one after the other loses, as of CoDesign."""
        if self.word not in self.provenance["objectives"]:
            raise InputError(f"separation: {self.word} is no objective; add it")
        accelerators = self.pairs.pairs.accelerators
        row = 0 if reference is None else row_of(accelerators, reference, "reference: ")
        levels = levels_of(self.front[self.word].to_numpy())
        return table_of(self.word, self._rows(levels, row) if levels else [])

    def _rows(self, levels: list[float], reference: int) -> list[tuple[float, float, float, float]]:
        """Each level with the least EDP of the three ways."""
        left, mean = self.accelerators, self.pairs.networks.mean_uses
        chosen = int(left[np.argmin(self.pairs.pairs.costs_of(mean, left)["edp"])])
        pairs, on_reference = self._on(reference)
        _, on_chosen = self._on(chosen)
        rows = []
        for level in levels:
            first = np.inf
            enough = on_reference[on_reference["good"] >= level]
            if len(enough) > 0:
                least = np.argmin(enough["edp_mJ_ms"].to_numpy())
                costs = pairs.costs(int(enough["network"].to_numpy()[least]), left)
                first = costs["edp"][pairs.within(costs)].min(initial=np.inf)
            second = _least_edp(on_chosen, level)
            together = min(_least_edp(self.found, level), first, second)
            rows.append((level, finite(together), finite(first), finite(second)))
        return rows

    def _on(self, accelerator: int) -> tuple[Pairs, pd.DataFrame]:
        """What is found on one accelerator, with how good each network is."""
        pairs, found = self.pairs.priced(self.pairs.front(np.array([accelerator])))
        return pairs, found.assign(good=pairs.networks.good[found["network"]])

    def summary(self) -> str:
        """Lines for people."""
        count = self.counts
        exact = "exact"
        if self.rounded:
            exact = f"to a resolution of {self.provenance['resolution']:g}"
        return (
            f"{count['networks']} networks x {count['accelerators']} accelerators = "
            f"{count['pairs']} pairs, {len(self.front)} on the front, {exact}\n"
            f"{self.provenance['accuracy']}; looked at: {count['accelerators_left']} accelerators, "
            f"of {count['accelerators_bounded']} of them bounds alone; each other one is no better "
            "than one of these for any network"
        )


def _least_edp(pairs: pd.DataFrame, level: float) -> float:
    """The least of those at least so good; infinite where there is none."""
    return float(pairs["edp_mJ_ms"][pairs["good"] >= level].to_numpy().min(initial=np.inf))


def shown_blocks(pairs: Pairs, found: pd.DataFrame) -> pd.DataFrame:
    """A front of rows as users read it: networks have texts and no index."""
    return shown(pairs, found).drop(columns="index")
