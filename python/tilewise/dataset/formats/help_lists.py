"""The lists of HELP (Lee et al., NeurIPS 2021), as HayeonLee/HELP loads them: latencies in ms in
the order of its architectures."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tilewise.dataset.formats.format import Contents, Format, columns_of, file_name
from tilewise.dataset.formats.torch_file import write_torch_file
from tilewise.device_columns import word_in

if TYPE_CHECKING:
    from tilewise.dataset.spec import Spec

_ENDING = "help.pt"
_ARCHITECTURES = "metainfo.help.pt"


def _files(spec: Spec, devices: Sequence[str]) -> list[str]:
    names = [file_name(spec, *of, _ENDING) for of in columns_of(spec, devices)]
    if spec.space == "fbnet":
        names += [file_name(spec, dataset, _ARCHITECTURES) for dataset in spec.datasets]
    return names


def _write(folder: pathlib.Path, contents: Contents) -> None:
    spec, table = contents.spec, contents.frames["architectures"]
    for dataset, device in columns_of(spec, contents.devices):
        column = f"{word_in(device, table)}_latency_ms"
        latencies = table.loc[table["dataset"] == dataset, column].tolist()
        write_torch_file(folder / file_name(spec, dataset, device, _ENDING), latencies)
    if spec.space != "fbnet":
        return
    for dataset in spec.datasets:
        texts = table.loc[table["dataset"] == dataset, "arch_str"]
        listed = [{"op_idx_list": [int(op) for op in text.split(",")]} for text in texts]
        write_torch_file(folder / file_name(spec, dataset, _ARCHITECTURES), {"arch": listed})


def _refusal(spec: Spec) -> str:
    if spec.space == "nasbench201":
        lists = "the lists of help have an entry for every architecture"
        return f"{lists}; leave out `sample`, or help" if spec.sample else ""
    if spec.space == "fbnet":
        lists = "the lists of help have an entry for each architecture of a sample"
        return "" if spec.sample else f"{lists}; add `sample`, or leave out help"
    return f"help: holds nasbench201 and fbnet, not {spec.space}; leave it out"


HELP = Format(
    name="help",
    meaning="HELP's lists in ms (HayeonLee/HELP, torch.load); nasbench201, fbnet",
    files=_files,
    write=_write,
    refusal=_refusal,
)
