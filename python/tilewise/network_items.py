"""What a caller means by networks: models, names, files, PyTorch modules, one at a time."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tilewise import _core
from tilewise.torch_export import is_module, network

CURE = (
    "expected a Network, a name or file of one, (module, example) of PyTorch, or (name, one of "
    "these)"
)


def named_networks(given: Any, asked: dict[str, Any]) -> Iterator[tuple[str, _core.Network]]:
    """The networks one after another, each made when it is asked for, with names of which none is
    there twice: the second "net" is "net (2)".

    asked: `batch`, `dims` and `unfused` of networks by name or file. Raises InputError with the
    place of an item that is no network.
    """
    uses: Counter[str] = Counter()
    at_hand = asked["batch"] is None and not asked["unfused"]
    for place, item in enumerate(_items(given)):
        if at_hand and isinstance(item, _core.Network):  # of which there may be very many
            found: Iterable[tuple[str, _core.Network]] = ((item.name, item),)
        else:
            found = _networks(item, f"networks[{place}]", asked)
        for name, each in found:
            uses[name] += 1
            yield (name if uses[name] == 1 else f"{name} ({uses[name]})"), each


def _items(given: Any) -> Iterable[Any]:
    """One network, or a dictionary by name, as the iterable that any other is."""
    if isinstance(given, (str, os.PathLike, _core.Network)) or is_module(given):
        return [given]
    if isinstance(given, Mapping):
        return given.items()
    if not isinstance(given, Iterable):
        raise _core.InputError(f"networks: {type(given).__name__}; {CURE}, or an iterable of them")
    return given


def _networks(item: Any, place: str, asked: dict[str, Any]) -> Iterator[tuple[str, _core.Network]]:
    """The networks of one item: of a pattern, or of names by comma, as many as it names."""
    if isinstance(item, _core.Network):
        _refuse_import_options(place, asked)
        yield item.name, item
    elif isinstance(item, (str, os.PathLike)):
        found = _core.find_networks([os.fspath(item)], **asked)
        yield from found if len(found) > 1 else [(os.fspath(item), found[0][1])]
    elif isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str):
        for _, each in _networks(item[1], f"networks[{item[0]!r}]", asked):
            yield item[0], each
    elif isinstance(item, tuple) and len(item) == 2 and is_module(item[0]):
        _refuse_import_options(place, asked | {"unfused": False})
        yield type(item[0]).__name__, network(*item, unfused=asked["unfused"])
    elif is_module(item):
        raise _core.InputError(f"{place}: a module without its example; give (module, example)")
    else:
        raise _core.InputError(f"{place}: {type(item).__name__}; {CURE}")


def _refuse_import_options(place: str, asked: dict[str, Any]) -> None:
    """A network at hand has its batch, and is fused or not."""
    for word, is_asked in (("batch", asked["batch"] is not None), ("unfused", asked["unfused"])):
        if is_asked:
            raise _core.InputError(
                f"{place}: {word}: of a network that is made already; name it, or its file"
            )
