"""Costs in the layout of HW-NAS-Bench's public file.

A space whose candidates have indices: a column of numbers for each metric. A space of blocks: a
table from the key of a block, "ConvBlock_H32_W32_Cin16_Cout16_exp1_kernel3_stride1_group1", to a
number for each metric; a network is the sum of its fixed parts and blocks. Latency in ms, energy in
mJ.
"""

from __future__ import annotations

import functools
import os
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from tilewise import _core
from tilewise._core import InputError
from tilewise.device_columns import column_word
from tilewise.registry import datasets_of
from tilewise.spaces import BlockSpace, IndexedSpace
from tilewise.sweeps import sweep

Column = npt.NDArray[np.float64]
Device = Union[str, "os.PathLike[str]"]

# The metrics of the public file, in its order; a space has some of them.
METRICS = (
    "edgegpu_latency",
    "edgegpu_energy",
    "raspi4_latency",
    "edgetpu_latency",
    "pixel3_latency",
    "eyeriss_latency",
    "eyeriss_energy",
    "eyeriss_arithmetic_intensity",
    "fpga_latency",
    "fpga_energy",
)
PUBLISHED_EYERISS = "hwnasbench-eyeriss"


def check_dataset(space: str, dataset: str, there_are: object = None) -> None:
    """Raises InputError, which lists the data sets of a space, or those that `there_are`."""
    known = list(datasets_of(space) if there_are is None else there_are)  # type: ignore[call-overload]
    if dataset not in known:
        raise InputError(f"{dataset}: no such data set of {space}; there are: {', '.join(known)}")


def in_public_order(metrics: Any) -> list[str]:
    """The public metrics first, in their order; then the others as they come."""
    public = [metric for metric in METRICS if metric in metrics]
    return public + [metric for metric in metrics if metric not in public]


def columns_by_index(
    space: str, prefix: str, device: Device, dataset: str, **options: Any
) -> dict[str, Column]:
    """`<prefix>_latency`, `<prefix>_energy` of all candidates of a space on a device; for
    "eyeriss", as in the public file, the arithmetic intensity too: MACs a byte of off-chip traffic,
    of the published model the published number.

    options: `objective`, `factors`, `threads`, `progress` of tilewise.sweep.
    """
    table = sweep(space, [dataset], [os.fspath(device)], **options)
    devices: Any = table.attrs["devices"]
    name = devices[0]["name"]
    word = column_word(name)
    columns = {"latency": "latency_ms", "energy": "energy_mJ"}
    if prefix == "eyeriss":
        columns["arithmetic_intensity"] = "arithmetic_intensity_macs_per_byte"
    found = {
        f"{prefix}_{metric}": table[f"{word}_{column}"].to_numpy(np.float64)
        for metric, column in columns.items()
    }
    if prefix == "eyeriss" and name.startswith(PUBLISHED_EYERISS):
        # MACs a 16-bit word, with one for the bias of each class: E23 of docs/hwnasbench.md.
        macs = table["macs"] + IndexedSpace(space).config(0, dataset)["num_classes"]
        intensity = macs / (table[f"{word}_dram_bytes"] / 2)
        found[f"{prefix}_arithmetic_intensity"] = intensity.to_numpy(np.float64)
    return found


def tables_by_block(
    space: str, prefix: str, device: Device, dataset: str, **options: Any
) -> dict[str, dict[str, float]]:
    """`<prefix>_latency`, `<prefix>_energy` of all blocks of a space, by their keys, on a device.

    options: `objective`, `factors`, `threads`, `progress` of tilewise.space.
    """
    swept = BlockSpace(space, dataset, [os.fspath(device)], **options)
    keys = block_keys(space, dataset)
    tables = {}
    for metric, column in {"latency": "latency_ms", "energy": "energy_mJ"}.items():
        parts = swept.fixed_parts(column)
        table = {keys.fixed[part]: value for part, value in parts.items()}
        blocks = swept.blocks[f"{swept.devices[0]}_{column}"].to_list()[1:]
        in_order = (key for row in keys.blocks for key in row)
        table.update({key: blocks[i] for i, key in enumerate(in_order)})
        tables[f"{prefix}_{metric}"] = table
    return tables


class BlockKeys:
    """How the public file names the parts of a space of blocks on a data set."""

    def __init__(self, space: str, dataset: str) -> None:
        fixed, blocks = _core.block_keys(space, dataset)
        #: [position][choice]
        self.blocks: list[list[str]] = blocks
        #: by the name of the fixed part, in the order in which they run
        self.fixed: dict[str, str] = dict(fixed)

    def of(self, ops: list[int]) -> list[str]:
        """The parts of a network in the order in which they run: the first fixed part, the blocks,
        the rest."""
        blocks = [self.blocks[position][op] for position, op in enumerate(ops)]
        first, *rest = self.fixed.values()
        return [first, *blocks, *rest]


@functools.cache
def block_keys(space: str, dataset: str) -> BlockKeys:
    """The keys of a data set, made once."""
    check_dataset(space, dataset)
    return BlockKeys(space, dataset)
