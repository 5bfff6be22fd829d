"""Reading a data set, which must be what it says it is."""

from __future__ import annotations

import json
import os
import pathlib
import pickle
import tempfile
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from tilewise._core import InputError
from tilewise.dataset import files, formats, public_layout, schema, splits
from tilewise.dataset.build import exactness, table_entry
from tilewise.dataset.formats.tables import parquet_metadata
from tilewise.dataset.schema import Column
from tilewise.dataset.spec import PARTS, Spec, read_spec
from tilewise.device_columns import word_in
from tilewise.tables import EXACT


@dataclass(frozen=True)
class Dataset:
    """A data set that was read and checked. `architectures` is None for a data set of FBNet without
    a sample, `blocks` for any other space. `digest` names the data set: cite it."""

    name: str
    description: str
    space: str
    architectures: pd.DataFrame | None
    blocks: pd.DataFrame | None
    layers: pd.DataFrame
    columns: dict[str, list[Column]]  # of each table: type, unit, meaning
    provenance: dict[str, Any]
    spec: Spec
    digest: str


def load(folder: str | os.PathLike[str]) -> Dataset:
    """The data set in a folder: its tables from Parquet, or from CSV where there is no Parquet.

    Raises InputError where a file is missing or not the one that was written; where the version of
    the schema is unknown; and where columns, types, units, row counts, order or keys are not those
    of the schema, or a number is missing or not finite.
    """
    return _Reader(pathlib.Path(folder)).dataset()


def validate(folder: str | os.PathLike[str]) -> Dataset:
    """As load, and all formats must hold the same."""
    reader = _Reader(pathlib.Path(folder))
    dataset = reader.dataset()
    reader.check_formats(dataset)
    return dataset


class _PlainUnpickler(pickle.Unpickler):
    """Of objects of Python's own; a pickle that would call anything is refused."""

    def find_class(self, module: str, name: str) -> NoReturn:
        raise pickle.UnpicklingError(f"names {module}.{name}")


