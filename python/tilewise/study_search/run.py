"""Runs a study whose configurations a search proposes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tilewise import _core
from tilewise.costs import Progress
from tilewise.searches.methods import Fitness, Method, answered, evolution, random_search
from tilewise.searches.nsga2 import nsga2, pymoo_version
from tilewise.searches.tpe import optuna_version, tpe
from tilewise.study_search.grid import Grid

#: Configurations of a generation.
POPULATION = 40
#: Of which evolution takes a parent.
SAMPLE = 10
#: Configurations that TPE proposes at a time.
TOGETHER = 10
#: Outcomes that count as an evaluation: what cannot be built, or is beaten by its bounds, is a row
#: of all.csv, but takes no mapping.
COUNTED = ("costed", "does_not_fit", "over_limit")

#: Costs positions that are distinct and new.
Solve = Callable[[npt.NDArray[np.int64]], None]


def search(
    run: _core.Exploration, progress: Progress | None = None, solve: Solve | None = None
) -> None:
    """Costs what the method of the study proposes, generation by generation, each exactly; what the
    store knows is not mapped again. solve: costs a generation; None: on this machine. The same
    configurations for the same seed. Raises InputError.
    """
    solve = solve or run.solve_wave
    asked = run.search
    assert asked is not None
    grid = Grid(run.axes)
    evaluations: int = asked["evaluations"]
    method = method_of(asked["method"], grid, asked["seed"], len(run.objectives))
    done = 0
    proposed = next(method)
    while proposed:
        found: list[Fitness] = []
        while len(found) < len(proposed) and done < evaluations:
            part = proposed[len(found) : len(found) + evaluations - done]
            positions = np.array([grid.position(each) for each in part], dtype=np.int64)
            solve(positions)
            done = sum(run.counts[outcome] for outcome in COUNTED)
            if progress is not None:
                progress("explore", done / evaluations)
            found += fitness(run.costs(positions))
        proposed = answered(method, found) if done < evaluations else []


def method_of(name: str, grid: Grid, seed: int, objectives: int) -> Method:
    """The method of a study by its name. Raises InputError where its library is missing."""
    population = min(POPULATION, grid.total)
    if name == "random":
        return random_search(grid, seed, population)
    if name == "evolution":
        return evolution(grid, seed, population, SAMPLE)
    if name == "tpe":
        optuna_version()
        return tpe(grid, seed, population, TOGETHER, objectives)
    pymoo_version()
    return nsga2(grid, seed, population, objectives)


def fitness(costs: npt.NDArray[np.float64]) -> list[Fitness]:
    """Of rows of objectives; NaN: no candidate for the front."""
    found = []
    for row in costs:
        fails = bool(np.isnan(row).any())
        values = tuple(0.0 for _ in row) if fails else tuple(row.tolist())
        found.append(Fitness(values, 1.0 if fails else 0.0))
    return found
