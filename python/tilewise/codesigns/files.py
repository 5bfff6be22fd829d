"""The files of a co-design."""

from __future__ import annotations

import json
import pathlib

import pandas as pd

from tilewise.codesigns.block_result import BlockCoDesign
from tilewise.codesigns.result import CoDesign
from tilewise.outputs import check_folder as check_output_folder
from tilewise.outputs import new_files, write_whole, written_files

_FRONT, _SEPARATION, _RUN = "codesign.csv", "separation.csv", "codesign.json"
_PLOT = "separation.svg"
_ARCHITECTURES, _STUDY = "architectures/", "study/"
_WHAT = "a co-design"
#: Besides those in architectures/.
FILES = (_FRONT, _SEPARATION, _RUN, _PLOT)


def check_folder(folder: pathlib.Path) -> None:
    """Raises InputError where a folder holds what is not of a co-design, or something else in the
    place of one of its files."""
    check_output_folder(folder, _WHAT, _may_write, written_files(folder), _may_stay)


def write_files(
    folder: pathlib.Path, found: CoDesign | BlockCoDesign, separation: pd.DataFrame | None
) -> None:
    """codesign.csv, architectures/INDEX.yaml of its accelerators, separation.csv with a plot where
    matplotlib is, codesign.json; the folder is locked. Raises InputError where one cannot be
    written."""
    written = written_files(folder)
    with new_files(folder, _WHAT, _RUN, written, keep_list=True) as part:
        _write(part, found, separation)


def _may_write(name: str) -> bool:
    if name.startswith(_ARCHITECTURES):
        index = name[len(_ARCHITECTURES) :].removesuffix(".yaml")
        return name.endswith(".yaml") and index.isascii() and index.isdigit()
    return name in FILES


def _may_stay(name: str) -> bool:
    return f"{name}/".startswith((_ARCHITECTURES, _STUDY))


def _write(
    folder: pathlib.Path, found: CoDesign | BlockCoDesign, separation: pd.DataFrame | None
) -> None:
    (folder / _ARCHITECTURES).mkdir()
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
