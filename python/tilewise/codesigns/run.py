"""`tilewise.codesign`: explores a study, pairs its accelerators with the networks of a space."""

from __future__ import annotations

import math
import os
import pathlib
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tilewise import _core
from tilewise._core import InputError
from tilewise.cluster import spread
from tilewise.codesigns.pairs import ACCELERATOR, GOOD, PAIR, Accelerators, Networks, Pairs
from tilewise.codesigns.result import CoDesign, shown
from tilewise.costs import Progress
from tilewise.explorations import open_run
from tilewise.registry import datasets_of, is_indexed
from tilewise.searches.accuracies import Given, accuracy_of
from tilewise.searches.costs import IndexedCosts
from tilewise.searches.metrics import nearest
from tilewise.spaces import IndexedSpace
from tilewise.tables import EXACT

if TYPE_CHECKING:
    from distributed import Client


def codesign(
    space: str,
    study: str | os.PathLike[str],
    out: str | os.PathLike[str],
    accuracy: Given = "macs",
    dataset: str | None = None,
    objectives: str | Iterable[str] = ("accuracy", "latency", "energy", "area"),
    limits: Mapping[str, float] | None = None,
    *,
    store: str | os.PathLike[str] | None = None,
    threads: int = 0,
    progress: Progress | None = None,
    client: Client | None = None,
) -> CoDesign:
    """The exact front over all pairs of a network of `space` and an accelerator of `study`.

    space: an indexed space, dataset: one of its data sets (the first). study: one whose workloads
    have the layers of the space (`{space: NAME, dataset: D, distinct: true}`); it is explored into
    `out` as `explore` does, and what its store knows is not mapped again.
    accuracy: a CSV file, a Series or dict by index or text, a function of a text, or "macs" or
    "params", which then stand in for it under that name.
    objectives: "accuracy" (the more the better), "latency" (ms), "energy" (mJ), "edp" (mJ ms), and
    what an accelerator has: "area" (mm2), "LUT", "FF", "DSP", "BRAM18", "URAM". limits: the most of
    these, the least accuracy; limits of the study hold, too.
    client: of a Dask cluster, whose workers then map the layers of the study, as
    `tilewise.cluster.explore` has them do; None: this machine does, on `threads`.

    The same result for any number of threads and workers. Raises InputError.
    """
    if not is_indexed(space):
        raise InputError(f"{space}: its candidates have no indices; expected an indexed space")
    name = dataset or datasets_of(space)[0]
    layers, uses = _core.layer_uses(space, name)
    networks = _networks(space, name, accuracy, layers, uses)
    asked = [objectives] if isinstance(objectives, str) else list(objectives)
    words = [networks.word if word == "accuracy" else word for word in asked]
    most = {
        (networks.word if word == "accuracy" else word): float(limit)
        for word, limit in (limits or {}).items()
    }
    _check_words([*words, *most], networks.word)
    for word, limit in most.items():
        if math.isnan(limit):
            raise InputError(f"limits: {word}: {limit}: expected a number")
    if not any(word in PAIR for word in words):
        raise InputError(f"objectives: {', '.join(asked)}: expected one of {', '.join(PAIR)}, too")
    run = _explored(study, out, store, threads, progress, client)
    pairs = Pairs(networks, _accelerators(run, layers, [*words, *most]), words, most)
    stand_in = "" if networks.word == "accuracy" else " as a stand-in, NOT an accuracy"
    provenance = {
        "space": space, "dataset": name, "study": os.fspath(study), "objectives": words,
        "limits": most, "accuracy": networks.word + stand_in, "version": _core.version(),
    }  # fmt: skip
    found = _paired(pairs, run, provenance)
    if progress is not None:
        progress("pair", 1.0)
    return found


