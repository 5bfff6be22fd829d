"""The nested layout of HW-NAS-Bench-v1_0.pickle (Li et al., ICLR 2021), as its public API reads it.
docs/dataset.md says what of it could be confirmed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tilewise import _core
from tilewise.dataset.spec import Spec
from tilewise.spaces import FBNet, NASBench201, NATSBenchSize

_METRICS = {
    "latency": "latency_ms",
    "energy": "energy_mJ",
    "arithmetic_intensity": "arithmetic_intensity_macs_per_byte",
}


def nested(frames: dict[str, pd.DataFrame], spec: Spec, devices: list[str]) -> dict[str, Any]:
    """The object that the pickle holds: dicts, lists, texts and numbers of Python's own."""
    if spec.space == "fbnet":
        return {"fbnet": _lookup_tables(frames, spec, devices)}
    return {spec.space: _lists(frames["architectures"], spec, devices)}


def _lists(table: pd.DataFrame, spec: Spec, devices: list[str]) -> dict[str, Any]:
    """[data set][metric]: a list by index; [data set]["config"]: what builds each network."""
    space = NASBench201() if spec.space == "nasbench201" else NATSBenchSize()
    text_key = "arch_str" if spec.space == "nasbench201" else "channels"
    made: dict[str, Any] = {}
    for dataset in spec.datasets:
        rows = table[table["dataset"] == dataset]
        entry = made[dataset] = {}
        for device in devices:
            for metric, column in _METRICS.items():
                entry[f"{device}_{metric}"] = rows[f"{device}_{column}"].tolist()
        common = space.config(0, dataset)
        entry["config"] = [{**common, text_key: text} for text in rows["arch_str"].tolist()]
    return made


def _lookup_tables(
    frames: dict[str, pd.DataFrame], spec: Spec, devices: list[str]
) -> dict[str, dict[str, float]]:
    """[metric][operation and shape]: both data sets in one table, as in the public one."""
    made: dict[str, dict[str, float]] = {}
    blocks = frames["blocks"]
    keys = _block_keys(blocks[blocks["position"] > 0])
    for device in devices:
        for metric in ("latency", "energy"):
            column = f"{device}_{_METRICS[metric]}"
            table = made[f"{device}_{metric}"] = {}
            for dataset in spec.datasets:
                here = blocks["dataset"] == dataset
                costs = blocks.loc[here & (blocks["position"] > 0), column]
                fixed = float(blocks.loc[here & (blocks["position"] == 0), column].iloc[0])
                parts = _fixed_parts(frames["layers"], dataset, device, metric, fixed)
                for key, part in parts.items():
                    _put(table, key, part)
                for row, cost in costs.items():
                    _put(table, keys[row], float(cost))
    return made


def _put(table: dict[str, float], key: str, cost: float) -> None:
    if table.setdefault(key, cost) != cost:
        raise AssertionError(f"{key}: two costs for one shape")


def _block_keys(blocks: pd.DataFrame) -> dict[Any, str]:
    """The key of each block by its row: there are 198 a data set."""
    made = {}
    for row in blocks.itertuples():
        size, shape = row.input_size, f"Cin{row.input_channels}_Cout{row.output_channels}"
        if row.block == "skip":
            made[row.Index] = f"Skip_H{size}_W{size}_{shape}_stride{row.stride}"
        else:
            made[row.Index] = (
                f"ConvBlock_H{size}_W{size}_{shape}_exp{row.expansion}_kernel{row.kernel}"
                f"_stride{row.stride}_group{row.groups}"
            )
    return made


def _fixed_layers(dataset: str) -> dict[str, _core.Layer]:
    """Stem, head, pool and classifier by their keys."""
    layers = _core.fbnet_network(",".join(["0"] * FBNet.positions), dataset).layers
    stem, (head, pool, classifier) = layers[0], layers[-3:]
    size, channels = pool.image[0], pool.bounds["G"]
    return {
        _convolution_key(stem): stem,
        _convolution_key(head): head,
        f"AvgP_H{size}_W{size}_Cin{channels}_Cout{channels}_kernel{size}_stride1": pool,
        f"FC_Cin{classifier.bounds['C']}_Cout{classifier.bounds['M']}": classifier,
    }


def _convolution_key(layer: _core.Layer) -> str:
    size, bounds = layer.image[0], layer.bounds
    return (
        f"ConvNorm_H{size}_W{size}_Cin{bounds['C']}_Cout{bounds['M']}_kernel{bounds['R']}"
        f"_stride{layer.stride[0]}_group{bounds['G']}"
    )


def _fixed_parts(
    layers: pd.DataFrame, dataset: str, device: str, metric: str, total: float
) -> dict[str, float]:
    """What stem, head, pool and classifier cost, by key. A published model of whole networks has
    their sum alone: it stands with the stem."""
    fixed = _fixed_layers(dataset)
    mine = layers[layers["device"] == device]
    if mine.empty:
        return {key: 0.0 if place else total for place, key in enumerate(fixed)}
    column, scale = ("latency_ms", 1.0) if metric == "latency" else ("energy_pJ", 1e9)
    parts = {}
    for key, layer in fixed.items():
        same = (mine["name"] == layer.name) & (mine["image_vertical"] == layer.image[0])
        for dim, bound in layer.bounds.items():
            same &= mine[dim] == bound
        found = mine.loc[same, column]
        if len(found) != 1:
            raise AssertionError(f"{key}: {len(found)} layers of its shape")
        parts[key] = float(found.iloc[0]) / scale
    return parts
