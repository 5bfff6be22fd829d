"""Making a data set: the sweep, its provenance, the files."""

from __future__ import annotations

import hashlib
import os
import pathlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from tilewise import _core, outputs
from tilewise._core import InputError
from tilewise.costs import Progress
from tilewise.dataset import files, schema, splits
from tilewise.dataset import formats as all_formats
from tilewise.dataset.formats import Contents
from tilewise.dataset.schema import Column
from tilewise.dataset.spec import Spec, read_spec
from tilewise.registry import is_indexed
from tilewise.sweeps import provenance as sweep_provenance
from tilewise.tables import read_csv


def build(
    spec: Spec | Mapping[str, Any] | str | os.PathLike[str],
    out: str | os.PathLike[str],
    threads: int = 0,
    progress: Progress | None = None,
    formats: Iterable[str] | None = None,
) -> str:
    """Writes a data set into the folder `out`: Parquet, CSV, a pickle in the layout of HW-NAS-Bench
    and what other public projects read, as the specification says, and dataset.json with schema and
    provenance.

    spec: a file, a shipped name ("nasbench201", "fbnet") or a dict with the keys of
    docs/dataset.md. formats: instead of those of the specification (docs/readers.md). An earlier
    data set in the folder is replaced; a folder that holds anything else is refused. The files
    appear when all are whole. The same bytes for any number of threads. progress(phase, share) is
    called from any thread; share is 0 to 1. Returns the digest, which names the data set.

    Raises InputError. Ctrl-C raises KeyboardInterrupt.
    """
    asked = read_spec(spec, formats)
    folder = pathlib.Path(out)
    written = all_formats.check(asked)
    with outputs.locked(folder):
        files.check_folder(folder, written)
        return _build(asked, folder, threads, progress)


def _build(asked: Spec, folder: pathlib.Path, threads: int, progress: Progress | None) -> str:
    frames, provenance = _swept(asked, threads, progress)
    names = [device["name"] for device in provenance["devices"]]
    tables = schema.tables(asked.space, names, asked.splits is not None, asked.sample is not None)
    frames = {name: typed(frames[name], columns) for name, columns in tables.items()}
    provenance["exactness"] = exactness(frames["layers"], names)
    description = {
        "schema": schema.SCHEMA,
        "schema_version": schema.VERSION,
        "name": asked.name,
        "description": asked.description,
        "provenance": provenance,
        "spec": asked.as_dict(),
    }
    with files.new_folder(folder) as part:
        all_formats.write(part, Contents(asked, names, tables, frames, description))
        made = {path.name: _file(path) for path in sorted(part.iterdir())}
        described = {
            name: table_entry(name, columns, len(frames[name])) for name, columns in tables.items()
        }
        whole = {**description, "tables": described, "files": made}
        files.write_description(part / files.DESCRIPTION, whole)
    return files.digest(whole)


def typed(frame: pd.DataFrame, columns: list[Column]) -> pd.DataFrame:
    """The columns of a table in the types of the schema; a null is a missing value. Raises
    InputError where a number is not finite."""
    made: dict[str, Any] = {}
    for column in columns:
        values = frame[column.name]
        if column.type == "bool":
            made[column.name] = values == "yes"
        elif column.nullable and column.type == "float64":
            made[column.name] = pd.to_numeric(values.replace("", np.nan)).astype("float64")
        elif column.nullable:
            made[column.name] = pd.to_numeric(values.replace("", np.nan)).astype("Int64")
        elif column.type == "int64":
            made[column.name] = values.astype("int64")
        elif column.type == "float64":
            made[column.name] = values.astype("float64")
            if not np.isfinite(made[column.name].to_numpy()).all():
                raise InputError(f"{column.name}: a number is not finite; leave that device out")
        else:
            made[column.name] = values
    return pd.DataFrame(made)


def table_entry(name: str, columns: list[Column], rows: int) -> dict[str, Any]:
    """What dataset.json says of a table."""
    return {
        "rows": rows,
        "order": schema.ORDERS[name],
        "key": schema.KEYS.get(name, []),
        "columns": [column.as_dict() for column in columns],
    }


def exactness(layers: pd.DataFrame, devices: list[str]) -> dict[str, Any]:
    """Over which spaces how many mappings of layers are proven to be the best."""
    entries = []
    for device in devices:
        mine = layers[layers["device"] == device]
        control = "mapped"
        if mine.empty:
            control = "published model of networks"
        elif (mine["factors"] == "fixed").all():
            control = "fixed"
        counts = mine["factors"].value_counts()
        entries.append(
            {
                "device": device,
                "control": control,
                "layers": len(mine),
                "proven": int(mine["proven"].sum()),
                "factors": {str(each): int(counts[each]) for each in sorted(counts.index)},
            }
        )
    return {"layers": len(layers), "proven": int(layers["proven"].sum()), "devices": entries}


def _swept(
    spec: Spec, threads: int, progress: Progress | None
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """The tables as C++ hands them over, and how they came to be."""
    devices = spec.device_files()
    asked = (list(spec.datasets), devices, spec.objective, spec.factors)
    frames: dict[str, pd.DataFrame] = {}
    result = _core.sweep(spec.space, *asked, spec.prune_dead, spec.schedule, threads, progress)
    if is_indexed(spec.space):
        frames["architectures"] = _sampled(result.costs(), spec)
    else:
        frames["blocks"] = read_csv(result.blocks_csv())
        if spec.sample:
            choices = _core.block_sample(spec.space, spec.sample.count, spec.sample.seed, threads)
            frames["architectures"] = _core.block_rows(result, choices, threads).costs()
    if spec.splits:
        table = frames["architectures"]
        frames["architectures"] = table.assign(split=splits.split(table["arch_str"], spec.splits))
    frames["layers"] = read_csv(result.layers_csv())
    provenance: dict[str, Any] = sweep_provenance(result, spec.objective, spec.factors)
    texts = result.configurations()
    for place, entry in enumerate(provenance["devices"]):
        text = texts[place]
        entry |= {
            "asked": spec.devices[place],
            "configuration_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "file_sha256": _architecture_digest(devices[place]),
            "text": text,
        }
    return frames, {"tool": "tilewise", **provenance}


def _sampled(table: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    if not spec.sample:
        return table
    per_dataset = len(table) // len(spec.datasets)
    if spec.sample.count > per_dataset:
        raise InputError(
            f"sample.count: {spec.sample.count}: the space has {per_dataset} architectures"
        )
    chosen = splits.sampled(table["arch_str"], spec.sample.count, spec.sample.seed)
    return table[chosen].reset_index(drop=True)


def _architecture_digest(name: str) -> str | None:
    """SHA-256 of the file of a device; none for what has no file of its own: boards, presets."""
    shipped = pathlib.Path(os.environ["TILEWISE_CONFIGS"]) / "arch"
    places = [pathlib.Path(name)]
    if "/" not in name:
        places += [shipped / name, shipped / f"{name}.yaml"]
    for place in places:
        if place.is_file():
            return files.file_digest(place)
    return None


def _file(path: pathlib.Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": files.file_digest(path)}
