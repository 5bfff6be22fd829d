"""`tilewise.search`: asks a method for candidates, evaluates them, keeps what it found."""

from __future__ import annotations

import numbers
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from tilewise._core import InputError
from tilewise.costs import Progress
from tilewise.searches import metrics
from tilewise.searches.accuracies import Accuracy, Given, accuracy_of
from tilewise.searches.costs import Candidate, Costs, costed, of_earlier
from tilewise.searches.methods import Fitness, Method, answered, evolution, random_search
from tilewise.searches.metrics import Constraint, Metric
from tilewise.searches.nsga2 import nsga2, pymoo_version
from tilewise.searches.result import SearchResult
from tilewise.searches.state import State
from tilewise.spaces import BlockSpace
from tilewise.words import nearest

METHODS = ("evolution", "random", "nsga2")


@dataclass(frozen=True)
class _Settings:
    """How to search, checked."""

    method: str
    evaluations: int
    seed: int
    population: int
    sample: int


def search(
    space: str | None = None,
    dataset: str | None = None,
    devices: str | Iterable[str] | None = None,
    objectives: str | Iterable[str] = ("accuracy", "latency_ms"),
    accuracy: Given | None = None,
    constraints: Mapping[str, float] | None = None,
    method: str = "evolution",
    evaluations: int = 1000,
    seed: int = 0,
    *,
    state: str | os.PathLike[str] | None = None,
    costs: pd.DataFrame | BlockSpace | None = None,
    population: int = 50,
    sample: int = 10,
    map_objective: str = "edp",
    factors: str = "auto",
    prune_dead: bool = False,
    schedule: str = "separate",
    threads: int = 0,
    progress: Progress | None = None,
) -> SearchResult:
    """Searches a space for candidates that are good in all objectives and meet the constraints.

    space, dataset, devices: as of `sweep`, which costs the space once, with `map_objective` as its
    objective, factors, prune_dead and schedule; one data set, by default the space's first one.
    costs: instead, such a table of an indexed space, or a `BlockSpace`.
    objectives: the most important first: `accuracy`, the more the better; `latency_ms`,
    `energy_mJ`, `edp_mJ_ms`, `dram_bytes` of a device (DEVICE:METRIC where there are several),
    `macs` and `params`, the less the better.
    accuracy: a CSV file with the columns index (or arch_str) and accuracy, a Series or dict by
    index or text, a function of a candidate's text, or "macs" or "params", which then stand in for
    it, the more the better. It is asked once for a candidate, and not where a cost fails already.
    constraints: the most of a cost, the least accuracy.
    method: "evolution" (of a sample of a population), "random", or "nsga2" (pymoo).
    evaluations: of so many different candidates. state: a file that the evaluations are kept in;
    the same call goes on from it, with as many evaluations or more.

    The same result for the same seed, for any number of threads, in one run or several.
    progress(phase, share) is called from any thread; share is 0 to 1. Raises InputError.
    """
    words = [objectives] if isinstance(objectives, str) else list(objectives)
    limits = dict(constraints or {})
    metrics.check_words(words, "objectives")
    metrics.check_words(limits, "constraints")
    settings = _checked(method, evaluations, seed, population, sample)
    if costs is not None:
        if (space, dataset, devices) != (None, None, None):
            raise InputError("costs: say space, dataset and devices already; leave those out")
        found = of_earlier(costs)
    else:
        found = costed(
            space, dataset, devices, threads, progress,
            objective=map_objective, factors=factors, prune_dead=prune_dead, schedule=schedule,
        )  # fmt: skip
    _check_space(found, settings)
    answer = None if accuracy is None else accuracy_of(accuracy, found)
    return _found(found, words, limits, answer, settings, state, progress)


def _found(
    costs: Costs,
    words: list[str],
    limits: dict[str, float],
    accuracy: Accuracy | None,
    settings: _Settings,
    state: str | os.PathLike[str] | None,
    progress: Progress | None,
) -> SearchResult:
    """Searches a space that is costed. Raises InputError."""
    column = None if accuracy is None else accuracy.column
    aims = metrics.objectives(words, costs.devices, column)
    bounds = metrics.constraints(limits, costs.devices, column)
    question = _question(costs, aims, bounds, accuracy, settings)
    kept = State(state, question)
    try:
        run = _Run(costs, aims, bounds, accuracy, kept)
        history = run.history(_method(costs, settings, len(aims)), settings.evaluations, progress)
    finally:
        kept.close()
    used = {each.word for each in (*aims, *(bound.metric for bound in bounds))}
    said = accuracy.meaning if accuracy is not None and metrics.ACCURACY in used else None
    del question["costs"]
    question["evaluations"] = settings.evaluations
    provenance = {**costs.provenance, "asked": question}
    return SearchResult(history, aims, bounds, said, provenance)


