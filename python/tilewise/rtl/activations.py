"""Where activations lie off chip: one after the other, but operands that are added together at
equal distances, as a command of the port has one stride for all of them."""

from __future__ import annotations

from collections.abc import Sequence


def in_row(places: Sequence[int]) -> bool:
    """Whether addresses lie at equal distances, in any order."""
    ordered = sorted(places)
    return len({after - at for at, after in zip(ordered, ordered[1:])}) <= 1


class Activations:
    """The words that are taken; every tensor stays where it is."""

    def __init__(self) -> None:
        self.words = 0  # up to the last one that is taken
        self._taken: list[tuple[int, int]] = []  # first and behind the last word

    def place(self, count: int, beside: Sequence[int] = ()) -> int:
        """The address of a new tensor; in a row with others where that is possible."""
        first = next((at for at in _continuing(beside) if self._is_free(at, count)), self.words)
        self._taken.append((first, first + count))
        self.words = max(self.words, first + count)
        return first

    def _is_free(self, first: int, count: int) -> bool:
        return first >= 0 and all(
            first + count <= begin or end <= first for begin, end in self._taken
        )


def _continuing(places: Sequence[int]) -> list[int]:
    """The addresses that make a row of these and one more: behind, between or before them."""
    if len(places) < 2:
        return []
    ordered = sorted(places)
    pairs = list(zip(ordered, ordered[1:]))
    step = min(b - a for a, b in pairs)
    tried = [ordered[-1] + step, *((a + b) // 2 for a, b in pairs), ordered[0] - step]
    return [at for at in tried if in_row([*places, at])]
