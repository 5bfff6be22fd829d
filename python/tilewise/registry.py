"""The search spaces, objectives and bounds that the core lists."""

from __future__ import annotations

from typing import Any

from tilewise import _core

#: What the core says of each space, by name: title, data sets, size or positions, ...
SPACES: dict[str, dict[str, Any]] = {each["name"]: each for each in _core.search_spaces()}

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
    InputError, which lists the names, where there is no such space."""
    if space not in SPACES:
        raise _core.InputError(f"{space}: no such search space; there are: {', '.join(SPACES)}")
    return SPACES[space]["size"] is not None


def datasets_of(space: str) -> tuple[str, ...]:
    """The image sets of a space; the first one is the default."""
    return tuple(SPACES[space]["datasets"])
