"""The configurations of a study, costed, and their Pareto front."""

from __future__ import annotations

import os
import pathlib
import time

import pandas as pd

from tilewise import _core
from tilewise.costs import Progress
from tilewise.study_search.run import search
from tilewise.tables import EXACT, without_guards


def explore(
    study: str | os.PathLike[str],
    out: str | os.PathLike[str],
    store: str | os.PathLike[str] | None = None,
    threads: int = 0,
    progress: Progress | None = None,
    *,
    schedule: str | None = None,
    orders: str | None = None,
    csv_guard: bool = True,
) -> pd.DataFrame:
    """Costs the configurations of a study and writes the files of `tilewise explore`.

    study: the file of a study, or the name of a shipped one. out: the folder for tables, plots and
    architectures. store: the folder of results.sqlite, which studies may share; None: `out`. What
    is done is kept there: the same call goes on where it was interrupted. progress(phase, share) is
    called from any thread; share is 0 to 1. schedule: what stays on chip between the layers of each
    network ("separate", "kept", "fused", "best"), orders: of its layers ("given", "all"), both as
    `tilewise explore`; None: as the study says. csv_guard: a name in the tables that a spreadsheet
    would compute gets an apostrophe. Of a study with `search` what its method proposes
    is costed (nsga2 needs the extra `search`, tpe `tpe`).

    Returns the front, the columns of pareto.csv (docs/formats.md). `.attrs` has how many
    configurations came out how, `layers_mapped` here and `layers_known` from the store.

    Raises InputError. Ctrl-C raises KeyboardInterrupt.
    """
    run = open_run(study, out, store, threads, schedule, orders, csv_guard)
    began = time.monotonic()
    if run.search is None:
        run.explore(progress)
    else:
        search(run, progress)
    asked = {"schedule": schedule, "orders": orders}
    more = "".join(f", {key}={word!r}" for key, word in asked.items() if word is not None)
    more += "" if csv_guard else ", csv_guard=False"
    run.write(
        f"tilewise.explore({os.fspath(study)!r}, {os.fspath(out)!r}{more})",
        time.monotonic() - began,
    )
    return front(run, csv_guard)


def open_run(
    study: str | os.PathLike[str],
    out: str | os.PathLike[str],
    store: str | os.PathLike[str] | None,
    threads: int,
    schedule: str | None = None,
    orders: str | None = None,
    csv_guard: bool = True,
) -> _core.Exploration:
    """The run of a study that `explore` begins; raises InputError before it writes anything."""
    folder = None if store is None else os.fspath(store)
    return _core.Exploration(
        os.fspath(study), os.fspath(out), folder, threads, schedule, orders, csv_guard
    )


def front(run: _core.Exploration, csv_guard: bool = True) -> pd.DataFrame:
    """The front of a run that was written."""
    table = pd.read_csv(pathlib.Path(run.folder) / "pareto.csv", **EXACT)
    if csv_guard:
        table = without_guards(table)
    table.attrs = dict(run.counts)
    return table