def _paired(pairs: Pairs, run: _core.Exploration, provenance: dict[str, Any]) -> CoDesign:
    networks, accelerators = pairs.networks_left(), pairs.accelerators_left()
    front = shown(pairs, pairs.front(networks, accelerators))
    indices = pairs.accelerators.table["index"].to_numpy()
    count = {"networks": len(pairs.networks.texts), "accelerators": len(indices)}
    count["pairs"] = count["networks"] * count["accelerators"]
    count |= {"networks_left": len(networks), "accelerators_left": len(accelerators)}
    positions = dict(zip(indices.tolist(), pairs.accelerators.positions.tolist(), strict=True))
    files = {
        index: run.configuration_file(positions[index])
        for index in sorted(set(front["configuration"].tolist()))
    }
    return CoDesign(pairs, front, count, networks, accelerators, provenance, files)


def _networks(
    space: str,
    dataset: str,
    accuracy: Given,
    layers: list[_core.Layer],
    uses: npt.NDArray[np.int32],
) -> Networks:
    """Raises InputError where a candidate has no accuracy."""
    indexed = IndexedSpace(space)
    texts = [indexed.arch_str(index) for index in range(indexed.size)]
    if accuracy == "macs":
        macs = np.array([layer.macs for layer in layers], dtype=np.float64)
        return Networks(texts, uses, uses @ macs, "macs")
    if accuracy == "params":
        params = [indexed.network(index, dataset).parameters for index in range(indexed.size)]
        return Networks(texts, uses, np.array(params, dtype=np.float64), "params")
    table = pd.DataFrame({"index": range(len(texts)), "arch_str": texts, "macs": 0, "params": 0})
    table.attrs = {"space": space, "datasets": [dataset], "devices": []}
    costs = IndexedCosts(table)
    given = accuracy_of(accuracy, costs)
    good = [given.of(costs.candidate_at(index)) for index in range(len(texts))]
    return Networks(texts, uses, np.array(good, dtype=np.float64), "accuracy")


def _check_words(words: list[str], good: str) -> None:
    known = [good, *PAIR, *ACCELERATOR]
    for word in words:
        if word not in known:
            also = " (no accuracy is given)" if word in GOOD else ""
            raise InputError(
                f"objectives: {word}: unknown{also}; {nearest(word, known)}There are: "
                f"{', '.join(known)}"
            )


def _explored(
    study: str | os.PathLike[str],
    out: str | os.PathLike[str],
    store: str | os.PathLike[str] | None,
    threads: int,
    progress: Progress | None,
    client: Client | None,
) -> _core.Exploration:
    run = open_run(study, out, store, threads)
    for key, asked in (("prune", run.prune), ("search", run.search is not None)):
        if asked:
            raise InputError(
                f"{os.fspath(study)}: {key}: the front over pairs needs every configuration; leave "
                f"{key} out"
            )
    began = time.monotonic()
    if client is None:
        run.explore(progress)
    else:
        spread(run, study, client, progress=progress)
    run.write(
        f"tilewise.explore({os.fspath(study)!r}, {os.fspath(out)!r})", time.monotonic() - began
    )
    return run


def _accelerators(
    run: _core.Exploration, layers: list[_core.Layer], words: list[str]
) -> Accelerators:
    """The costed configurations of a run. Raises InputError where the study lacks a layer."""
    places = {layer: place for place, layer in enumerate(run.layer_list)}
    for layer in layers:
        if layer not in places:
            raise InputError(
                f"the study has no layer {layer.name} of the space; add the workload {{space: ..., "
                "dataset: ..., distinct: true}"
            )
    table = pd.read_csv(pathlib.Path(run.folder) / "all.csv", **EXACT)
    positions = np.flatnonzero((table["outcome"] == "costed").to_numpy())
    table = table.iloc[positions].reset_index(drop=True)
    if table.empty:
        raise InputError("no configuration of the study is costed; all.csv says why of each")
    for word in words:
        column = ACCELERATOR.get(word)
        if column is not None and table[column].isna().any():
            raise InputError(f"objectives: {word}: a configuration of the study has none")
    latency, energy = run.layer_costs(positions)
    order = [places[layer] for layer in layers]
    return Accelerators(table, positions, latency[:, order], energy[:, order])
