"""The candidates of a space as rows of choices: what a search changes one of."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tilewise.text_numbers import number_of

#: The number of the choice at each position.
Vector = tuple[int, ...]

# What texts of candidates are made of: names of operations, numbers. All else separates them.
_WORD = re.compile(r"[A-Za-z0-9_.]+")


class Rules(NamedTuple):
    """Which choices of a space of blocks go together: the core's `BlockForm`.

    allowed: [position][choice]; empty: all are. ends: stages as (first position, positions,
    choice): what follows that choice in its stage takes it, too. groups: positions of which so many
    are there, the others take the choice `absent`.
    """

    allowed: list[list[bool]]
    ends: list[tuple[int, int, int]]
    groups: Sequence[tuple[list[int], int]] = ()
    absent: int = 0

    def allows(self, vector: Vector) -> bool:
        """Whether a row is a candidate."""
        for positions, count in self.groups:
            if sum(vector[each] != self.absent for each in positions) != count:
                return False
        ended: set[int] = set()
        for first, length, choice in self.ends:
            stage = list(vector[first : first + length])
            if choice in stage:
                start = stage.index(choice)
                if any(each != choice for each in stage[start:]):
                    return False
                ended |= set(range(first + start + 1, first + length))
        return all(
            position in ended or row[choice]
            for position, (row, choice) in enumerate(zip(self.allowed, vector))
        )

    def total(self, sizes: list[int]) -> int:
        """How many candidates there are."""
        rows = self.allowed or [[True] * size for size in sizes]
        ways = 1
        place = 0
        ends = {first: (length, choice) for first, length, choice in self.ends}
        grouped = {each for positions, _ in self.groups for each in positions}
        for positions, count in self.groups:
            ways *= self._ways_of(count, [rows[each] for each in positions])
        while place < len(rows):
            if place in grouped:
                place += 1
                continue
            length, end = ends.get(place, (1, None))
            stage = 1
            for row in reversed(rows[place : place + length]):
                going = sum(may for choice, may in enumerate(row) if choice != end)
                stage = going * stage + (1 if end is not None and row[end] else 0)
            ways *= stage
            place += length
        return ways

    def _ways_of(self, count: int, rows: list[list[bool]]) -> int:
        """The ways to take `count` of positions with these choices."""
        ways = [1] + [0] * count  # [positions taken so far]
        for row in rows:
            others = sum(row) - row[self.absent]
            ways = [
                each * row[self.absent] + (ways[taken - 1] * others if taken > 0 else 0)
                for taken, each in enumerate(ways)
            ]
        return ways[count]

    def regrouped(self, row: list[int], sizes: list[int], generator: random.Random) -> None:
        """Draws the positions of all groups anew, each way as likely."""
        for positions, count in self.groups:
            taken = set(generator.sample(positions, count))
            for each in positions:
                others = [choice for choice in range(sizes[each]) if choice != self.absent]
                row[each] = generator.choice(others) if each in taken else self.absent

    def moves(self, vector: Vector) -> list[Vector]:
        """Rows in which one position of a group gives its choice to one that is absent."""
        moved = []
        for positions, _ in self.groups:
            for source in positions:
                for target in positions:
                    if vector[source] != self.absent and vector[target] == self.absent:
                        row = list(vector)
                        row[target], row[source] = row[source], self.absent
                        moved.append(tuple(row))
        return moved


class Encoding:
    """The rows of choices that are candidates.

    sizes: the number of choices at each position. Without `rows` each row is a candidate that
    `rules` allow; else those of `rows`, of shape (candidates, positions), are, each once.
    """

    def __init__(
        self,
        sizes: list[int],
        rows: npt.NDArray[np.int64] | None = None,
        rules: Rules | None = None,
    ) -> None:
        self.sizes = sizes
        self._rules = rules or Rules([], [])
        self.total = self._rules.total(sizes) if rows is None else len(rows)
        self._vectors: list[Vector] = [] if rows is None else list(map(tuple, rows.tolist()))
        self._places = {vector: place for place, vector in enumerate(self._vectors)}

    def __contains__(self, vector: Vector) -> bool:
        return vector in self._places if self._vectors else self._rules.allows(vector)

    def place(self, vector: Vector) -> int:
        """The row of a candidate among `rows`."""
        return self._places[vector]

    def draw(self, generator: random.Random) -> Vector:
        """A candidate, each as likely as any other."""
        if self._vectors:
            return self._vectors[generator.randrange(self.total)]
        while True:
            row = [generator.randrange(size) for size in self.sizes]
            self._rules.regrouped(row, self.sizes, generator)
            vector = tuple(row)
            if self._rules.allows(vector):
                return vector

    def has_groups(self) -> bool:
        """Whether some positions are there in so many of a group."""
        return bool(self._rules.groups)

    def units(self) -> list[list[int]]:
        """The positions that a child has from one parent: those of a group together."""
        grouped = {each for positions, _ in self._rules.groups for each in positions}
        alone = [[each] for each in range(len(self.sizes)) if each not in grouped]
        return [*alone, *(positions for positions, _ in self._rules.groups)]

    def mutated(self, vector: Vector, generator: random.Random) -> Vector:
        """A candidate with another choice at one position, or with a choice moved inside a group,
        each of these as likely; any candidate where there is none."""
        changed = [
            (*vector[:position], choice, *vector[position + 1 :])
            for position, size in enumerate(self.sizes)
            for choice in range(size)
            if choice != vector[position]
        ]
        changed += self._rules.moves(vector)
        neighbours = [each for each in changed if each in self]
        return generator.choice(neighbours) if neighbours else self.draw(generator)


class Words(NamedTuple):
    """Texts as rows: the words that stand at each position where texts differ, in order, and which
    of them each text has, of shape (texts, positions)."""

    choices: list[list[str]]
    rows: npt.NDArray[np.int64]


def words(texts: list[str]) -> Words | None:
    """The words of distinct texts by position, which are the choices that a space leaves: "8:16:8"
    has three, a cell of NAS-Bench-201 six operations, "64-41414-0_12_333" six digits.

    None where texts have different numbers of words, or the same words: these are no rows.
    """
    split = [_WORD.findall(text) for text in texts]
    if len({len(each) for each in split}) != 1:
        return None
    choices, columns = [], []
    for column in _columns(split):
        distinct = sorted(set(column), key=_by_number)
        if len(distinct) > 1:
            places = {word: place for place, word in enumerate(distinct)}
            choices.append(distinct)
            columns.append([places[word] for word in column])
    rows = np.array(columns, dtype=np.int64).reshape(len(columns), len(split)).T
    if len({tuple(row) for row in rows.tolist()}) != len(rows):
        return None
    return Words(choices, rows)


def _columns(split: list[list[str]]) -> Iterator[tuple[str, ...]]:
    """What stands at each position: words, or the characters of words that most texts have for
    themselves, as these are rows: "0_12_333". Of a shorter word there is none at its end."""
    for column in zip(*split):
        if len(column) < 3 or 2 * len(set(column)) <= len(column):
            yield column
            continue
        for place in range(max(map(len, column))):
            yield tuple(word[place : place + 1] for word in column)


def _by_number(word: str) -> tuple[float, str]:
    """Numbers by size, then names by letter."""
    try:
        return (number_of(word), word)
    except ValueError:
        return (math.inf, word)
