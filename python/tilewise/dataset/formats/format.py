"""What a format of a data set is: a word of the key `formats`, its files, what it cannot hold."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from tilewise import _core
from tilewise.dataset.schema import Column

if TYPE_CHECKING:
    from tilewise.dataset.spec import Spec


@dataclass(frozen=True)
class Contents:
    """A data set in memory. `frames`: its tables by name; `tables`: their columns; `devices`: the
    names in the columns; `description`: dataset.json without what depends on the files."""

    spec: Spec
    devices: Sequence[str]
    tables: dict[str, list[Column]]
    frames: dict[str, pd.DataFrame]
    description: dict[str, Any]


def _same_bytes(one: pathlib.Path, other: pathlib.Path) -> bool:
    return one.read_bytes() == other.read_bytes()


def _no_refusal(_: Spec) -> str:
    return ""


def _no_check(_: Spec, __: Sequence[str]) -> None:
    return None


@dataclass(frozen=True)
class Format:
    """One of the formats. All of its functions are pure but `write`."""

    name: str
    meaning: str  # what is written, and who reads it: a line of --help
    #: The names of its files.
    files: Callable[[Spec, Sequence[str]], list[str]]
    #: Writes them into a folder: the same bytes for the same contents.
    write: Callable[[pathlib.Path, Contents], None]
    #: Why it cannot hold what a specification asks for, with the cure; empty where it can.
    refusal: Callable[[Spec], str] = _no_refusal
    #: Raises InputError where that shows only with the devices or the blocks of the space.
    check: Callable[[Spec, Sequence[str]], None] = _no_check
    #: Whether two of its files hold the same; None: the reader of data sets compares them itself.
    same: Callable[[pathlib.Path, pathlib.Path], bool] | None = _same_bytes
    default: bool = False  # whether it is written where no format is asked for


def only_nasbench201(name: str) -> Callable[[Spec], str]:
    """The refusal of a format that holds this space alone."""

    def refusal(spec: Spec) -> str:
        if spec.space == "nasbench201":
            return ""
        return f"{name}: holds nasbench201 alone, not {spec.space}; leave it out"

    return refusal


def device_names(spec: Spec) -> list[str]:
    """The names that the devices of a specification have in the columns. Raises InputError."""
    words = spec.device_files()
    return [word if word.startswith("board:") else _core.arch(word).name for word in words]


def file_word(name: str) -> str:
    """A name as a part of the name of a file: what every system takes."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)


def file_name(spec: Spec, *parts: str) -> str:
    """The name of a file of a data set: its parts by dots."""
    return ".".join([spec.name, *(file_word(part) for part in parts)])


def per_device(ending: str) -> Callable[[Spec, Sequence[str]], list[str]]:
    """A file for each image set and device: NAME.DATASET.DEVICE.ENDING."""

    def files(spec: Spec, devices: Sequence[str]) -> list[str]:
        return [file_name(spec, *of, ending) for of in columns_of(spec, devices)]

    return files


def columns_of(spec: Spec, devices: Iterable[str]) -> list[tuple[str, str]]:
    """Each image set with each device."""
    return [(dataset, device) for device in devices for dataset in spec.datasets]
