"""Methods of search that need no library: random search and regularised evolution.

A method is a generator: it yields lists of candidates, none of them twice, and is sent the fitness
of each. It ends when it has no further candidate.
"""

from __future__ import annotations

import collections
import random
from collections.abc import Generator
from dataclasses import dataclass

from tilewise.searches.encodings import Encoding, Vector


@dataclass(frozen=True)
class Fitness:
    """costs: the objectives, each the less the better. violation: by how much the constraints
    fail; 0 where all hold."""

    costs: tuple[float, ...]
    violation: float

    def dominates(self, other: Fitness) -> bool:
        """Constrained domination (Deb et al., IEEE TEC 2002): feasible before infeasible, of two
        infeasible the one of less violation, of two feasible by Pareto."""
        if self.violation > 0 or other.violation > 0:
            return self.violation < other.violation
        pairs = list(zip(self.costs, other.costs))
        return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


Method = Generator[list[Vector], list[Fitness], None]


def answered(method: Method, found: list[Fitness]) -> list[Vector]:
    """What a method proposes next; nothing where it has no further candidate."""
    try:
        return method.send(found)
    except StopIteration:
        return []


def random_search(encoding: Encoding, seed: int, together: int = 1) -> Method:
    """Candidates in random order, `together` at a time."""
    generator = random.Random(seed)
    seen: set[Vector] = set()
    while left := min(together, encoding.total - len(seen)):
        yield [unseen(encoding, seen, generator) for _ in range(left)]


def evolution(encoding: Encoding, seed: int, population: int, sample: int) -> Method:
    """Regularised evolution (Real et al., AAAI 2019, Algorithm 1): of a random population, mutates
    the best of a random sample and drops the oldest.

    The best of a sample are those that no other of it dominates; of several one is drawn. A child
    that was seen is mutated again until it is new.
    """
    generator = random.Random(seed)
    seen: set[Vector] = set()
    first = [unseen(encoding, seen, generator) for _ in range(min(population, encoding.total))]
    alive = collections.deque(zip(first, (yield first)), maxlen=population)
    while len(seen) < encoding.total:
        child = _parent(generator.choices(alive, k=sample), generator)
        while child in seen:
            child = encoding.mutated(child, generator)
        seen.add(child)
        [fitness] = yield [child]
        alive.append((child, fitness))


def _parent(sample: list[tuple[Vector, Fitness]], generator: random.Random) -> Vector:
    best = [
        vector
        for vector, fitness in sample
        if not any(other.dominates(fitness) for _, other in sample)
    ]
    return generator.choice(best)


def unseen(encoding: Encoding, seen: set[Vector], generator: random.Random) -> Vector:
    """A new candidate, which is then seen."""
    vector = encoding.draw(generator)
    while vector in seen:
        vector = encoding.draw(generator)
    seen.add(vector)
    return vector
