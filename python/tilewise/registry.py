"""The search spaces, objectives and bounds that the core lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tilewise import _core


class _Spaces(Mapping[str, dict[str, Any]]):
    """What the core says of each space, by name or file: title, data sets, size or positions, ...

    Those that are listed are the shipped ones; a space is read when it is first asked for."""

    def __init__(self) -> None:
        self._facts: dict[str, dict[str, Any]] = {}

    def __getitem__(self, name: str) -> dict[str, Any]:
        if name not in self._facts:
            if name not in self:
                raise KeyError(name)
            self._facts[name] = _core.space_facts(name)
        return self._facts[name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in _core.space_names() or _core.is_space_file(name))

    def __iter__(self) -> Iterator[str]:
        return iter(_core.space_names())

    def __len__(self) -> int:
        return len(_core.space_names())


SPACES = _Spaces()

#: What the mapping of a layer can make least, by name: unit, meaning, whether it gives a front.
OBJECTIVES: dict[str, dict[str, Any]] = {each["name"]: each for each in _core.objectives()}
#: Those whose answer is one mapping.
SINGLE_OBJECTIVES = tuple(name for name, each in OBJECTIVES.items() if not each["front"])
#: Which loop bounds a search takes.
FACTORS: tuple[str, ...] = tuple(_core.factors())
#: What of a network may stay on chip between its layers.
SCHEDULES: tuple[str, ...] = tuple(_core.schedules())


def is_indexed(space: str) -> bool:
    """Whether the candidates of a space have indices; else they are rows of blocks. Raises
    InputError, which lists the names, where there is no such space, and what is wrong with its
    file."""
    if space not in SPACES:
        _core.space_facts(space)  # which raises
    return SPACES[space]["size"] is not None


def datasets_of(space: str) -> tuple[str, ...]:
    """The image sets of a space; the first one is the default."""
    return tuple(SPACES[space]["datasets"])
