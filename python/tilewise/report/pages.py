"""Which page a folder or a file has."""

from __future__ import annotations

import contextlib
import os
import pathlib

import pandas as pd

from tilewise._core import InputError
from tilewise.outputs import check_output, write_whole
from tilewise.plot.sources import (
    analysis_of,
    costs_in,
    exploration_of,
    read_json,
    read_table,
)
from tilewise.report.exploration import exploration_page
from tilewise.report.layer import layer_page
from tilewise.report.network import network_page
from tilewise.report.space import space_page


def write_page(
    source: str | os.PathLike[str],
    page_file: str | os.PathLike[str],
    accuracy: str | os.PathLike[str] | None = None,
) -> None:
    """Writes the page of `page_of`. Raises InputError, then without a file."""
    check_output("--html", page_file, [source, *([] if accuracy is None else [accuracy])])
    path = pathlib.Path(page_file)
    html = page_of(source, path, accuracy)
    try:
        write_whole(path, html.encode())
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None


def page_of(
    source: str | os.PathLike[str],
    page_file: pathlib.Path,
    accuracy: str | os.PathLike[str] | None = None,
) -> str:
    """The page of a folder (of `cost`, `sweep`, `space --out` or `explore`) or of a JSON file (of
    `cost` or `map`). page_file: where it will lie. Raises InputError."""
    path = pathlib.Path(source)
    if not path.is_dir():
        return _page_of_object(path)
    if (path / "all.csv").is_file():
        return exploration_page(exploration_of(path), path, page_file)
    if (path / "costs.json").is_file():
        return _page_of_object(path / "costs.json")
    if (path / "costs.csv").is_file():
        return _page_of_sweep(path, accuracy)
    if (path / "blocks.csv").is_file():
        raise InputError(
            f"{path}: a space of blocks has no table of candidates; draw some: tilewise space NAME "
            "--sample 1000 --device ... --out DIR"
        )
    raise InputError(
        f"{path}: holds neither costs.csv nor all.csv; give the folder of sweep, cost or explore"
    )


def _page_of_object(path: pathlib.Path) -> str:
    found = read_json(path)
    if isinstance(found, dict) and "architecture" in found and "latency" in found:
        return layer_page(found)
    costs_in(found, str(path))
    return network_page(found)


def _page_of_sweep(folder: pathlib.Path, accuracy: str | os.PathLike[str] | None) -> str:
    table = read_table(folder / "costs.csv")
    analyses = analysis_of(folder, accuracy)
    if accuracy is not None:
        table = _with_accuracy(table, read_table(pathlib.Path(accuracy)))
    return space_page(table, analyses, _space_name(folder))


def _space_name(folder: pathlib.Path) -> str:
    """As run.yaml says it, where that is there."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        for line in (folder / "run.yaml").read_text(encoding="utf-8").splitlines():
            if line.startswith("space: "):
                return line.removeprefix("space: ").strip('"')
    return folder.resolve().name


def _with_accuracy(table: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The table with its accuracies, which `analyze` has checked."""
    keys = [each for each in ("dataset", "index") if each in known]
    return table.merge(known[[*keys, "accuracy"]], on=keys, how="left")
