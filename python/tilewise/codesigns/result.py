"""What a co-design found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tilewise._core import InputError
from tilewise.codesigns.fronts import Rows
from tilewise.codesigns.pairs import ACCELERATOR, Accelerators, Pairs
from tilewise.codesigns.separation import price_of_separation


@dataclass(frozen=True)
class CoDesign:
    """The exact front over all pairs of a network and an accelerator.

    front: a pair a row: index and arch_str of the network, accuracy (or what stands in for it);
    configuration (its index in the study), base and parameters of the accelerator; latency_ms,
    energy_mJ, edp_mJ_ms, and what else the accelerator has (area_mm2, LUT, ...). counts: how many
    networks, accelerators and pairs there are, and how many could not be left out unseen.
    """

    pairs: Pairs
    front: pd.DataFrame
    counts: dict[str, int]
    networks: Rows
    accelerators: Rows
    provenance: dict[str, Any]
    #: The file of each accelerator of the front, by its index in the study.
    architectures: dict[int, str]

    @property
    def word(self) -> str:
        """The column of what is good of a network: accuracy, macs or params."""
        return self.pairs.networks.word

    def best_accelerators(self, network: int | str) -> pd.DataFrame:
        """The front over the accelerators alone, for the network of an index or text."""
        texts = self.pairs.networks.texts
        if isinstance(network, str):
            if network not in texts:
                raise InputError(f"{network}: no candidate of {self.provenance['space']}")
            network = texts.index(network)
        if not 0 <= network < len(texts):
            raise InputError(f"{network}: expected an index from 0 to {len(texts) - 1}")
        return shown(self.pairs, self.pairs.front(np.array([network]), self.accelerators))

    def best_networks(self, configuration: int) -> pd.DataFrame:
        """The front over the networks alone, on the configuration of an index of the study."""
        rows = np.array([row_of(self.pairs.accelerators, configuration)])
        return shown(self.pairs, self.pairs.front(self.networks, rows))

    def separation(self, reference: int | None = None) -> pd.DataFrame:
        """What designing one after the other loses: docs/codesign.md. reference: the configuration
        that the networks are chosen on first; None: the first one of the study that is costed."""
        word = self.word
        if word not in self.provenance["objectives"]:
            raise InputError(f"separation: {word} is no objective; add it")
        accelerators = self.pairs.accelerators
        row = 0 if reference is None else row_of(accelerators, reference, "reference: ")
        good = self.front[word].to_numpy()
        return price_of_separation(self.pairs, self.networks, self.accelerators, good, row)

    def summary(self) -> str:
        """Two lines for people."""
        count = self.counts
        return (
            f"{count['networks']} networks x {count['accelerators']} accelerators = "
            f"{count['pairs']} pairs, {len(self.front)} on the front\n"
            f"{self.provenance['accuracy']}; looked at: {count['networks_left']} networks x "
            f"{count['accelerators_left']} accelerators; each other one is no better than one of "
            "these whatever it is paired with"
        )


def row_of(accelerators: Accelerators, configuration: int, place: str = "") -> int:
    """The row of an index of the study. Raises InputError, which begins with `place`."""
    rows = np.flatnonzero(accelerators.table["index"].to_numpy() == configuration)
    if len(rows) == 0:
        raise InputError(f"{place}{configuration}: no costed configuration of the study")
    return int(rows[0])


def shown(pairs: Pairs, found: pd.DataFrame) -> pd.DataFrame:
    """A front of rows as users read it."""
    networks = found["network"].to_numpy(dtype=np.int64)
    table = pairs.accelerators.table.iloc[found["accelerator"].to_numpy(dtype=np.int64)]
    table = table.reset_index(drop=True)
    last = table.columns.get_loc("outcome")
    front = pd.DataFrame({
        "index": networks,
        "arch_str": [pairs.networks.texts[each] for each in networks],
        pairs.networks.word: pairs.networks.good[networks],
        "configuration": table["index"],
    })  # fmt: skip
    costs = found.drop(columns=["network", "accelerator"])
    known = [column for column in ACCELERATOR.values() if table[column].notna().any()]
    return pd.concat([front, table.iloc[:, 1:last], costs, table[known]], axis=1)
