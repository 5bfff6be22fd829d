"""Files of a data set: written beside their folder and renamed when all are whole."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pathlib
import pickle
import shutil
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from tilewise._core import InputError
from tilewise.dataset import schema
from tilewise.dataset.schema import Column

DESCRIPTION = "dataset.json"
TABLES = ("architectures", "blocks", "layers")
PICKLE_PROTOCOL = 4

_PARQUET: dict[str, Any] = {
    "version": "2.6",
    "data_page_version": "1.0",
    "compression": "zstd",
    "compression_level": 3,
    "row_group_size": 65_536,
    "write_statistics": True,
    "store_schema": True,
}


def pyarrow(what: str) -> Any:
    """PyArrow with its Parquet part; `what` asks for it. Raises InputError where it is missing."""
    try:
        import pyarrow
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise InputError(f"{what}: needs PyArrow; pip install 'tilewise[dataset]'") from None
    return pyarrow


def canonical(data: Any) -> str:
    """JSON with one text for one content."""
    return json.dumps(
        data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(description: dict[str, Any]) -> str:
    """SHA-256 of dataset.json without its key `digest`: it names the data set, as it covers the
    hashes of all other files."""
    rest = {key: value for key, value in description.items() if key != "digest"}
    return hashlib.sha256(canonical(rest).encode()).hexdigest()


def file_digest(path: pathlib.Path) -> str:
    """SHA-256 of a file."""
    made = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            made.update(piece)
    return made.hexdigest()


def arrow_schema(columns: list[Column], metadata: dict[str, Any]) -> Any:
    """The Arrow schema of a table: unit and meaning of each column in the metadata of its field,
    `metadata` as JSON in that of the whole."""
    arrow = pyarrow("parquet")
    types = {
        "int64": arrow.int64(),
        "float64": arrow.float64(),
        "string": arrow.string(),
        "bool": arrow.bool_(),
    }
    fields = [
        arrow.field(
            each.name,
            types[each.type],
            nullable=each.nullable,
            metadata={"unit": each.unit, "meaning": each.meaning},
        )
        for each in columns
    ]
    return arrow.schema(fields, metadata={"tilewise": canonical(metadata)})


def write_parquet(
    path: pathlib.Path, frame: pd.DataFrame, columns: list[Column], metadata: dict[str, Any]
) -> None:
    """A table with the same bytes for the same content and version of PyArrow."""
    arrow = pyarrow("parquet")
    made = arrow_schema(columns, metadata)
    arrays = [arrow.array(frame[field.name], type=field.type, from_pandas=True) for field in made]
    arrow.parquet.write_table(arrow.Table.from_arrays(arrays, schema=made), path, **_PARQUET)


def write_csv(path: pathlib.Path, frame: pd.DataFrame, columns: list[Column]) -> None:
    """The same as text: shortest numbers that read back exactly, true and false, null empty."""
    texts = {
        each.name: frame[each.name].map({True: "true", False: "false"})
        for each in columns
        if each.type == "bool"
    }
    frame.assign(**texts).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def write_pickle(path: pathlib.Path, nested: dict[Any, Any]) -> None:
    """Objects of Python's own, in a fixed protocol."""
    path.write_bytes(pickle.dumps(nested, protocol=PICKLE_PROTOCOL))


def write_description(path: pathlib.Path, description: dict[str, Any]) -> None:
    """dataset.json, with its digest."""
    whole = {**description, "digest": digest(description)}
    text = json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    path.write_bytes(text.encode())


def check_folder(folder: pathlib.Path, names: Iterable[str]) -> None:
    """Raises InputError where `folder` is a file, or holds what is not of a data set: none of
    `names`, which are to be written, and not of an earlier one. Call it before the work: a refusal
    after it would be a waste."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(f"{folder}: not a folder; name another")
    ours = _names(names) | set(_earlier_files(folder))
    for each in sorted(os.listdir(folder)):
        if each not in ours:
            raise InputError(
                f"{folder}: holds {each}, which is not of a data set; name another folder"
            )


@contextlib.contextmanager
def new_folder(folder: pathlib.Path, names: Iterable[str]) -> Iterator[pathlib.Path]:
    """A folder to write the files `names` of a data set into. When the block is left without an
    exception they are moved to `folder`, dataset.json last, and what an earlier data set left there
    goes."""
    place = pathlib.Path(os.path.abspath(folder))
    part = place.with_name(f".{place.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        yield part
        _publish(part, place, names)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _publish(part: pathlib.Path, place: pathlib.Path, names: Iterable[str]) -> None:
    if not place.exists():
        part.rename(place)
        return
    ours = _names(names) | set(_earlier_files(place))
    made = sorted(os.listdir(part), key=lambda name: (name == DESCRIPTION, name))
    (place / DESCRIPTION).unlink(missing_ok=True)
    for file in os.listdir(place):
        if file in ours and file not in made:
            (place / file).unlink()
    for file in made:
        os.replace(part / file, place / file)


def _names(names: Iterable[str]) -> set[str]:
    tables = {f"{table}.{ending}" for table in TABLES for ending in ("parquet", "csv")}
    return tables | {*names, DESCRIPTION}


def _earlier_files(folder: pathlib.Path) -> list[str]:
    """Files that an earlier data set of another name left, as its dataset.json says."""
    try:
        earlier = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        if earlier["schema"] == schema.SCHEMA and earlier["digest"] == digest(earlier):
            return list(earlier["files"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return []
