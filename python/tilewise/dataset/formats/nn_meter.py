"""Kernels with their latencies, as microsoft/nn-meter (Zhang et al., MobiSys 2021) builds its
predictors from: [kernel][id] with "config" and "latency" in ms."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from tilewise.dataset.formats.format import Contents, Format, file_name

if TYPE_CHECKING:
    from tilewise.dataset.spec import Spec

_ENDING = "nn-meter.json"
# Devices whose model is of whole networks and knows no layers (docs/hwnasbench.md).
_PUBLISHED = "hwnasbench-"


def kernel_of(row: pd.Series) -> tuple[str, dict[str, int]] | None:
    """The kernel of a distinct layer and its configuration; None where there is none: maps, filters
    or steps that are not square, groups, dilation, a padding that is not half the filter."""
    size, taps, step = (int(row[name]) for name in ("image_vertical", "R", "stride_vertical"))
    channels, outputs = int(row["G"]) * int(row["C"]), int(row["G"]) * int(row["M"])
    operator = row["operator"]
    if operator == "fully_connected":
        return "fc", {"CIN": channels, "COUT": outputs}
    square = all(
        row[one] == row[other]
        for one, other in (("image_vertical", "image_horizontal"), ("R", "S"), ("P", "Q"))
    ) and (row["stride_vertical"] == row["stride_horizontal"])
    if not square or row["N"] != 1 or row["dilation_vertical"] != 1:
        return None
    if operator == "average_pool" and taps == size:
        return "global-avgpool", {"HW": size, "CIN": channels}
    if operator == "add":
        count = int(row["G"])
        return ("add", {"HW": size, "CIN": count}) if row["C"] == 2 else None
    if row["P"] != (size - 1) // step + 1:
        return None
    shape = {"HW": size, "CIN": channels, "COUT": outputs, "KERNEL_SIZE": taps}
    if operator == "convolution" and row["G"] == 1:
        return "conv-bn-relu", {**shape, "STRIDES": step}
    if operator == "depthwise" and channels == outputs:
        return "dwconv-bn-relu", {**shape, "STRIDES": step}
    if operator == "average_pool":
        return "avgpool", {**shape, "POOL_STRIDES": step}
    return None


def _kernels(layers: pd.DataFrame) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for place, (_, row) in enumerate(layers.iterrows()):
        kernel = kernel_of(row)
        if kernel is None:
            continue
        name, config = kernel
        size, channels = config.get("HW"), config["CIN"]
        made.setdefault(name, {})[f"id_{place}"] = {
            "model": row["name"],
            "shapes": [[size, size, channels] if size else [channels]],
            "config": config,
            "latency": f"{float(row['latency_ms'])!r} +- 0.0",
        }
    return made


def _mapped(devices: Sequence[str]) -> list[str]:
    return [device for device in devices if not device.startswith(_PUBLISHED)]


def _files(spec: Spec, devices: Sequence[str]) -> list[str]:
    return [file_name(spec, device, _ENDING) for device in _mapped(devices)]


def _write(folder: pathlib.Path, contents: Contents) -> None:
    layers = contents.frames["layers"]
    for device in _mapped(contents.devices):
        kernels = _kernels(layers[layers["device"] == device])
        path = folder / file_name(contents.spec, device, _ENDING)
        path.write_bytes((json.dumps(kernels, indent=1) + "\n").encode())


def _refusal(spec: Spec) -> str:
    if not _mapped(spec.devices):
        return (
            "nn-meter: holds layers, and published models know whole networks alone; add a device "
            "that is no hwnasbench-*, or leave it out"
        )
    return ""


NN_METER = Format(
    name="nn-meter",
    meaning="kernels with latencies in ms (JSON, microsoft/nn-Meter)",
    files=_files,
    write=_write,
    refusal=_refusal,
)
