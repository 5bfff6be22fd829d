"""The files of a co-design."""

from __future__ import annotations

import json
import pathlib

import pandas as pd

from tilewise import _core
from tilewise.codesigns.block_result import BlockCoDesign
from tilewise.codesigns.result import CoDesign
from tilewise.outputs import check_folder as check_output_folder
from tilewise.outputs import new_files, write_whole, written_files

_FRONT, _SEPARATION, _RUN = "codesign.csv", "separation.csv", "codesign.json"
_PLOT = "separation.svg"
_ARCHITECTURES, _NETWORKS, _STUDY = "architectures/", "networks/", "study/"
_WHAT = "a co-design"
#: Networks of the front that have a file: the first ones, each once.
MOST_NETWORKS = 200
#: Besides those in architectures/ and networks/.
FILES = (_FRONT, _SEPARATION, _RUN, _PLOT)


def check_folder(folder: pathlib.Path) -> None:
    """Raises InputError where a folder holds what is not of a co-design, or something else in the
    place of one of its files."""
    check_output_folder(folder, _WHAT, _may_write, written_files(folder), _may_stay)


def write_files(
    folder: pathlib.Path, found: CoDesign | BlockCoDesign, separation: pd.DataFrame | None
) -> None:
    """codesign.csv, architectures/INDEX.yaml of its accelerators, networks/NUMBER.yaml of its
    networks, separation.csv with a plot where matplotlib is, codesign.json; the folder is locked.
    Raises InputError where one cannot be written."""
    written = written_files(folder)
    with new_files(folder, _WHAT, _RUN, written, keep_list=True) as part:
        _write(part, found, separation)


def _may_write(name: str) -> bool:
    for folder in (_ARCHITECTURES, _NETWORKS):
        if name.startswith(folder):
            number = name[len(folder) :].removesuffix(".yaml")
            return name.endswith(".yaml") and number.isascii() and number.isdigit()
    return name in FILES


def _may_stay(name: str) -> bool:
    return f"{name}/".startswith((_ARCHITECTURES, _NETWORKS, _STUDY))


def _write(
    folder: pathlib.Path, found: CoDesign | BlockCoDesign, separation: pd.DataFrame | None
) -> None:
    (folder / _ARCHITECTURES).mkdir()
    for index, text in found.architectures.items():
        write_whole(folder / _ARCHITECTURES / f"{index}.yaml", text.encode())
    front = numbered(found.front)
    _write_networks(folder, found, front)
    write_whole(folder / _FRONT, _csv(front))
    if separation is not None:
        write_whole(folder / _SEPARATION, _csv(separation))
        plot = _plot(separation, found.word)
        if plot is not None:
            write_whole(folder / _PLOT, plot)
    facts = {**found.provenance, "counts": found.counts, "front": len(found.front)}
    write_whole(folder / _RUN, (json.dumps(facts, indent=2) + "\n").encode())


def numbered(front: pd.DataFrame) -> pd.DataFrame:
    """The front with a number of each network first: its `index` in the space, where it has one,
    else `network`, by first appearance."""
    if "index" in front.columns:
        return front
    numbers, _ = pd.factorize(front["arch_str"])
    table = front.copy()
    table.insert(0, "network", numbers)
    return table


def _write_networks(
    folder: pathlib.Path, found: CoDesign | BlockCoDesign, front: pd.DataFrame
) -> None:
    (folder / _NETWORKS).mkdir()
    space, dataset = found.provenance["space"], found.provenance["dataset"]
    for row in front.drop_duplicates("arch_str").head(MOST_NETWORKS).itertuples(index=False):
        network = _core.space_network(space, row.arch_str, dataset, False)
        write_whole(folder / _NETWORKS / f"{row[0]}.yaml", network.to_yaml().encode())


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
