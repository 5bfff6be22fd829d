"""The words for what a search makes least or most, or limits."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from tilewise._core import InputError
from tilewise.device_columns import column_word
from tilewise.words import nearest

#: Of a candidate on one device.
DEVICE_METRICS = ("latency_ms", "energy_mJ", "edp_mJ_ms", "dram_bytes")
#: Of a network alone; either may stand in for an accuracy.
NETWORK_METRICS = ("macs", "params")
ACCURACY = "accuracy"


@dataclass(frozen=True)
class Metric:
    """A column of the history, and whether more of it is better."""

    word: str
    column: str
    most: bool

    def cost(self, value: float) -> float:
        """The value as what is to be made least."""
        return -value if self.most else value


@dataclass(frozen=True)
class Constraint:
    """The most that a candidate may have of a cost, or the least accuracy that it must have."""

    metric: Metric
    limit: float

    def violation(self, value: float) -> float:
        """By how much of the limit a value fails it; 0 where it holds. Of a limit of 0: by how
        much."""
        over = max(0.0, self.metric.cost(value) - self.metric.cost(self.limit))
        return over / abs(self.limit) if self.limit else over


def check_words(words: Iterable[str], what: str) -> None:
    """Raises InputError where a word names no metric of any device: all that can be said before the
    devices are known."""
    for word in words:
        if not isinstance(word, str) or not word:
            raise InputError(f"{what}: {word!r}: expected a word such as latency_ms")
        known = (ACCURACY, *NETWORK_METRICS, *DEVICE_METRICS)
        if not any(word == each or word.endswith((f":{each}", f"_{each}")) for each in known):
            _refuse(what, word, list(known))


def resolve(word: str, devices: list[str], accuracy_column: str | None, what: str) -> Metric:
    """The metric of a word: `accuracy`, `macs`, `params`, a metric of the only device, or
    DEVICE:METRIC; the name of a column will do.

    accuracy_column: where the accuracy stands; None: there is none. Raises InputError.
    """
    if word == ACCURACY:
        if accuracy_column is None:
            raise InputError(
                f"{what}: accuracy: there is none; give accuracy=FILE.csv, a table or a function, "
                'or accuracy="macs" or "params" as a stand-in'
            )
        return Metric(word, accuracy_column, most=True)
    if word in NETWORK_METRICS:
        return Metric(word, word, most=False)
    known = {
        name: Metric(f"{device}:{metric}", f"{column_word(device)}_{metric}", most=False)
        for device in devices
        for metric in DEVICE_METRICS
        for name in (
            f"{device}:{metric}",
            f"{device}_{metric}",
            f"{column_word(device)}_{metric}",
        )
    }
    if len(devices) == 1 and word in DEVICE_METRICS:
        return known[f"{devices[0]}:{word}"]
    if word in known:
        return known[word]
    if word in DEVICE_METRICS:
        raise InputError(
            f"{what}: {word}: of which device? Expected "
            + " or ".join(f"{device}:{word}" for device in devices)
        )
    _refuse(what, word, [ACCURACY, *NETWORK_METRICS, *(name for name in known if ":" in name)])


def objectives(words: Iterable[str], devices: list[str], accuracy: str | None) -> list[Metric]:
    """The objectives, the most important first. Raises InputError."""
    found = [resolve(word, devices, accuracy, "objectives") for word in words]
    if not found:
        raise InputError("objectives: none; expected words such as accuracy, latency_ms")
    columns = [each.column for each in found]
    for each in found:
        if columns.count(each.column) > 1:
            raise InputError(f"objectives: {each.column} stands there twice; leave one out")
    return found


def constraints(
    limits: Mapping[str, float], devices: list[str], accuracy: str | None
) -> list[Constraint]:
    """The constraints. Raises InputError."""
    found = []
    for word, limit in limits.items():
        metric = resolve(word, devices, accuracy, "constraints")
        if isinstance(limit, bool) or not isinstance(limit, numbers.Real):
            raise InputError(f"constraints: {word}: {limit!r}: expected a number")
        if not math.isfinite(limit):
            raise InputError(f"constraints: {word}: {limit}: expected a finite number")
        found.append(Constraint(metric, float(limit)))
    return found


def _refuse(what: str, word: str, known: list[str]) -> NoReturn:
    raise InputError(
        f"{what}: {word}: unknown; {nearest(word, known)}There are: {', '.join(known)}"
    )
