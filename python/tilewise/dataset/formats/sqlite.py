"""The tables as one SQLite file, which any SQL tool reads."""

from __future__ import annotations

import contextlib
import pathlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from tilewise._core import InputError
from tilewise.dataset import files, schema
from tilewise.dataset.formats.format import Contents, Format
from tilewise.dataset.formats.sql_names import sql_names
from tilewise.dataset.schema import Column

if TYPE_CHECKING:
    import sqlite3

    from tilewise.dataset.spec import Spec

_TYPES = {"int64": "INTEGER", "float64": "REAL", "string": "TEXT", "bool": "INTEGER"}
# What a table is asked by, in the names of the schema; the first of architectures is its key.
_INDEXES: dict[str, list[list[str]]] = {
    "architectures": [["dataset", "index"], ["arch_str"]],
    "blocks": [["dataset", "position"]],
    "layers": [["device"], ["name"]],
}


@contextlib.contextmanager
def new_database(path: pathlib.Path) -> Iterator[sqlite3.Connection]:
    """An empty database in one transaction, of which nothing depends on the settings of the
    machine: the same statements give the same bytes with the same version of SQLite. Raises
    InputError where Python was built without SQLite."""
    try:
        import sqlite3
    except ImportError:
        raise InputError(f"{path.name}: needs Python's module sqlite3") from None
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.executescript(
            "PRAGMA page_size = 4096; PRAGMA auto_vacuum = NONE; PRAGMA encoding = 'UTF-8';"
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
        )
        base.execute("BEGIN")
        yield base
        base.execute("COMMIT")


def same_database(one: pathlib.Path, other: pathlib.Path) -> bool:
    """Whether two files hold the same tables and rows; versions of SQLite write other bytes."""
    if one.read_bytes() == other.read_bytes():
        return True
    import sqlite3

    try:
        with contextlib.ExitStack() as stack:
            opened = [
                stack.enter_context(contextlib.closing(sqlite3.connect(f"{uri}?mode=ro", uri=True)))
                for uri in (path.absolute().as_uri() for path in (one, other))
            ]
            return _all_rows(opened[0]) == _all_rows(opened[1])
    except sqlite3.Error:
        return False


def _all_rows(base: sqlite3.Connection) -> list[Any]:
    """The definitions, then the rows of each table."""
    defined = base.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    tables = [name for kind, name, _ in defined if kind == "table"]
    return [defined, *(base.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables)]


def _plain(values: pd.Series[Any]) -> list[Any]:
    """Values of Python's own; None for a missing one."""
    missing = values.isna().tolist()
    return [None if gone else value for value, gone in zip(values.tolist(), missing)]


def _definition(column: Column, name: str) -> str:
    text = f"{name} {_TYPES[column.type]}"
    if not column.nullable:
        text += " NOT NULL"
    return f"{text} CHECK ({name} IN (0, 1))" if column.type == "bool" else text


def _write_table(
    base: sqlite3.Connection, table: str, columns: list[Column], frame: pd.DataFrame
) -> None:
    names = sql_names(columns)
    definitions = ", ".join(map(_definition, columns, names))
    base.execute(f"CREATE TABLE {table} ({definitions})")
    places = ", ".join("?" * len(columns))
    rows = zip(*(_plain(frame[column.name]) for column in columns))
    base.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
    sql = {column.name: name for column, name in zip(columns, names)}
    for key in _INDEXES[table]:
        unique = "UNIQUE " if key == schema.KEYS.get(table, [])[::-1] else ""
        by = ", ".join(sql[each] for each in key)
        base.execute(f"CREATE {unique}INDEX {table}_{key[-1]} ON {table} ({by})")


def _write_meaning(base: sqlite3.Connection, contents: Contents) -> None:
    """What the other tables mean, and how the numbers came to be."""
    base.execute(
        "CREATE TABLE columns (table_name TEXT NOT NULL, name TEXT NOT NULL, source TEXT NOT NULL,"
        " type TEXT NOT NULL, unit TEXT NOT NULL, meaning TEXT NOT NULL)"
    )
    for table, columns in contents.tables.items():
        for column, name in zip(columns, sql_names(columns)):
            row = (table, name, column.name, column.type, column.unit, column.meaning)
            base.execute("INSERT INTO columns VALUES (?, ?, ?, ?, ?, ?)", row)
    base.execute("CREATE TABLE provenance (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
    for key, value in contents.description.items():
        base.execute("INSERT INTO provenance VALUES (?, ?)", (key, files.canonical(value)))


def _files(spec: Spec, _: Sequence[str]) -> list[str]:
    return [f"{spec.name}.sqlite"]


def _write(folder: pathlib.Path, contents: Contents) -> None:
    with new_database(folder / f"{contents.spec.name}.sqlite") as base:
        for table, columns in contents.tables.items():
            _write_table(base, table, columns, contents.frames[table])
        _write_meaning(base, contents)


def _check(spec: Spec, devices: Sequence[str]) -> None:
    splits, sample = spec.splits is not None, spec.sample is not None
    for columns in schema.tables(spec.space, devices, splits, sample).values():
        sql_names(columns)


SQLITE = Format(
    name="sqlite",
    meaning="the tables as one SQLite file with indexes",
    files=_files,
    write=_write,
    check=_check,
    same=same_database,
)
