"""The libraries of search methods, which are optional."""

from __future__ import annotations

import importlib

from tilewise._core import InputError


def checked_version(method: str, library: str, least: tuple[int, ...], cure: str) -> str:
    """The version of the library that a method needs, a module of that name in lower case. Raises
    InputError, which ends in the cure, where there is none, or one before `least`.
    """
    needed = ".".join(str(number) for number in least)
    try:
        version: str = importlib.import_module(library.lower()).__version__
    except ImportError:
        raise InputError(f"method: {method}: needs {library} {needed} or later; {cure}") from None
    if tuple(int(each) for each in version.split(".") if each.isdigit()) < least:
        raise InputError(f"method: {method}: {library} {version}: needs {needed} or later; {cure}")
    return version
