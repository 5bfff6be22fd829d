"""The candidates of a space as rows of choices: what a search changes one of."""

from __future__ import annotations

import math
import random
import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

#: The number of the choice at each position.
Vector = tuple[int, ...]

# What texts of candidates are made of: names of operations, numbers. All else separates them.
_WORD = re.compile(r"[A-Za-z0-9_.]+")


class Rules(NamedTuple):
    """Which choices of a space of blocks go together: the core's `BlockForm`.

    allowed: [position][choice]; empty: all are. ends: stages as (first position, positions,
    choice): what follows that choice in its stage takes it, too.
    """

    allowed: list[list[bool]]
    ends: list[tuple[int, int, int]]

    def allows(self, vector: Vector) -> bool:
        """Whether a row is a candidate."""
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
            for position, (row, choice) in enumerate(zip(self.allowed, vector, strict=False))
        )

    def total(self, sizes: list[int]) -> int:
        """How many candidates there are."""
        rows = self.allowed or [[True] * size for size in sizes]
        ways = 1
        place = 0
        ends = {first: (length, choice) for first, length, choice in self.ends}
        while place < len(rows):
            length, end = ends.get(place, (1, None))
            stage = 1
            for row in reversed(rows[place : place + length]):
                going = sum(may for choice, may in enumerate(row) if choice != end)
                stage = going * stage + (1 if end is not None and row[end] else 0)
            ways *= stage
            place += length
        return ways


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
            vector = tuple(generator.randrange(size) for size in self.sizes)
            if self._rules.allows(vector):
                return vector

    def mutated(self, vector: Vector, generator: random.Random) -> Vector:
        """A candidate with another choice at one position, each of these as likely; any candidate
        where none differs in one position."""
        changed = [
            (*vector[:position], choice, *vector[position + 1 :])
            for position, size in enumerate(self.sizes)
            for choice in range(size)
            if choice != vector[position]
        ]
        neighbours = [each for each in changed if each in self]
        return generator.choice(neighbours) if neighbours else self.draw(generator)


class Words(NamedTuple):
    """Texts as rows: the words that stand at each position where texts differ, in order, and which
    of them each text has, of shape (texts, positions)."""

    choices: list[list[str]]
    rows: npt.NDArray[np.int64]


def words(texts: list[str]) -> Words | None:
    """The words of distinct texts by position, which are the choices that a space leaves: "8:16:8"
    has three, a cell of NAS-Bench-201 six operations.

    None where texts have different numbers of words, or the same words: these are no rows.
    """
    split = [_WORD.findall(text) for text in texts]
    if len({len(each) for each in split}) != 1:
        return None
    choices, columns = [], []
    for column in zip(*split, strict=True):
        distinct = sorted(set(column), key=_by_number)
        if len(distinct) > 1:
            places = {word: place for place, word in enumerate(distinct)}
            choices.append(distinct)
            columns.append([places[word] for word in column])
    rows = np.array(columns, dtype=np.int64).reshape(len(columns), len(split)).T
    if len({tuple(row) for row in rows.tolist()}) != len(rows):
        return None
    return Words(choices, rows)


def _by_number(word: str) -> tuple[float, str]:
    """Numbers by size, then names by letter."""
    try:
        return (float(word), word)
    except ValueError:
        return (math.inf, word)
