"""The nested layout of HW-NAS-Bench-v1_0.pickle (Li et al., ICLR 2021), as its public API reads it.
docs/dataset.md says what of it could be confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from tilewise.dataset.fixed_parts import fixed_costs
from tilewise.device_columns import word_in
from tilewise.hwnasbench_tables import block_keys
from tilewise.registry import SPACES, is_indexed
from tilewise.spaces import IndexedSpace

if TYPE_CHECKING:
    from tilewise.dataset.spec import Spec

_METRICS = {
    "latency": "latency_ms",
    "energy": "energy_mJ",
    "arithmetic_intensity": "arithmetic_intensity_macs_per_byte",
}


def nested(frames: dict[str, pd.DataFrame], spec: Spec, devices: list[str]) -> dict[str, Any]:
    """The object that the pickle holds: dicts, lists, texts and numbers of Python's own."""
    if not is_indexed(spec.space):
        return {spec.space: _lookup_tables(frames, spec, devices)}
    return {spec.space: _lists(frames["architectures"], spec, devices)}


def _lists(table: pd.DataFrame, spec: Spec, devices: list[str]) -> dict[str, Any]:
    """[data set][metric]: a list by index; [data set]["config"]: what builds each network."""
    space = IndexedSpace(spec.space)
    made: dict[str, Any] = {}
    for dataset in spec.datasets:
        rows = table[table["dataset"] == dataset]
        entry = made[dataset] = {}
        for device in devices:
            for metric, column in _METRICS.items():
                entry[f"{device}_{metric}"] = rows[f"{word_in(device, rows)}_{column}"].tolist()
        common = space.config(0, dataset)
        text_key = next(key for key, value in common.items() if value == space.arch_str(0))
        entry["config"] = [{**common, text_key: text} for text in rows["arch_str"].tolist()]
    return made


def _lookup_tables(
    frames: dict[str, pd.DataFrame], spec: Spec, devices: list[str]
) -> dict[str, dict[str, float]]:
    """[metric][operation and shape]: both data sets in one table, as in the public one."""
    made: dict[str, dict[str, float]] = {}
    blocks = frames["blocks"]
    for device in devices:
        for metric in ("latency", "energy"):
            column = f"{word_in(device, blocks)}_{_METRICS[metric]}"
            table = made[f"{device}_{metric}"] = {}
            for dataset in spec.datasets:
                here = blocks["dataset"] == dataset
                costs = blocks[here & (blocks["position"] > 0)]
                fixed = float(blocks.loc[here & (blocks["position"] == 0), column].iloc[0])
                keys = block_keys(spec.space, dataset)
                parts = fixed_costs(frames["layers"], spec.space, dataset, device, metric, fixed)
                for name, part in parts.items():
                    _put(table, keys.fixed[name], part)
                number = SPACES[spec.space]["shape"][0][0]
                places = zip(costs["position"], costs[number], costs[column])
                for position, choice, cost in places:
                    _put(table, keys.blocks[position - 1][int(choice)], float(cost))
    return made


def _put(table: dict[str, float], key: str, cost: float) -> None:
    if table.setdefault(key, cost) != cost:
        raise AssertionError(f"{key}: two costs for one shape")
