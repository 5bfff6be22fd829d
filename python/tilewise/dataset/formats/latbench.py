"""The dictionaries of LatBench (Dudziak et al., BRP-NAS, NeurIPS 2020), as SamsungLabs/eagle reads
them: (six operations) to seconds."""

from __future__ import annotations

import functools
import pathlib
import re

from tilewise.dataset import files
from tilewise.dataset.formats.format import (
    Contents,
    Format,
    columns_of,
    file_name,
    only_nasbench201,
    per_device,
)
from tilewise.device_columns import word_in

_ENDING = "latbench.pickle"
# The numbers of the operations: eagle, eagle/models/nasbench201/utils.py.
_OPERATIONS = {
    "none": 0,
    "skip_connect": 1,
    "nor_conv_1x1": 2,
    "nor_conv_3x3": 3,
    "avg_pool_3x3": 4,
}


@functools.cache
def arch_vector(arch_str: str) -> tuple[int, ...]:
    """The operations of a cell in the order of its text."""
    return tuple(_OPERATIONS[name] for name in re.findall(r"\|?([a-z0-9_]+)~[0-9]", arch_str))


def _write(folder: pathlib.Path, contents: Contents) -> None:
    table = contents.frames["architectures"]
    for dataset, device in columns_of(contents.spec, contents.devices):
        rows = table[table["dataset"] == dataset]
        latencies = rows[f"{word_in(device, rows)}_latency_ms"].tolist()
        vectors = map(arch_vector, rows["arch_str"])
        seconds = {key: ms / 1e3 for key, ms in zip(vectors, latencies)}
        # In the order in which eagle counts: the first operation runs fastest.
        ordered = {key: seconds[key] for key in sorted(seconds, key=lambda key: key[::-1])}
        path = folder / file_name(contents.spec, dataset, device, _ENDING)
        files.write_pickle(path, ordered)


LATBENCH = Format(
    name="latbench",
    meaning="LatBench's {architecture: seconds} (SamsungLabs/eagle); nasbench201",
    files=per_device(_ENDING),
    write=_write,
    refusal=only_nasbench201("latbench"),
)