class _Reader:
    def __init__(self, folder: pathlib.Path):
        self._folder = folder
        self._description = self._read_description()
        try:
            self._understand()
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            self._fail(files.DESCRIPTION, f"not as a data set has it ({error!r})")

    def dataset(self) -> Dataset:
        """The tables of the first format, checked."""
        ending = "parquet" if "parquet" in self._spec.formats else "csv"
        frames = {name: self._table(name, ending) for name in self._columns}
        if exactness(frames["layers"], self._devices) != self._provenance["exactness"]:
            self._fail(files.DESCRIPTION, "provenance.exactness: not that of the layers")
        return Dataset(
            name=self._spec.name,
            description=self._spec.description,
            space=self._spec.space,
            architectures=frames.get("architectures"),
            blocks=frames.get("blocks"),
            layers=frames["layers"],
            columns=self._columns,
            provenance=self._provenance,
            spec=self._spec,
            digest=self._description["digest"],
        )

    def check_formats(self, dataset: Dataset) -> None:
        """Raises InputError where a second format does not hold what `dataset` does."""
        frames = {name: getattr(dataset, name) for name in self._columns}
        if {"parquet", "csv"} <= set(self._spec.formats):
            for name, frame in frames.items():
                if not self._table(name, "csv").equals(frame):
                    self._fail(f"{name}.csv", f"does not hold what {name}.parquet does")
        if "pickle" in self._spec.formats:
            name = f"{self._spec.name}.pickle"
            try:
                with (self._folder / name).open("rb") as file:
                    nested = _PlainUnpickler(file).load()
            except Exception as error:  # a damaged pickle raises anything
                self._fail(name, f"not a pickle of plain values ({error})")
            if nested != public_layout.nested(frames, self._spec, self._devices):
                self._fail(name, "does not hold what the tables do")
        self._check_written_again(frames)

    def _check_written_again(self, frames: dict[str, pd.DataFrame]) -> None:
        """The formats that are written from the tables hold what they would be written with now."""
        contents = formats.Contents(
            self._spec, self._devices, self._columns, frames, self._without_files()
        )
        with tempfile.TemporaryDirectory() as folder:
            for each in (formats.FORMATS[name] for name in self._spec.formats):
                if each.same is None:
                    continue
                each.write(pathlib.Path(folder), contents)
                for name in each.files(self._spec, self._devices):
                    if not each.same(self._folder / name, pathlib.Path(folder) / name):
                        self._fail(name, "does not hold what the tables do")

    def _without_files(self) -> dict[str, Any]:
        """dataset.json without what depends on the files."""
        return {
            key: value
            for key, value in self._description.items()
            if key not in ("tables", "files", "digest")
        }

    def _fail(self, name: str, what: str) -> NoReturn:
        raise InputError(f"{self._folder / name}: {what}; build the data set again")

    def _read_description(self) -> dict[str, Any]:
        path = self._folder / files.DESCRIPTION
        try:
            description = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise InputError(f"{self._folder}: no {files.DESCRIPTION}; not a data set") from None
        except OSError as error:
            raise InputError(f"{path}: cannot be read: {error.strerror}") from None
        except (ValueError, RecursionError):
            self._fail(files.DESCRIPTION, "not valid JSON")
        if not isinstance(description, dict) or description.get("schema") != schema.SCHEMA:
            raise InputError(f"{path}: schema: expected {schema.SCHEMA}; not a data set")
        version = description.get("schema_version")
        if version not in schema.READ_VERSIONS:
            known = " and ".join(str(each) for each in schema.READ_VERSIONS)
            raise InputError(
                f"{path}: schema_version: {version}: this program reads {known}; use the "
                "version of tilewise that wrote it"
            )
        return description

    def _understand(self) -> None:
        """Checks all that dataset.json says, and that the files are those it names."""
        description = self._description
        self._provenance: dict[str, Any] = description["provenance"]
        self._spec = read_spec(description["spec"])
        said = {**self._spec.as_dict(), "description": self._spec.description}
        for where, keys in [
            (description, ("name", "description")),
            (self._provenance, ("space", "datasets", "objective", "factors")),
        ]:
            for key in keys:
                if where[key] != said[key]:
                    self._fail(files.DESCRIPTION, f"{key}: {where[key]}; expected {said[key]}")
        for key in ("tool", "version", "settings", "exactness"):
            self._provenance[key]
        self._devices = [str(each["name"]) for each in self._provenance["devices"]]
        tables = description["tables"].values()
        named = {each["name"] for table in tables for each in table["columns"]}
        self._columns = schema.tables(
            self._spec.space,
            self._devices,
            self._spec.splits is not None,
            self._spec.sample is not None,
            description["schema_version"],
            lambda device: word_in(device, named),
        )
        self._check_tables(description["tables"])
        if description["digest"] != files.digest(description):
            self._fail(files.DESCRIPTION, "was changed: it does not have the digest it names")
        self._check_files(description["files"])

    def _check_tables(self, tables: dict[str, Any]) -> None:
        """The tables that are described are those of the schema, column by column."""
        if list(tables) != list(self._columns):
            self._fail(
                files.DESCRIPTION,
                f"tables: {', '.join(tables)}; expected {', '.join(self._columns)}",
            )
        for name, columns in self._columns.items():
            expected = table_entry(name, columns, tables[name]["rows"])
            found = {each["name"]: each for each in tables[name]["columns"]}
            for column in columns:
                if column.name not in found:
                    self._fail(files.DESCRIPTION, f"{name}: column {column.name}: missing")
                for key, value in column.as_dict().items():
                    if found[column.name].get(key) != value:
                        self._fail(
                            files.DESCRIPTION,
                            f"{name}: column {column.name}: {key}: {found[column.name].get(key)}; "
                            f"expected {value}",
                        )
            if tables[name] != expected:
                self._fail(files.DESCRIPTION, f"{name}: not as the schema has it")

    def _check_files(self, recorded: dict[str, Any]) -> None:
        expected = set(formats.files_of(self._spec, self._devices))
        if set(recorded) != expected:
            self._fail(files.DESCRIPTION, f"files: expected {', '.join(sorted(expected))}")
        for name, entry in recorded.items():
            path = self._folder / name
            if not path.is_file():
                self._fail(name, "missing")
            size = path.stat().st_size
            if size != entry["bytes"]:
                self._fail(name, f"{size} bytes; {entry['bytes']} were written")
            if files.file_digest(path) != entry["sha256"]:
                self._fail(name, "was changed: its SHA-256 is not the one that was written")

    def _table(self, name: str, ending: str) -> pd.DataFrame:
        path = self._folder / f"{name}.{ending}"
        columns = self._columns[name]
        read = self._read_parquet if ending == "parquet" else self._read_csv
        frame = read(path, name, columns)
        rows = self._description["tables"][name]["rows"]
        if len(frame) != rows:
            self._fail(path.name, f"{len(frame)} rows; expected {rows}")
        for column in columns:
            values = frame[column.name]
            if not column.nullable and values.isna().any():
                self._fail(path.name, f"column {column.name}: a value is missing")
            known = values.dropna() if column.nullable else values
            if column.type == "float64" and not np.isfinite(known.to_numpy()).all():
                self._fail(path.name, f"column {column.name}: a number is not finite")
        if name == "architectures":
            self._check_architectures(path.name, frame)
        return frame

    def _check_architectures(self, name: str, frame: pd.DataFrame) -> None:
        """Every image set has the same architectures, once each, in order; parts are by hash."""
        if frame.duplicated(schema.KEYS["architectures"]).any():
            self._fail(name, "an index is there twice on one image set")
        places = {dataset: place for place, dataset in enumerate(self._spec.datasets)}
        order = frame["dataset"].map(places)
        sorted_rows = order.is_monotonic_increasing and all(
            rows["index"].is_monotonic_increasing for _, rows in frame.groupby("dataset")
        )
        if order.isna().any() or order.nunique() != len(places) or not sorted_rows:
            self._fail(name, f"not in the order of: {', '.join(self._spec.datasets)}, then index")
        if self._spec.splits is None:
            return
        if not frame["split"].isin(PARTS).all():
            self._fail(name, f"column split: expected {', '.join(PARTS)}")
        if (frame["split"] != splits.split(frame["arch_str"], self._spec.splits)).any():
            self._fail(name, "column split: not as the hash of the architectures decides")

    def _read_parquet(self, path: pathlib.Path, table: str, columns: list[Column]) -> pd.DataFrame:
        arrow = files.pyarrow(str(path))
        try:
            read = arrow.parquet.read_table(path, partitioning=None)
        except (arrow.ArrowException, OSError) as error:
            self._fail(path.name, f"not a Parquet file that can be read ({error})")
        metadata = parquet_metadata(self._description, table)
        if not read.schema.equals(files.arrow_schema(columns, metadata), check_metadata=True):
            self._fail(path.name, self._difference(read.schema, columns))
        nullable = {each.name for each in columns if each.nullable}
        made = {}
        for each in columns:
            values = read.column(each.name)
            if each.name in nullable:
                made[each.name] = values.to_pandas(
                    types_mapper={arrow.int64(): pd.Int64Dtype()}.get
                )
            else:
                made[each.name] = values.to_pandas()
        return pd.DataFrame(made)

    def _difference(self, found: Any, columns: list[Column]) -> str:
        """What of a Parquet schema is not as ours."""
        for column in columns:
            if column.name not in found.names:
                return f"column {column.name}: missing"
            field = found.field(column.name)
            unit = ((field.metadata or {}).get(b"unit", b"")).decode()
            if unit != column.unit:
                return f"column {column.name}: unit: {unit}; expected {column.unit}"
        return "its schema or provenance is not that of dataset.json"

    def _read_csv(self, path: pathlib.Path, _: str, columns: list[Column]) -> pd.DataFrame:
        names = [each.name for each in columns]
        types = {
            "int64": "int64",
            "float64": "float64",
            "string": str,
            "bool": str,
        }
        dtypes: dict[str, Any] = {
            each.name: "Int64" if each.nullable and each.type == "int64" else types[each.type]
            for each in columns
        }
        try:
            header = pd.read_csv(path, nrows=0).columns.tolist()
            if header != names:
                missing = [each for each in names if each not in header]
                self._fail(path.name, f"columns: missing {', '.join(missing) or 'order'}")
            frame: pd.DataFrame = pd.read_csv(
                path,
                **EXACT,
                dtype=dtypes,
                keep_default_na=False,
                na_values={each.name: [""] for each in columns if each.type != "string"},
            )
        except (ValueError, OSError) as error:
            if isinstance(error, InputError):
                raise
            self._fail(path.name, f"not a table of the schema ({error})")
        for each in columns:
            if each.type == "bool":
                if not frame[each.name].isin(["true", "false"]).all():
                    self._fail(path.name, f"column {each.name}: expected true or false")
                frame[each.name] = frame[each.name] == "true"
        return frame
