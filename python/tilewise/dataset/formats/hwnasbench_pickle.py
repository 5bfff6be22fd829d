"""The pickle in the layout of HW-NAS-Bench."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tilewise.dataset import files, public_layout
from tilewise.dataset.formats.format import Contents, Format
from tilewise.registry import is_indexed

if TYPE_CHECKING:
    from tilewise.dataset.spec import Spec


def _files(spec: Spec, _: Sequence[str]) -> list[str]:
    return [f"{spec.name}.pickle"]


def _write(folder: pathlib.Path, contents: Contents) -> None:
    spec = contents.spec
    nested = public_layout.nested(contents.frames, spec, list(contents.devices))
    files.write_pickle(folder / f"{spec.name}.pickle", nested)


def _refusal(spec: Spec) -> str:
    if spec.sample and is_indexed(spec.space):
        return (
            "the lists of the pickle have an entry for every architecture; leave out `sample`, or "
            "give formats: [parquet, csv]"
        )
    return ""


PICKLE = Format(
    name="pickle",
    meaning="the layout of HW-NAS-Bench's public file",
    files=_files,
    write=_write,
    refusal=_refusal,
    same=None,
    default=True,
)
