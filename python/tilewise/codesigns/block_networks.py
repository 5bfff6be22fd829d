"""The networks of a space of blocks, as sums of the options of its parts."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tilewise import _core
from tilewise._core import InputError
from tilewise.codesigns.fronts import Rows
from tilewise.codesigns.pairs import Networks
from tilewise.registry import SPACES
from tilewise.searches.accuracies import Given, csv_rows
from tilewise.text_numbers import number_of, whole_of

Choices = npt.NDArray[np.uint8]
Uses = npt.NDArray[np.int64]

#: Options of a part at most.
_MOST_OPTIONS = 10_000


@dataclass(frozen=True)
class Part:
    """Positions whose choices depend on each other. options: (options, positions), the choices of
    each; uses: [option][layer] how often it runs a layer; good: [option] what it adds."""

    positions: list[int]
    options: Choices
    uses: Uses
    good: npt.NDArray[np.float64]


@dataclass(frozen=True)
class BlockNetworks:
    """A candidate is one option of each part. common, common_good: what all have; word: one of
    GOOD."""

    space: str
    layers: list[_core.Layer]
    common: Uses
    common_good: float
    parts: list[Part]
    word: str

    @property
    def size(self) -> int:
        """How many candidates there are."""
        return math.prod(len(part.options) for part in self.parts)

    def stand_in(self) -> Networks:
        """One network that runs each layer as often as any candidate may."""
        most = self.common + sum(part.uses.max(axis=0) for part in self.parts)
        return Networks([""], most[np.newaxis].astype(np.int32), np.zeros(1), self.word)

    @property
    def mean_uses(self) -> npt.NDArray[np.float64]:
        """[layer] how often it is run in the mean of all candidates."""
        mean: npt.NDArray[np.float64] = self.common + sum(
            part.uses.mean(axis=0) for part in self.parts
        )
        return mean

    def of(self, options: npt.NDArray[np.integer[Any]]) -> Networks:
        """The candidates of rows of options, one of each part."""
        rows = np.zeros((len(options), SPACES[self.space]["positions"]), dtype=np.uint8)
        uses = np.tile(self.common, (len(options), 1))
        good = np.full(len(options), self.common_good)
        for part, chosen in zip(self.parts, options.T):
            rows[:, part.positions] = part.options[chosen]
            uses += part.uses[chosen]
            good += part.good[chosen]
        texts = [_core.block_text(self.space, row[np.newaxis]) for row in rows]
        return Networks(texts, uses.astype(np.int32), good, self.word)

    def options_of(self, text: str) -> npt.NDArray[np.int64]:
        """The options of the candidate of a text, as one row. Raises InputError."""
        row = np.asarray(_core.block_row(self.space, text), dtype=np.uint8)[0]
        matches = [np.flatnonzero((each.options == row[each.positions]).all(axis=1))
                   for each in self.parts]  # fmt: skip
        return np.array([[places[0] for places in matches]])


def block_networks(space: str, dataset: str, accuracy: Given) -> BlockNetworks:
    """Those of a space of blocks on a data set. What an option adds is the difference of two
    networks. accuracy: a CSV file of sums, "macs" or "params". Raises InputError."""
    positions, options = zip(*_parts(SPACES[space]))
    first = np.zeros((1, SPACES[space]["positions"]), dtype=np.uint8)
    for where, rows in zip(positions, options):
        first[0, where] = rows[0]
    collected = _core.NetworkLayers()

    def facts(row: Choices) -> tuple[Rows, int]:
        """How often a candidate runs each layer found so far, and its parameters."""
        text = _core.block_text(space, row)
        places, _, params = collected.add(_core.space_network(space, text, dataset, False))
        return np.bincount(places, minlength=len(collected)), params

    found = []
    for where, rows in zip(positions, options):
        changed = np.repeat(first, len(rows), axis=0)
        changed[:, where] = rows
        found.append([facts(each[np.newaxis]) for each in changed])
    base, base_params = facts(first)
    layers = collected.since(0)
    table = _table(space, accuracy)
    macs = np.array([layer.macs for layer in layers], dtype=np.float64)
    parts, common, common_good = [], base.astype(np.int64), float(base_params)
    for where, rows, each in zip(positions, options, found):
        uses = np.array([np.pad(counts, (0, len(layers) - len(counts))) for counts, _ in each])
        uses = uses - base
        common += uses.min(axis=0)
        uses -= uses.min(axis=0)
        params = np.array([params for _, params in each], dtype=np.float64) - base_params
        good = uses @ macs if accuracy == "macs" else params
        if table is not None:
            good = table[where, rows].sum(axis=1)
        parts.append(Part(where, rows, uses, good))
    if accuracy == "macs":
        common_good = float(common @ macs)
    word = "accuracy" if table is not None else str(accuracy)
    return BlockNetworks(
        space, layers, common, 0.0 if table is not None else common_good, parts, word
    )


def _parts(facts: dict[str, Any]) -> Iterator[tuple[list[int], Choices]]:
    """The positions of each part, by rising first one, and its options."""
    count, choices = facts["positions"], len(facts["choices"])
    allowed = facts["allowed"] or [[True] * choices] * count
    open_choices = [[each for each in range(choices) if row[each]] for row in allowed]
    parts: dict[int, tuple[list[int], Iterator[tuple[int, ...]]]] = {}
    for positions, present in facts["groups"]:
        sets = [open_choices[each] for each in positions]
        parts[positions[0]] = (positions, _group(sets, present, facts["absent"]))
    for first, length, end in facts["ends"]:
        stage = range(first, first + length)
        begin = next((each for each in stage if allowed[each][end]), first + length)
        tail = list(range(begin, first + length))
        if tail:
            parts[begin] = (tail, _ended([open_choices[each] for each in tail], end))
    taken = {each for positions, _ in parts.values() for each in positions}
    for each in set(range(count)) - taken:
        parts[each] = ([each], ((choice,) for choice in open_choices[each]))
    for _, (positions, rows) in sorted(parts.items()):
        options = list(itertools.islice(rows, _MOST_OPTIONS + 1))
        if len(options) > _MOST_OPTIONS:
            raise InputError(
                f"space: positions {positions[0] + 1} to {positions[-1] + 1} go together in over "
                f"{_MOST_OPTIONS} ways; a space whose stages and groups are smaller can be paired"
            )
        yield positions, np.array(options, dtype=np.uint8)


def _group(sets: list[list[int]], present: int, absent: int) -> Iterator[tuple[int, ...]]:
    """The rows in which so many positions are not absent."""
    for chosen in itertools.combinations(range(len(sets)), present):
        yield from itertools.product(*(
            [choice for choice in each if choice != absent] if place in chosen else [absent]
            for place, each in enumerate(sets)
        ))  # fmt: skip


def _ended(sets: list[list[int]], end: int) -> Iterator[tuple[int, ...]]:
    """The rows of the end of a stage: after the first choice `end` there is no other."""
    going = [[choice for choice in each if choice != end] for each in sets]
    for depth in range(len(sets) + 1):
        if depth == len(sets) or end in sets[depth]:
            for row in itertools.product(*going[:depth]):
                yield row + (end,) * (len(sets) - depth)


def _table(space: str, accuracy: Given) -> npt.NDArray[np.float64] | None:
    """[position][choice] what a file says that a choice adds to the accuracy; None: a stand-in."""
    if isinstance(accuracy, str) and accuracy in ("macs", "params"):
        return None
    if not isinstance(accuracy, (str, os.PathLike)):
        raise InputError(
            f"accuracy: {type(accuracy).__name__}: {space} is too large to list; expected macs, "
            "params, or a CSV file with the columns position, choice and accuracy, which add up"
        )
    path, facts = os.fspath(accuracy), SPACES[space]
    names: list[str] = facts["choices"]
    allowed = facts["allowed"] or [[True] * len(names)] * facts["positions"]
    ends = {(place, end) for first, length, end in facts["ends"]
            for place in range(first, first + length)}  # fmt: skip
    table = np.full((facts["positions"], len(names)), np.nan)
    with csv_rows(path) as rows:
        if not {"position", "choice", "accuracy"} <= set(rows.fieldnames or ()):
            raise InputError(f"{path}:1: expected the columns position, choice and accuracy")
        for row in rows:
            _read(row, f"{path}:{rows.line_num}", names, table)
    for place, choice in np.argwhere(np.isnan(table)).tolist():
        if allowed[place][choice]:
            raise InputError(f"{path}: lacks position {place + 1}, {names[choice]}; add its row")
        if (place, choice) in ends:
            table[place, choice] = 0.0
    return table


def _read(
    row: dict[str, Any], place: str, names: list[str], table: npt.NDArray[np.float64]
) -> None:
    """One row of a file of sums."""
    try:
        position, value = whole_of(row["position"]), number_of(row["accuracy"])
    except ValueError as error:
        raise InputError(f"{place}: {error}") from None
    if not 1 <= position <= len(table):
        raise InputError(f"{place}: position {position}: expected 1 to {len(table)}")
    if row["choice"] not in names:
        raise InputError(f"{place}: choice {row['choice']}: unknown; there are: {', '.join(names)}")
    choice = names.index(row["choice"])
    if not np.isnan(table[position - 1, choice]):
        raise InputError(f"{place}: position {position}, {row['choice']}: twice; leave one out")
    table[position - 1, choice] = value
