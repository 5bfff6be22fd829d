"""What figures are drawn from: folders and files of commands, and what calls returned."""

from __future__ import annotations

import json
import os
import pathlib
import sys
import tempfile
from typing import Any

import pandas as pd

from tilewise._core import InputError
from tilewise.cpp_program import output_of
from tilewise.plot.exploration import METRICS, Exploration
from tilewise.tables import read_csv


def costs_of(source: Any) -> list[dict[str, Any]]:
    """`costs` of `tilewise cost --json`: of what `tilewise.cost` returned, of the folder of
    `cost --out`, or of a file. Raises InputError."""
    if isinstance(source, pd.DataFrame):
        if "json" not in source.attrs:
            raise InputError("expected what tilewise.cost returned, a table with .attrs['json']")
        found = json.loads(source.attrs["json"])
    else:
        path = pathlib.Path(os.fspath(source))
        found = read_json(path / "costs.json" if path.is_dir() else path)
    return costs_in(found, "what tilewise.cost returned")


def costs_in(found: Any, place: str) -> list[dict[str, Any]]:
    """`costs` of an object; raises InputError where its rows are no layers with a breakdown."""
    costs = found.get("costs") if isinstance(found, dict) else None
    if not costs or any("layers" not in each for each in costs):
        raise InputError(f"{place}: expected the object of tilewise cost --json --by layer")
    if any("loads" not in layer for each in costs for layer in each["layers"]):
        raise InputError(f"{place}: layers have no loads; write it again with this version")
    return list(costs)


def map_of(source: Any) -> dict[str, Any]:
    """The object of `tilewise map --json`: of what `tilewise.map` returned, or of a file."""
    if hasattr(source, "json"):
        return dict(json.loads(source.json()))
    return dict(read_json(pathlib.Path(os.fspath(source))))


def sweep_of(source: Any, dataset: str | None = None) -> pd.DataFrame:
    """costs.csv, of one data set: of what `tilewise.sweep` returned, or of a folder."""
    table = source
    if not isinstance(source, pd.DataFrame):
        table = read_table(pathlib.Path(os.fspath(source)) / "costs.csv")
    datasets = list(dict.fromkeys(table["dataset"]))
    if dataset is not None and dataset not in datasets:
        raise InputError(f"dataset: {dataset}: the table has {', '.join(datasets)}")
    return table[table["dataset"] == (dataset or datasets[0])].reset_index(drop=True)


def exploration_of(source: Any) -> Exploration:
    """all.csv of the folder of `tilewise explore`."""
    folder = pathlib.Path(os.fspath(source))
    table = read_table(folder / "all.csv")
    for each in METRICS:
        table[each] = pd.to_numeric(table[each], errors="coerce")
    return Exploration(folder.resolve().name, table)


def timeline_of(source: Any) -> pd.DataFrame:
    """timeline.csv of the folder of an engine that was simulated."""
    table = read_table(pathlib.Path(os.fspath(source)) / "timeline.csv")
    if table.empty:
        raise InputError(f"{source}: timeline.csv has no row; simulate it again")
    return table


def analysis_of(source: Any, accuracy: Any = None) -> list[dict[str, Any]]:
    """`datasets` of `tilewise analyze --json`, of what `tilewise.sweep` returned or of a folder.
    Raises InputError with what the program says."""
    if isinstance(source, pd.DataFrame):
        with tempfile.TemporaryDirectory() as folder:
            source.to_csv(pathlib.Path(folder) / "costs.csv", index=False)
            return analysis_of(folder, accuracy)
    more = [] if accuracy is None else ["--accuracy", os.fspath(accuracy)]
    told = output_of("analyze", os.fspath(source), *more, "--json")
    return list(json.loads(told)["datasets"])


def read_json(path: pathlib.Path) -> Any:
    """The content of a JSON file. Raises InputError with the place."""
    try:
        return json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path}:{error.lineno}: no JSON: {error.msg}; give what --json printed"
        ) from None


def read_table(path: pathlib.Path) -> pd.DataFrame:
    """A CSV file of the program. Raises InputError."""
    try:
        return read_csv(_text(path))
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(f"{path}: no table: {error}; write it again") from None


def _text(path: pathlib.Path) -> str:
    try:
        if str(path) == "-":
            return sys.stdin.read()
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{path}: no text in UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
