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
from tilewise.codesigns.block_networks import BlockNetworks, block_networks
from tilewise.codesigns.block_pairs import BlockPairs
from tilewise.codesigns.block_result import BlockCoDesign, shown_blocks
from tilewise.codesigns.pairs import ACCELERATOR, GOOD, PAIR, Accelerators, Networks, Pairs
from tilewise.codesigns.result import CoDesign, shown
from tilewise.costs import Progress
from tilewise.explorations import open_run
from tilewise.registry import datasets_of, is_indexed
from tilewise.searches.accuracies import Given, accuracy_of
from tilewise.searches.costs import IndexedCosts
from tilewise.spaces import IndexedSpace
from tilewise.tables import EXACT, without_guards
from tilewise.words import nearest

if TYPE_CHECKING:
    from distributed import Client

#: How far the front of a space of blocks may be off where it is too large to be exact.
RESOLUTION = 0.01


def codesign(
    space: str,
    study: str | os.PathLike[str],
    out: str | os.PathLike[str],
    accuracy: Given = "macs",
    dataset: str | None = None,
    objectives: str | Iterable[str] = ("accuracy", "latency", "energy", "area"),
    limits: Mapping[str, float] | None = None,
    *,
    resolution: float = RESOLUTION,
    store: str | os.PathLike[str] | None = None,
    threads: int = 0,
    progress: Progress | None = None,
    client: Client | None = None,
) -> CoDesign | BlockCoDesign:
    """The exact front over all pairs of a network of `space` and an accelerator of `study`.

    space: a search space, dataset: one of its data sets (the first). study: one whose workloads
    have the layers of the space (`{space: NAME, dataset: D, distinct: true}`); it is explored into
    `out` as `explore` does, and what its store knows is not mapped again.
    accuracy: a CSV file, a Series or dict by index or text, a function of a text, or "macs" or
    "params", which then stand in for it under that name. Of a space of blocks: a CSV file with the
    columns position, choice and accuracy, which add up, or a stand-in.
    objectives: "accuracy" (the more the better), "latency" (ms), "energy" (mJ), "edp" (mJ ms), and
    what an accelerator has: "area" (mm2), "LUT", "FF", "DSP", "BRAM18", "URAM". limits: the most of
    these, the least accuracy; limits of the study hold, too. resolution: of a space of blocks, how
    far its front may be off where it is too large to be exact (docs/codesign.md); 0: exact always.
    client: of a Dask cluster, whose workers then map the layers of the study, as
    `tilewise.cluster.explore` has them do; None: this machine does, on `threads`.

    The same result for any number of threads and workers. Raises InputError.
    """
    if not (0 <= resolution < 1):
        raise InputError(f"resolution: {resolution}: expected 0 (exact), or a share such as 0.01")
    name, layers, networks = _candidates(space, dataset, accuracy)
    asked = [objectives] if isinstance(objectives, str) else list(objectives)
    words = [networks.word if word == "accuracy" else word for word in asked]
    most = {
        (networks.word if word == "accuracy" else word): float(limit)
        for word, limit in (limits or {}).items()
    }
    _check_words([*words, *most], networks.word)
    _check_limits(most)
    if not any(word in PAIR for word in words):
        raise InputError(f"objectives: {', '.join(asked)}: expected one of {', '.join(PAIR)}, too")
    run = _explored(study, out, store, threads, progress, client)
    accelerators = _accelerators(run, layers, [*words, *most])
    stand_in = "" if networks.word == "accuracy" else " as a stand-in, NOT an accuracy"
    provenance: dict[str, Any] = {
        "space": space, "dataset": name, "study": os.fspath(study), "objectives": words,
        "limits": most, "accuracy": networks.word + stand_in, "version": _core.version(),
    }  # fmt: skip
    if isinstance(networks, BlockNetworks):
        pairs = Pairs(networks.stand_in(), accelerators, words, most)
        return _blocks_paired(BlockPairs(networks, pairs, resolution), run, provenance, progress)
    return _paired(Pairs(networks, accelerators, words, most), run, provenance, progress)


