"""The tree-structured Parzen estimator (TPE) of Optuna, on rows of choices.

Bergstra et al., NIPS 2011; with several objectives Ozaki et al., JAIR 2022.
"""

from __future__ import annotations

import random
from typing import Any

from tilewise.searches.encodings import Encoding, Vector
from tilewise.searches.libraries import checked_version
from tilewise.searches.methods import Fitness, Method, unseen

#: From this version on a trial says itself by how much it fails a constraint.
_LEAST_VERSION = (5, 0)


def optuna_version() -> str:
    """The version of Optuna. Raises InputError where there is none, or one that is too old."""
    cure = "pip install 'tilewise[tpe]', or use method: evolution"
    return checked_version("tpe", "Optuna", _LEAST_VERSION, cure)


def tpe(encoding: Encoding, seed: int, population: int, together: int, objectives: int) -> Method:
    """A random population, then `together` candidates at a time, each where good ones are dense
    over where the others are, by kernels over all positions; those of one time whose fitness is not
    known yet count among the others. What was seen, or is no candidate, is mutated until it is a
    new one.
    """
    generator = random.Random(seed)
    model = _Model(encoding, seed, population, objectives)
    seen: set[Vector] = set()
    first = [unseen(encoding, seen, generator) for _ in range(min(population, encoding.total))]
    trials = [model.trial(vector) for vector in first]
    while trials:
        found = yield [model.vector(trial) for trial in trials]
        for trial, fitness in zip(trials, found):
            model.tell(trial, fitness)
        left = min(together, encoding.total - len(seen))
        trials = [model.proposed(seen, generator) for _ in range(left)]


class _Model:
    """A study of Optuna whose trials are candidates."""

    def __init__(self, encoding: Encoding, seed: int, population: int, objectives: int) -> None:
        import optuna

        self._optuna = optuna
        self._encoding = encoding
        self._names = [f"position {place}" for place in range(len(encoding.sizes))]
        self._choices = {
            name: optuna.distributions.IntDistribution(0, size - 1)
            for name, size in zip(self._names, encoding.sizes)
        }
        sampler = optuna.samplers.TPESampler(
            seed=seed, n_startup_trials=population, multivariate=True, constant_liar=True
        )
        told = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.WARNING)  # not that a study was created
        try:
            self._study = optuna.create_study(sampler=sampler, directions=["minimize"] * objectives)
        finally:
            optuna.logging.set_verbosity(told)

    def trial(self, vector: Vector) -> Any:
        """The trial of a given candidate."""
        self._study.enqueue_trial(dict(zip(self._names, vector)))
        return self._study.ask(self._choices)

    def proposed(self, seen: set[Vector], generator: random.Random) -> Any:
        """The trial of a new candidate, which is then seen."""
        trial = self._study.ask(self._choices)
        vector = self.vector(trial)
        if vector in seen or vector not in self._encoding:
            self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
            while vector in seen or vector not in self._encoding:
                vector = self._encoding.mutated(vector, generator)
            trial = self.trial(vector)
        seen.add(vector)
        return trial

    def vector(self, trial: Any) -> Vector:
        return tuple(trial.params[name] for name in self._names)

    def tell(self, trial: Any, fitness: Fitness) -> None:
        """Infeasible candidates lose against all feasible ones."""
        trial.set_constraint("violation", fitness.violation)
        self._study.tell(trial, list(fitness.costs))
