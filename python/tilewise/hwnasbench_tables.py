"""Costs in the layout of HW-NAS-Bench's public file.

NAS-Bench-201: a column of 15,625 numbers for each metric. FBNet: a table from the key of a block,
"ConvBlock_H32_W32_Cin16_Cout16_exp1_kernel3_stride1_group1", to a number for each metric; a network
is the sum of its stem, 22 blocks, head, pool and classifier. Latency in ms, energy in mJ.
"""

from __future__ import annotations

import functools
import os
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from tilewise._core import InputError
from tilewise.spaces import FBNet, NASBench201
from tilewise.sweeps import sweep

Column = npt.NDArray[np.float64]
Device = Union[str, "os.PathLike[str]"]

DATASETS = {"nasbench201": NASBench201.datasets, "fbnet": ("cifar100", "ImageNet")}

# In the order of the public file.
METRICS = {
    "nasbench201": (
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
    ),
    "fbnet": (
        "edgegpu_latency",
        "edgegpu_energy",
        "raspi4_latency",
        "pixel3_latency",
        "eyeriss_latency",
        "eyeriss_energy",
        "fpga_latency",
        "fpga_energy",
    ),
}


def check_dataset(space: str, dataset: str, there_are: object = None) -> None:
    """Raises InputError, which lists the data sets of a space, or those that `there_are`."""
    known = list(DATASETS[space] if there_are is None else there_are)  # type: ignore[call-overload]
    if dataset not in known:
        raise InputError(f"{dataset}: no such data set of {space}; there are: {', '.join(known)}")


def in_public_order(space: str, metrics: Any) -> list[str]:
    """The public metrics first, in their order; then the others as they come."""
    public = [metric for metric in METRICS[space] if metric in metrics]
    return public + [metric for metric in metrics if metric not in public]


def nasbench201_columns(
    prefix: str, device: Device, dataset: str, **options: Any
) -> dict[str, Column]:
    """`<prefix>_latency`, `<prefix>_energy` of all architectures on a device; for "eyeriss", as in
    the public file, the arithmetic intensity too: MACs a byte of off-chip traffic.

    options: `objective`, `factors`, `threads`, `progress` of tilewise.sweep.
    """
    table = sweep("nasbench201", [dataset], [os.fspath(device)], **options)
    devices: Any = table.attrs["devices"]
    name = devices[0]["name"]
    columns = {"latency": "latency_ms", "energy": "energy_mJ"}
    if prefix == "eyeriss":
        columns["arithmetic_intensity"] = "arithmetic_intensity_macs_per_byte"
    return {
        f"{prefix}_{metric}": table[f"{name}_{column}"].to_numpy(np.float64)
        for metric, column in columns.items()
    }


def fbnet_tables(
    prefix: str, device: Device, dataset: str, **options: Any
) -> dict[str, dict[str, float]]:
    """`<prefix>_latency`, `<prefix>_energy` of all blocks of FBNet, by their keys, on a device.

    options: `objective`, `factors`, `threads`, `progress` of tilewise.space.
    """
    space = FBNet(dataset, [os.fspath(device)], **options)
    keys = fbnet_keys(dataset)
    tables = {}
    for metric, column in {"latency": "latency_ms", "energy": "energy_mJ"}.items():
        parts = space.fixed_parts(column)
        table = {keys.fixed[part]: value for part, value in parts.items()}
        blocks = space.blocks[f"{space.devices[0]}_{column}"].to_list()[1:]
        in_order = (key for row in keys.blocks for key in row)
        table.update({key: blocks[i] for i, key in enumerate(in_order)})
        tables[f"{prefix}_{metric}"] = table
    return tables


class FBNetKeys:
    """How the public file names the parts of FBNet on a data set."""

    def __init__(self, dataset: str) -> None:
        space = FBNet(dataset)
        rows = space.blocks.iloc[1:].to_dict("records")
        #: [position][op]
        self.blocks = [
            [_block_key(row) for row in rows if row["position"] == position]
            for position in range(1, FBNet.positions + 1)
        ]
        #: k3_e1, ..., skip
        self.ops: list[str] = [str(row["block"]) for row in rows[: len(self.blocks[0])]]
        layers = space.network([self.ops.index("skip")] * FBNet.positions).layers
        stem, head, pool, classifier = layers[0], *layers[-3:]
        #: of "stem", "head", "pool", "classifier"
        self.fixed = {
            "stem": _convolution_key(stem),
            "head": _convolution_key(head),
            "pool": "AvgP_H{0}_W{1}_Cin{2}_Cout{2}_kernel{3}_stride1".format(
                *pool.image, pool.bounds["G"], pool.bounds["R"]
            ),
            "classifier": "FC_Cin{C}_Cout{M}".format(**classifier.bounds),
        }
        self.classes: int = classifier.bounds["M"]

    def of(self, ops: list[int]) -> list[str]:
        """The parts of a network in the order in which they run."""
        blocks = [self.blocks[position][op] for position, op in enumerate(ops)]
        return [self.fixed["stem"], *blocks, *list(self.fixed.values())[1:]]


@functools.cache
def fbnet_keys(dataset: str) -> FBNetKeys:
    """The keys of a data set, made once."""
    check_dataset("fbnet", dataset)
    return FBNetKeys(dataset)


def _block_key(row: dict[Any, Any]) -> str:
    shape = "H{input_size}_W{input_size}_Cin{input_channels}_Cout{output_channels}"
    block = "_exp{expansion}_kernel{kernel}_stride{stride}_group{groups}"
    if row["block"] == "skip":
        return ("Skip_" + shape + "_stride{stride}").format(**row)
    return ("ConvBlock_" + shape + block).format(**row)


def _convolution_key(layer: Any) -> str:
    height, width = layer.image
    return (
        f"ConvNorm_H{height}_W{width}_Cin{layer.bounds['C']}_Cout{layer.bounds['M']}"
        f"_kernel{layer.bounds['R']}_stride{layer.stride[0]}_group{layer.bounds['G']}"
    )
