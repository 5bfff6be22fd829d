"""The configurations of a study as rows of choices."""

from __future__ import annotations

import random

from tilewise.searches.encodings import Encoding, Vector


class Grid(Encoding):
    """A row has the base architecture, then the choice of each of its axes; 0 behind them.

    axes: [base][axis] how many choices it has, in the order of the study.
    """

    def __init__(self, axes: list[list[int]]) -> None:
        longest = max(len(sizes) for sizes in axes)
        self._axes = [[*sizes, *[1] * (longest - len(sizes))] for sizes in axes]
        super().__init__([len(axes), *(max(each) for each in zip(*self._axes))])
        self._offsets = [0]
        for base in range(len(axes)):
            self._offsets.append(self._offsets[-1] + self._size(base))
        self.total = self._offsets[-1]

    def __contains__(self, vector: Vector) -> bool:
        base, *choices = vector
        return all(choice < size for choice, size in zip(choices, self._axes[base]))

    def position(self, vector: Vector) -> int:
        """Base by base, the last axis fastest."""
        base, *choices = vector
        place = 0
        for choice, size in zip(choices, self._axes[base]):
            place = place * size + choice
        return self._offsets[base] + place

    def draw(self, generator: random.Random) -> Vector:
        place = generator.randrange(self.total)
        base = next(b for b in range(len(self._axes)) if place < self._offsets[b + 1])
        place -= self._offsets[base]
        choices = []
        for size in reversed(self._axes[base]):
            place, choice = divmod(place, size)
            choices.append(choice)
        return (base, *reversed(choices))

    def _size(self, base: int) -> int:
        size = 1
        for each in self._axes[base]:
            size *= each
        return size
