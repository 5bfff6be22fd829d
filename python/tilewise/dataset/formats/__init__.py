"""The formats of data sets: all of them stand in FORMATS. docs/readers.md tells what public project
reads which."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tilewise._core import InputError
from tilewise.dataset.formats.evoxbench import EVOXBENCH
from tilewise.dataset.formats.format import Contents, Format, device_names
from tilewise.dataset.formats.help_lists import HELP
from tilewise.dataset.formats.hwnasbench_pickle import PICKLE
from tilewise.dataset.formats.latbench import LATBENCH
from tilewise.dataset.formats.lookup_table import LOOKUP_TABLES
from tilewise.dataset.formats.nn_meter import NN_METER
from tilewise.dataset.formats.sqlite import SQLITE
from tilewise.dataset.formats.tables import CSV, PARQUET

if TYPE_CHECKING:
    from tilewise.dataset.spec import Spec

__all__ = ["DEFAULT", "FORMATS", "TABLES", "Contents", "Format", "check", "files_of", "write"]

#: By name, in the order in which they are written.
FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        PARQUET,
        CSV,
        PICKLE,
        SQLITE,
        *LOOKUP_TABLES,
        LATBENCH,
        HELP,
        EVOXBENCH,
        NN_METER,
    )
}
#: Those that are written where none is asked for.
DEFAULT = tuple(name for name, each in FORMATS.items() if each.default)
#: Those that a data set is read from; one of them must be there.
TABLES = (PARQUET.name, CSV.name)


def files_of(spec: Spec, devices: Sequence[str]) -> list[str]:
    """The files of all formats that a specification asks for; `devices`: their names."""
    return [file for name in spec.formats for file in FORMATS[name].files(spec, devices)]


def check(spec: Spec) -> list[str]:
    """Raises InputError where a format cannot hold what is asked for. To be called before the work.
    Returns the names of all files."""
    devices = device_names(spec)
    for name in spec.formats:
        FORMATS[name].check(spec, devices)
    made = files_of(spec, devices)
    for file in made:
        if made.count(file) > 1:
            raise InputError(
                f"devices: two files would be called {file}; rename one of the devices, or leave "
                "it out"
            )
    return made


def write(folder: pathlib.Path, contents: Contents) -> None:
    """The files of all formats that are asked for."""
    for name in contents.spec.formats:
        FORMATS[name].write(folder, contents)
