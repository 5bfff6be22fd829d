"""What is said of a word that was meant otherwise."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from typing import Any

from tilewise._core import InputError


def nearest(word: str, known: Iterable[str]) -> str:
    """A question after the known word that this one is the beginning of, else after the one that
    is most like it, or no text."""
    words = list(known)
    begun = [each for each in words if each.startswith(word)]
    close = begun if len(begun) == 1 else difflib.get_close_matches(word, words, 1)
    return f"did you mean {close[0]}? " if close else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The same as the end of an error."""
    question = nearest(word, known)
    return f"; {question.rstrip()}" if question else ""


def one_of(given: Any, what: str, several: str) -> Any:
    """`given`, or what a list of one holds. Raises InputError about `what` where it holds more:
    `several` says who takes them."""
    if not isinstance(given, (list, tuple)):  # noqa: UP038 (Python 3.9)
        return given
    if len(given) == 1:
        return given[0]
    raise InputError(f"{what}: {len(given)} were given; expected one; {several}")


def path_of(given: Any, what: str) -> str:
    """A name or a path as a text. Raises InputError about `what` where it is neither."""
    try:
        path = os.fspath(given)
    except TypeError:
        kind = type(given).__name__
        raise InputError(f"{what}: expected a name or a file, found a {kind}") from None
    return path.decode() if isinstance(path, bytes) else path
