"""NSGA-II (Deb et al., IEEE TEC 2002) of pymoo, on rows of choices."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import numpy.typing as npt

from tilewise.searches.encodings import Encoding, Vector
from tilewise.searches.libraries import checked_version
from tilewise.searches.methods import Method

#: From this version on each algorithm has a generator of its own; earlier ones seed NumPy's.
_LEAST_VERSION = (0, 6, 1, 6)


def pymoo_version() -> str:
    """The version of pymoo. Raises InputError where there is none, or one that is too old."""
    cure = "pip install 'tilewise[search]', or use method='evolution'"
    return checked_version("nsga2", "pymoo", _LEAST_VERSION, cure)


def nsga2(encoding: Encoding, seed: int, population: int, objectives: int) -> Method:
    """A random population, then generations of as many children: uniform crossover of two parents
    by tournament, then at each position another choice with a probability of one in the number of
    positions. Children that were seen, or are no candidates, are drawn again. A child has all
    positions of a group from one parent, and then as many mutations of Encoding.mutated as that
    probability gives.

    Ends where 100 draws in a row give no new child.
    """
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.evaluator import Evaluator
    from pymoo.core.problem import Problem
    from pymoo.core.termination import NoTermination
    from pymoo.operators.crossover.ux import UX
    from pymoo.problems.static import StaticProblem

    seen: set[Vector] = set()
    algorithm = NSGA2(
        pop_size=population,
        sampling=_distinct(encoding, seed, population),
        crossover=_crossover(encoding) if encoding.has_groups() else UX(),
        mutation=_moves(encoding) if encoding.has_groups() else _mutation(encoding),
        eliminate_duplicates=_elimination(encoding, seen),
    )
    bounds = [size - 1 for size in encoding.sizes]
    problem = Problem(
        n_var=len(bounds), n_obj=objectives, n_ieq_constr=1, xl=0, xu=np.array(bounds), vtype=int
    )
    algorithm.setup(problem, termination=NoTermination(), seed=seed, verbose=False)
    while algorithm.has_next():
        children = algorithm.ask()
        if children is None or len(children) == 0:
            return
        vectors: list[Vector] = [tuple(row.tolist()) for row in children.get("X")]
        seen.update(vectors)
        found = yield vectors
        costs = np.array([each.costs for each in found])
        violations = np.array([[each.violation] for each in found])
        Evaluator().eval(StaticProblem(problem, F=costs, G=violations), children)
        algorithm.tell(infills=children)


def _distinct(encoding: Encoding, seed: int, count: int) -> npt.NDArray[np.int64]:
    """Distinct random candidates, one a row."""
    generator = random.Random(seed)
    found: dict[Vector, None] = {}
    while len(found) < min(count, encoding.total):
        found[encoding.draw(generator)] = None
    return np.array(list(found), dtype=np.int64)


def _mutation(encoding: Encoding) -> Any:
    from pymoo.core.mutation import Mutation

    sizes = np.array(encoding.sizes)

    open_positions = sizes > 1

    class OtherChoice(Mutation):
        """At each position that has several, with a probability of one in their number, another
        choice."""

        def _do(self, problem: Any, rows: Any, *_: Any, random_state: Any = None, **__: Any) -> Any:
            whole = rows.astype(np.int64)
            changed = random_state.random(whole.shape) < 1 / max(open_positions.sum(), 1)
            changed &= open_positions
            steps = random_state.integers(1, np.maximum(sizes, 2), size=whole.shape)
            return np.where(changed, (whole + steps) % sizes, whole)

    return OtherChoice()


def _crossover(encoding: Encoding) -> Any:
    from pymoo.core.crossover import Crossover

    units = encoding.units()

    class ByUnit(Crossover):
        """Uniform crossover in which the positions of a group stay together."""

        def _do(self, problem: Any, rows: Any, *_: Any, random_state: Any = None, **__: Any) -> Any:
            first, second = rows
            swapped = np.zeros(first.shape, dtype=bool)
            for unit in units:
                swapped[:, unit] = random_state.random((len(first), 1)) < 0.5
            return np.array([np.where(swapped, second, first), np.where(swapped, first, second)])

    return ByUnit(2, 2)


def _moves(encoding: Encoding) -> Any:
    from pymoo.core.mutation import Mutation

    count = len(encoding.units())

    class Neighbours(Mutation):
        """So many times a neighbour: one in the mean."""

        def _do(self, problem: Any, rows: Any, *_: Any, random_state: Any = None, **__: Any) -> Any:
            generator = random.Random(int(random_state.integers(2**62)))
            changed = []
            for row in rows.astype(np.int64).tolist():
                vector = tuple(row)
                for _time in range(int(random_state.binomial(count, 1 / count))):
                    vector = encoding.mutated(vector, generator)
                changed.append(vector)
            return np.array(changed)

    return Neighbours()


def _elimination(encoding: Encoding, seen: set[Vector]) -> Any:
    from pymoo.core.duplicate import DuplicateElimination

    class New(DuplicateElimination):
        """Drops all but new candidates."""

        def _do(self, pop: Any, other: Any, is_duplicate: Any) -> Any:
            known = set() if other is None else set(map(_vector, other))
            for place, each in enumerate(pop):
                vector = _vector(each)
                is_duplicate[place] = vector in seen or vector in known or vector not in encoding
                if other is None:
                    known.add(vector)
            return is_duplicate

    return New()


def _vector(individual: Any) -> Vector:
    return tuple(np.asarray(individual.X).tolist())
