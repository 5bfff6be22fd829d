"""Values of a specification with their places, so that a mistake is told where it is."""

from __future__ import annotations

import os
import pathlib
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from tilewise._core import InputError
from tilewise.words import did_you_mean

_MOST_VALUES = 100_000


class Value:
    """A value of a YAML document, or of a dict: a text, a list or a map, and where it stands."""

    def __init__(self, data: str | list[Value] | dict[str, Value] | None, place: str, path: str):
        self._data = data  # None: nothing stands after the key
        self._place = place  # "spec.yaml:3", or "spec"
        self._path = path  # "splits.train"

    def fail(self, what: str) -> NoReturn:
        """Raises InputError about this value: "spec.yaml:3: splits.train: WHAT"."""
        raise InputError(": ".join(each for each in (self._place, self._path, what) if each))

    def map(self, keys: tuple[str, ...]) -> dict[str, Value]:
        """The values by key; a key that is not one of `keys` is refused."""
        if not isinstance(self._data, dict):
            self.fail(f"expected a map with some of: {', '.join(keys)}")
        for key, value in self._data.items():
            if key not in keys:
                meant = did_you_mean(str(key), keys)
                value.fail(f"unknown key; expected one of: {', '.join(keys)}{meant}")
        return self._data

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self._data, str) or not self._data.strip():
            self.fail("expected a text")
        return self._data

    def texts(self) -> tuple[Value, ...]:
        """A list of texts without repetition; one text stands for a list of it."""
        values = [self] if isinstance(self._data, str) else self._data
        if not isinstance(values, list) or not values:
            self.fail("expected a list of names")
        seen: set[str] = set()
        for value in values:
            if value.text() in seen:
                value.fail(f"{value.text()}: is there twice; keep one")
            seen.add(value.text())
        return tuple(values)

    def one_of(self, names: tuple[str, ...]) -> str:
        """One of these names."""
        text = self.text()
        if text not in names:
            meant = did_you_mean(text, names)
            self.fail(f"{text}: expected one of: {', '.join(names)}{meant}")
        return text

    def integer(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        expected = f"expected a whole number from {least} to {most}"
        text = self._data if isinstance(self._data, str) else ""
        if not re.fullmatch(r"-?[0-9]{1,20}", text):
            self.fail(f'{expected}, found "{text}"' if text else expected)
        if not least <= int(text) <= most:
            self.fail(f"{expected}, found {text}")
        return int(text)

    def share(self) -> float:
        """A number from 0 to 1."""
        text = self._data if isinstance(self._data, str) else ""
        if not re.fullmatch(r"[0-9]*\.?[0-9]+(e-?[0-9]{1,3})?", text) or float(text) > 1:
            self.fail(f'expected a number from 0 to 1, found "{text}"')
        return float(text)


def load_file(path: str | os.PathLike[str]) -> Value:
    """The YAML document of a file. Raises InputError with file, line and cure."""
    place = os.fspath(path)
    try:
        text = pathlib.Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{place}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{place}: not a text in UTF-8") from None
    try:
        import yaml
    except ImportError:
        raise InputError(
            f"{place}: a YAML file needs PyYAML; pip install 'tilewise[dataset]'"
        ) from None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(f"{place}{line}: not valid YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError(f"{place}: not valid YAML: {str(error).splitlines()[0]}") from None
    if node is None:
        raise InputError(f"{place}: empty; expected a map of keys")
    return _of_node(node, place, "", [0])


def of_object(data: Any, name: str = "spec") -> Value:
    """The same of Python's own dicts, lists, texts and numbers; errors name it `name`."""
    return _of_object(data, name, "")


def _of_node(node: Any, file: str, path: str, count: list[int]) -> Value:
    place = f"{file}:{node.start_mark.line + 1}"
    count[0] += 1
    if count[0] > _MOST_VALUES:
        raise InputError(f"{place}: more than {_MOST_VALUES} values")
    if node.id == "scalar":
        null = node.tag == "tag:yaml.org,2002:null"
        return Value(None if null else node.value, place, path)
    if node.id == "sequence":
        items = enumerate(node.value)
        return Value(
            [_of_node(each, file, f"{path}[{i}]", count) for i, each in items], place, path
        )
    values: dict[str, Value] = {}
    for key, value in node.value:
        at = f"{file}:{key.start_mark.line + 1}"
        if key.id != "scalar":
            raise InputError(f"{at}: {path}: expected a plain key")
        below = f"{path}.{key.value}" if path else key.value
        if key.value in values:
            raise InputError(f"{at}: {below}: the key is there twice; keep one")
        values[key.value] = _of_node(value, file, below, count)
    return Value(values, place, path)


def _of_object(data: Any, place: str, path: str) -> Value:
    if isinstance(data, Mapping):
        below = {str(key): f"{path}.{key}" if path else str(key) for key in data}
        return Value(
            {str(key): _of_object(each, place, below[str(key)]) for key, each in data.items()},
            place,
            path,
        )
    if isinstance(data, (list, tuple)):
        items = enumerate(data)
        return Value([_of_object(each, place, f"{path}[{i}]") for i, each in items], place, path)
    return Value(None if data is None else str(data), place, path)
