"""The tables of a data set as they are: Parquet and CSV."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tilewise.dataset import files, schema
from tilewise.dataset.formats.format import Contents, Format

if TYPE_CHECKING:
    from tilewise.dataset.spec import Spec


def parquet_metadata(description: Mapping[str, Any], table: str) -> dict[str, Any]:
    """What a Parquet file says of itself: all of dataset.json that does not depend on the bytes of
    the files."""
    kept = ("schema", "schema_version", "name", "description", "provenance", "spec")
    return {**{key: description[key] for key in kept}, "table": table}


def _names(ending: str) -> Callable[[Spec, Sequence[str]], list[str]]:
    def names(spec: Spec, devices: Sequence[str]) -> list[str]:
        tables = schema.tables(
            spec.space, devices, spec.splits is not None, spec.sample is not None
        )
        return [f"{table}.{ending}" for table in tables]

    return names


def _write_parquet(folder: pathlib.Path, contents: Contents) -> None:
    for name, columns in contents.tables.items():
        metadata = parquet_metadata(contents.description, name)
        files.write_parquet(folder / f"{name}.parquet", contents.frames[name], columns, metadata)


def _write_csv(folder: pathlib.Path, contents: Contents) -> None:
    for name, columns in contents.tables.items():
        files.write_csv(folder / f"{name}.csv", contents.frames[name], columns)


def _needs_pyarrow(_: Spec, __: Sequence[str]) -> None:
    files.pyarrow("formats: parquet")


PARQUET = Format(
    name="parquet",
    meaning="the tables, with types, units and provenance",
    files=_names("parquet"),
    write=_write_parquet,
    check=_needs_pyarrow,
    same=None,
    default=True,
)
CSV = Format(
    name="csv",
    meaning="the tables as text",
    files=_names("csv"),
    write=_write_csv,
    same=None,
    default=True,
)