class _Run:
    """Evaluates candidates: costs, then the accuracy where these meet the constraints."""

    def __init__(
        self,
        costs: Costs,
        objectives: list[Metric],
        constraints: list[Constraint],
        accuracy: Accuracy | None,
        state: State,
    ) -> None:
        self._costs = costs
        self._objectives = objectives
        self._constraints = constraints
        self._accuracy = accuracy
        self._state = state

    def history(self, method: Method, count: int, progress: Progress | None) -> pd.DataFrame:
        """Asks for `count` candidates, or as many as there are."""
        rows: list[dict[str, Any]] = []
        proposed = next(method)
        while proposed:
            found = []
            for vector in proposed[: count - len(rows)]:
                row, fitness = self._evaluated(len(rows), self._costs.candidate(vector))
                rows.append(row)
                found.append(fitness)
                if progress is not None:
                    progress("search", len(rows) / count)
            proposed = answered(method, found) if len(rows) < count else []
        return pd.DataFrame(rows)

    def _evaluated(self, order: int, candidate: Candidate) -> tuple[dict[str, Any], Fitness]:
        values = dict(candidate.costs)
        violation = self._violation(values)
        if order < len(self._state.known):
            text, accuracy = self._state.known[order]
            if text != candidate.text:
                self._state.differs(order, candidate.text)
        else:
            accuracy = None
            if violation == 0 and self._accuracy is not None:
                accuracy = self._accuracy.of(candidate)
            self._state.record(candidate.text, accuracy)
        if self._accuracy is not None and self._accuracy.column == metrics.ACCURACY:
            values[metrics.ACCURACY] = float("nan") if accuracy is None else accuracy
            if accuracy is not None:
                violation = self._violation(values)
        costs = [
            each.cost(values[each.column]) if violation == 0 else 0.0 for each in self._objectives
        ]
        return self._row(order, candidate, values, violation), Fitness(tuple(costs), violation)

    def _violation(self, values: Mapping[str, float]) -> float:
        """By how much the constraints on what is known fail, in sum."""
        return sum(
            each.violation(values[each.metric.column])
            for each in self._constraints
            if each.metric.column in values
        )

    def _row(
        self, order: int, candidate: Candidate, values: dict[str, float], violation: float
    ) -> dict[str, Any]:
        row: dict[str, Any] = {"order": order, "candidate": candidate.text}
        if candidate.index is not None:
            row["index"] = candidate.index
        if metrics.ACCURACY in values:
            row[metrics.ACCURACY] = values[metrics.ACCURACY]
        return {**row, **candidate.costs, "feasible": violation == 0}


def _checked(method: str, evaluations: int, seed: int, population: int, sample: int) -> _Settings:
    """The settings. Raises InputError."""
    if method not in METHODS:
        near = nearest(str(method), METHODS)
        raise InputError(f"method: {method}: unknown; {near}There are: {', '.join(METHODS)}")
    given = {"evaluations": evaluations, "seed": seed, "population": population, "sample": sample}
    for name, number in given.items():
        least = {"seed": 0, "population": 2}.get(name, 1)
        whole = isinstance(number, numbers.Integral) and not isinstance(number, bool)
        if not whole or number < least:
            raise InputError(f"{name}: {number!r}: expected a whole number from {least} on")
    if method == "nsga2":
        pymoo_version()
    return _Settings(method, **{name: int(number) for name, number in given.items()})


def _check_space(costs: Costs, settings: _Settings) -> None:
    if settings.evaluations > costs.encoding.total:
        raise InputError(
            f"evaluations: {settings.evaluations}: {costs.space} has {costs.encoding.total} "
            "candidates; ask for no more"
        )
    if settings.method != "random" and not costs.has_neighbours:
        raise InputError(
            f"method: {settings.method}: the candidates of {costs.space} are not written as rows "
            "of choices, so that none is near another; use method='random'"
        )


def _method(costs: Costs, settings: _Settings, objectives: int) -> Method:
    if settings.method == "random":
        return random_search(costs.encoding, settings.seed)
    if settings.method == "evolution":
        return evolution(costs.encoding, settings.seed, settings.population, settings.sample)
    return nsga2(costs.encoding, settings.seed, settings.population, objectives)


def _question(
    costs: Costs,
    objectives: list[Metric],
    constraints: list[Constraint],
    accuracy: Accuracy | None,
    settings: _Settings,
) -> dict[str, Any]:
    """What decides a search, but for the number of its evaluations."""
    how = asdict(settings)
    del how["evaluations"]
    if settings.method == "nsga2":
        how["pymoo"] = pymoo_version()
    return {
        "costs": costs.provenance,
        "objectives": [each.word for each in objectives],
        "constraints": {each.metric.word: each.limit for each in constraints},
        "accuracy": None if accuracy is None else accuracy.identity,
        **how,
    }
