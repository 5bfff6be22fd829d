"""How good candidates are: a table, a function, or a stand-in."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Union

import numpy as np
import pandas as pd

from tilewise._core import InputError
from tilewise.searches.costs import Candidate, Costs, IndexedCosts
from tilewise.searches.metrics import ACCURACY, NETWORK_METRICS
from tilewise.text_numbers import number_of, whole_of

#: What a search takes as accuracy: a CSV file; accuracies by index or text; a function of a text;
#: "macs" or "params".
Given = Union[str, "os.PathLike[str]", pd.Series, Mapping[Any, float], Callable[[str], float]]

_KEYS = ("index", "arch_str", "candidate")


@dataclass(frozen=True)
class Accuracy:
    """column: where it stands in the history. meaning: what it is, for people. identity: what must
    agree for a search to go on. of: that of a candidate; raises InputError."""

    column: str
    meaning: str
    identity: str
    of: Callable[[Candidate], float]


def accuracy_of(given: Given, costs: Costs) -> Accuracy:
    """What a search is given as accuracy. Raises InputError where a table lacks a candidate of an
    indexed space, and where a number is none."""
    if isinstance(given, str) and given in NETWORK_METRICS:
        return Accuracy(
            given,
            f"{given}: a stand-in, NOT an accuracy",
            f"stand-in {given}",
            lambda candidate: candidate.costs[given],
        )
    if callable(given) and not isinstance(given, (pd.Series, Mapping)):
        name = getattr(given, "__qualname__", type(given).__qualname__)
        return Accuracy(ACCURACY, f"accuracy by {name}", "function", _asked(given, name))
    if isinstance(given, (str, os.PathLike)):
        return _table(dict(_rows(os.fspath(given), costs.dataset)), os.fspath(given), costs)
    if isinstance(given, pd.Series):
        if not given.index.is_unique:
            twice = given.index[given.index.duplicated()][0]
            raise InputError(f"accuracy: {twice!r} is there twice; leave one out")
        return _table(given.to_dict(), "accuracy", costs)
    if isinstance(given, Mapping):
        return _table(dict(given), "accuracy", costs)
    raise InputError(
        f"accuracy: {type(given).__name__}: expected a CSV file, a Series or dict by index or "
        'text, a function of a text, or "macs" or "params"'
    )


def _asked(function: Callable[[str], float], name: str) -> Callable[[Candidate], float]:
    def of(candidate: Candidate) -> float:
        return _number(function(candidate.text), f"accuracy by {name} of {candidate.text}")

    return of


def _table(values: dict[Any, float], place: str, costs: Costs) -> Accuracy:
    """Accuracies by text, or by index where the space has indices."""
    made = {_key(key): _number(value, f"{place}: {key}") for key, value in values.items()}
    if isinstance(costs, IndexedCosts):
        _check_whole(made, place, costs)

    def of(candidate: Candidate) -> float:
        for key in (candidate.text, candidate.index):
            if key in made:
                return made[key]
        raise InputError(f"{place}: lacks {candidate.text}; give its accuracy, or a function")

    text = json.dumps(sorted((str(key), value) for key, value in made.items()))
    digest = hashlib.sha256(text.encode()).hexdigest()
    meaning = "accuracy" if place == "accuracy" else f"accuracy of {place}"
    return Accuracy(ACCURACY, meaning, f"table {digest}", of)


def _check_whole(values: Mapping[Any, float], place: str, costs: IndexedCosts) -> None:
    pairs = list(zip(costs.indices, costs.texts))
    lacking = [pair for pair in pairs if pair[0] not in values and pair[1] not in values]
    if lacking:
        index, text = lacking[0]
        raise InputError(
            f"{place}: lacks {len(lacking)} of the {len(pairs)} candidates of {costs.space}, the "
            f"first is index {index}, {text}; give all of them"
        )
    known = {*costs.indices, *costs.texts}
    for key in values:
        if key not in known:
            raise InputError(f"{place}: {key!r} is no candidate of {costs.space}; leave it out")


def _key(key: Any) -> Any:
    return int(key) if isinstance(key, (int, np.integer)) else key


def _number(value: Any, place: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InputError(f"{place}: {value!r}: expected a number") from None
    if not math.isfinite(number):
        raise InputError(f"{place}: {number}: expected a finite number; give its true accuracy")
    return number


@contextlib.contextmanager
def csv_rows(path: str) -> Iterator[csv.DictReader[str]]:
    """The rows of a file, by column. Raises InputError where it is no CSV file, also while they are
    read."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            yield csv.DictReader(file)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; expected a CSV file") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not a text in UTF-8; expected a CSV file") from None
    except csv.Error as error:
        raise InputError(f"{path}: {error}; expected a CSV file") from None


def _rows(path: str, dataset: str) -> Iterator[tuple[Any, float]]:
    """Key and accuracy of each row of a file: the columns `index`, `arch_str` or `candidate`, then
    `accuracy` from 0 to 100, and `dataset` where there are several. Raises InputError with the
    line."""
    seen: dict[Any, int] = {}
    with csv_rows(path) as rows:
        names = list(rows.fieldnames or ())
        column = next((each for each in _KEYS if each in names), None)
        if column is None or "accuracy" not in names:
            raise InputError(f"{path}:1: expected the columns index (or arch_str) and accuracy")
        for row in rows:
            if row.get("dataset", dataset) != dataset:
                continue
            place = f"{path}:{rows.line_num}"
            key, accuracy = _row(row, column, place)
            if key in seen:
                raise InputError(f"{place}: {column} {key}: on line {seen[key]} already")
            seen[key] = rows.line_num
            yield key, accuracy
    if not seen:
        raise InputError(f"{path}: no accuracy for {dataset}; expected rows of it")


def _row(row: Mapping[str, Any], column: str, place: str) -> tuple[Any, float]:
    try:
        key = whole_of(row[column]) if column == "index" else row[column]
        accuracy = number_of(row["accuracy"])
    except ValueError as error:
        raise InputError(f"{place}: {error}") from None
    if not 0 <= accuracy <= 100:
        raise InputError(f"{place}: accuracy {accuracy}: expected 0 to 100")
    return key, accuracy
