"""The files of a co-design."""

from __future__ import annotations

import json
import pathlib

import pandas as pd

from tilewise._core import InputError
from tilewise.codesigns.block_result import BlockCoDesign
from tilewise.codesigns.result import CoDesign
from tilewise.searches.state import write_whole

_FRONT, _SEPARATION, _RUN = "codesign.csv", "separation.csv", "codesign.json"
_PLOT = "separation.svg"
_ARCHITECTURES = "architectures"
_OURS = {_FRONT, _SEPARATION, _RUN, _PLOT, _ARCHITECTURES, "study"}


def check_folder(folder: pathlib.Path) -> None:
    """Raises InputError where a folder holds what is not of a co-design."""
    if not folder.exists():
        if not folder.parent.is_dir():
            raise InputError(f"{folder.parent}: no such folder; make it first")
        return
    if not folder.is_dir():
        raise InputError(f"{folder}: is no folder; name another one")
    others = sorted(each.name for each in folder.iterdir() if each.name not in _OURS)
    if others:
        raise InputError(f"{folder}: holds {others[0]}, which is not of a co-design; name another")


def write_files(
    folder: pathlib.Path, found: CoDesign | BlockCoDesign, separation: pd.DataFrame | None
) -> None:
    """codesign.csv, architectures/INDEX.yaml of its accelerators, separation.csv with a plot where
    matplotlib is, codesign.json. Raises InputError where one cannot be written."""
    try:
        _write(folder, found, separation)
    except OSError as error:
        raise InputError(f"{error.filename}: cannot be written: {error.strerror}") from None


def _write(
    folder: pathlib.Path, found: CoDesign | BlockCoDesign, separation: pd.DataFrame | None
) -> None:
    (folder / _ARCHITECTURES).mkdir(exist_ok=True)
    for index, text in found.architectures.items():
        write_whole(folder / _ARCHITECTURES / f"{index}.yaml", text.encode())
    write_whole(folder / _FRONT, _csv(found.front))
    if separation is not None:
        write_whole(folder / _SEPARATION, _csv(separation))
        plot = _plot(separation, found.word)
        if plot is not None:
            write_whole(folder / _PLOT, plot)
    facts = {**found.provenance, "counts": found.counts, "front": len(found.front)}
    write_whole(folder / _RUN, (json.dumps(facts, indent=2) + "\n").encode())


def _csv(table: pd.DataFrame) -> bytes:
    text: str = table.to_csv(index=False, lineterminator="\n")
    return text.encode()


def _plot(separation: pd.DataFrame, word: str) -> bytes | None:
    """The three ways against the level of accuracy; None: there is no matplotlib."""
    try:
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure
    except ImportError:
        return None
    import io

    import matplotlib

    figure = Figure(figsize=(6, 4), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.subplots()
    for way, label in [
        ("accelerator_first", "accelerator first"),
        ("network_first", "network first"),
        ("together", "together"),
    ]:
        axes.plot(separation.iloc[:, 0], separation[f"{way}_edp_mJ_ms"], marker="o", label=label)
    axes.set(xlabel=f"{word} at least", ylabel="least EDP [mJ ms]", yscale="log")
    axes.legend()
    made = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "tilewise"}):
        figure.savefig(made, format="svg", metadata={"Date": None})
    return made.getvalue().encode()