def _check_limits(most: Mapping[str, float]) -> None:
    for word, limit in most.items():
        if math.isnan(limit):
            raise InputError(f"limits: {word}: {limit}: expected a number")


def _candidates(
    space: str, dataset: str | None, accuracy: Given
) -> tuple[str, list[_core.Layer], Networks | BlockNetworks]:
    """The data set, the layers and the networks of a space. Raises InputError."""
    if not is_indexed(space):
        name = dataset or datasets_of(space)[0]
        blocks = block_networks(space, name, accuracy)
        return name, blocks.layers, blocks
    name = dataset or datasets_of(space)[0]
    layers, uses = _core.layer_uses(space, name)
    return name, layers, _networks(space, name, accuracy, layers, uses)


def _paired(
    pairs: Pairs,
    run: _core.Exploration,
    provenance: dict[str, Any],
    progress: Progress | None,
) -> CoDesign:
    networks, accelerators = pairs.networks_left(), pairs.accelerators_left()
    front = shown(pairs, pairs.front(networks, accelerators))
    indices = pairs.accelerators.table["index"].to_numpy()
    count = {"networks": len(pairs.networks.texts), "accelerators": len(indices)}
    count["pairs"] = count["networks"] * count["accelerators"]
    count |= {"networks_left": len(networks), "accelerators_left": len(accelerators)}
    files = _files(run, pairs.accelerators, front)
    if progress is not None:
        progress("pair", 1.0)
    return CoDesign(pairs, front, count, networks, accelerators, provenance, files)


def _blocks_paired(
    pairs: BlockPairs,
    run: _core.Exploration,
    provenance: dict[str, Any],
    progress: Progress | None,
) -> BlockCoDesign:
    accelerators = pairs.pairs.accelerators_left()
    found = pairs.front(accelerators, progress)
    of_found, priced = pairs.priced(found)
    front = shown_blocks(of_found, of_found.best(priced))
    costed = pairs.pairs.accelerators
    count = {"networks": pairs.networks.size, "accelerators": len(costed.table)}
    count["pairs"] = count["networks"] * count["accelerators"]
    count |= {"accelerators_left": len(accelerators), "accelerators_bounded": found.skipped}
    good = of_found.networks.good[priced["network"]]
    return BlockCoDesign(
        pairs, front, count, accelerators, found.rounded,
        pd.DataFrame({"good": good, "edp_mJ_ms": priced["edp_mJ_ms"]}),
        provenance | {"resolution": pairs.resolution, "rounded": found.rounded},
        _files(run, costed, front),
    )  # fmt: skip


def _files(
    run: _core.Exploration, accelerators: Accelerators, front: pd.DataFrame
) -> dict[int, str]:
    """The file of each accelerator of a front, by its index in the study."""
    indices = accelerators.table["index"].tolist()
    positions = dict(zip(indices, accelerators.positions.tolist()))
    return {
        index: run.configuration_file(positions[index])
        for index in sorted(set(front["configuration"].tolist()))
    }


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
    # What names and places in a network differ in is one layer.
    collected = _core.NetworkLayers()
    own, _, _ = collected.add(_core.network_of(run.layer_list))
    order, _, _ = collected.add(_core.network_of(layers))
    for layer, place in zip(layers, order):
        if place >= len(own):
            raise InputError(
                f"the study has no layer {layer.name} of the space; add the workload {{space: ..., "
                "dataset: ..., distinct: true}"
            )
    table = without_guards(pd.read_csv(pathlib.Path(run.folder) / "all.csv", **EXACT))
    positions = np.flatnonzero((table["outcome"] == "costed").to_numpy())
    table = table.iloc[positions].reset_index(drop=True)
    if table.empty:
        raise InputError("no configuration of the study is costed; all.csv says why of each")
    for word in words:
        column = ACCELERATOR.get(word)
        if column is not None and table[column].isna().any():
            raise InputError(f"objectives: {word}: a configuration of the study has none")
    latency, energy = run.layer_costs(positions)
    return Accelerators(table, positions, latency[:, order], energy[:, order])
