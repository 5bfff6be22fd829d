"""What candidates cost: of an indexed space from its sweep, of a space of blocks as sums."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from tilewise._core import InputError
from tilewise.costs import Progress
from tilewise.device_columns import column_word, word_in
from tilewise.registry import SPACES, datasets_of, is_indexed
from tilewise.searches.encodings import Encoding, Rules, Vector, words
from tilewise.searches.metrics import NETWORK_METRICS
from tilewise.spaces import BlockSpace, space
from tilewise.sweeps import sweep

# What a sweep has of each candidate and device; the product of the first two is edp_mJ_ms.
_SWEPT = ("latency_ms", "energy_mJ", "dram_bytes")


@dataclass(frozen=True)
class Candidate:
    """A candidate: its text, its index where it has one, and its costs by column."""

    text: str
    index: int | None
    costs: dict[str, float]


class Costs(Protocol):
    """The costs of a space on one data set and some devices."""

    space: str
    dataset: str
    devices: list[str]
    provenance: dict[str, Any]
    encoding: Encoding
    #: Whether a change at one position means a similar candidate.
    has_neighbours: bool

    def candidate(self, vector: Vector) -> Candidate:
        """The candidate of a row of choices."""


class IndexedCosts:
    """Those of an indexed space: rows of the table of its sweep."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.provenance = {str(key): value for key, value in table.attrs.items()}
        self.space: str = self.provenance["space"]
        [self.dataset] = self.provenance["datasets"]
        self.devices: list[str] = [each["name"] for each in self.provenance["devices"]]
        self.texts: list[str] = table["arch_str"].tolist()
        self.indices: list[int] = table["index"].tolist()
        self._columns = {name: table[name].tolist() for name in NETWORK_METRICS}
        for device in self.devices:
            word, found = column_word(device), word_in(device, table)
            for metric in _SWEPT:
                self._columns[f"{word}_{metric}"] = table[f"{found}_{metric}"].tolist()
        self.encoding, self.has_neighbours = _encoding(tuple(self.texts))

    def candidate(self, vector: Vector) -> Candidate:
        """The candidate of a row of choices."""
        return self.candidate_at(self.encoding.place(vector))

    def candidate_at(self, row: int) -> Candidate:
        """The candidate of a row of the table."""
        costs = {name: values[row] for name, values in self._columns.items()}
        return Candidate(self.texts[row], self.indices[row], _with_products(costs, self.devices))


@functools.lru_cache(maxsize=2)
def _encoding(texts: tuple[str, ...]) -> tuple[Encoding, bool]:
    """The rows of choices that texts are; where they are none, a choice among all texts."""
    found = words(list(texts))
    if found is None:
        return Encoding([len(texts)], np.arange(len(texts))[:, np.newaxis]), False
    return Encoding([len(each) for each in found.choices], found.rows), True


class BlockCosts:
    """Those of a space of blocks."""

    has_neighbours = True

    def __init__(self, blocks: BlockSpace) -> None:
        self._blocks = blocks
        self.space = blocks.name
        self.dataset = blocks.dataset
        self.devices = blocks.devices
        self.provenance = dict(blocks.attrs)
        facts = SPACES[blocks.name]
        rules = Rules(facts["allowed"], facts["ends"], facts["groups"], facts["absent"])
        self.encoding = Encoding([len(blocks.choices)] * blocks.positions, rules=rules)

    def candidate(self, vector: Vector) -> Candidate:
        """The candidate of a row of choices."""
        row = np.array([vector], dtype=np.uint8)
        costs: dict[str, float] = {name: self._cost(row, name) for name in NETWORK_METRICS}
        for device in self.devices:
            for metric in _SWEPT:
                costs[f"{column_word(device)}_{metric}"] = self._cost(row, metric, device)
        return Candidate(self._blocks.arch_str(row), None, _with_products(costs, self.devices))

    def _cost(self, row: Any, metric: str, device: str | None = None) -> float:
        value = float(np.asarray(self._blocks.cost(row, metric, device, threads=1))[0])
        return int(value) if metric in NETWORK_METRICS else value


def costed(
    name: str | None,
    dataset: str | None,
    devices: Iterable[str] | None,
    threads: int,
    progress: Progress | None,
    **options: Any,
) -> Costs:
    """Sweeps a space on one data set; options: those of `tilewise.sweep`. Raises InputError."""
    if name is None:
        raise InputError("search: no space; give space='nasbench201', or costs=")
    names = [devices] if isinstance(devices, str) else [str(each) for each in devices or ()]
    if not names:
        raise InputError("search: no device; give devices=['eyeriss']")
    if is_indexed(name):
        dataset = dataset or datasets_of(name)[0]
        return IndexedCosts(sweep(name, [dataset], names, threads=threads, progress=progress,
                                  **options))  # fmt: skip
    if options.pop("prune_dead"):
        raise InputError(f"{name}: has no layers that change nothing; leave prune_dead out")
    return BlockCosts(
        space(name, dataset=dataset, devices=names, threads=threads, progress=progress, **options)
    )


def of_earlier(given: pd.DataFrame | BlockSpace) -> Costs:
    """The costs of a table of `tilewise.sweep`, or of a BlockSpace. Raises InputError."""
    if isinstance(given, BlockSpace):
        found: Costs = BlockCosts(given)
    elif isinstance(given, pd.DataFrame) and is_swept(given):
        if len(given.attrs["datasets"]) != 1:
            raise InputError(
                f"costs: of {', '.join(given.attrs['datasets'])}; expected the sweep of one data "
                "set: tilewise.sweep(space, [dataset], devices)"
            )
        found = IndexedCosts(given)
    else:
        raise InputError(
            "costs: expected the table of tilewise.sweep of an indexed space, as it came, or a "
            "tilewise.BlockSpace"
        )
    if not found.devices:
        raise InputError("costs: no device; give devices=['eyeriss'] to tilewise.space")
    return found


def is_swept(table: pd.DataFrame) -> bool:
    """Whether a table is the whole sweep of an indexed space."""
    attrs = table.attrs
    if not {"space", "datasets", "devices"} <= set(attrs) or not is_indexed(attrs["space"]):
        return False
    words = [word_in(each["name"], table) for each in attrs["devices"]]
    columns = {f"{word}_{metric}" for word in words for metric in _SWEPT}
    rows = space(attrs["space"]).size * len(attrs["datasets"])
    return len(table) == rows and {"index", "arch_str", *NETWORK_METRICS, *columns} <= set(table)


def _with_products(costs: dict[str, float], devices: list[str]) -> dict[str, float]:
    """The costs with the energy-delay product of each device behind its energy."""
    made = {name: costs[name] for name in NETWORK_METRICS}
    for device in devices:
        word = column_word(device)
        latency, energy = costs[f"{word}_latency_ms"], costs[f"{word}_energy_mJ"]
        made |= {
            f"{word}_latency_ms": latency,
            f"{word}_energy_mJ": energy,
            f"{word}_edp_mJ_ms": latency * energy,
            f"{word}_dram_bytes": costs[f"{word}_dram_bytes"],
        }
    return made
