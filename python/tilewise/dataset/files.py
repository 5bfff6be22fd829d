"""Files of a data set: written into a hidden folder and moved when all are whole."""

from __future__ import annotations

import contextlib
import hashlib
import json
import pathlib
import pickle
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from tilewise import outputs
from tilewise._core import InputError
from tilewise.dataset import schema
from tilewise.dataset.schema import Column
from tilewise.outputs import file_digest

DESCRIPTION = "dataset.json"
TABLES = ("architectures", "blocks", "layers")
PICKLE_PROTOCOL = 4

_WHAT = "a data set"

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
    `names`, which are to be written, and not of an earlier one, as it was written. Call it before
    the work: a refusal after it would be a waste."""
    written = _written(folder)
    may_write = _names(names).__contains__
    outputs.check_folder(folder, _WHAT, may_write, written, besides=written.__contains__)


@contextlib.contextmanager
def new_folder(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    """A folder to write the files of a data set into. When the block is left without an exception
    they are moved to `folder`, which is locked, dataset.json last, and what an earlier data set
    left there goes."""
    written = _written(folder)
    with outputs.new_files(folder, _WHAT, DESCRIPTION, written, keep_list=False) as part:
        yield part


def _names(names: Iterable[str]) -> set[str]:
    tables = {f"{table}.{ending}" for table in TABLES for ending in ("parquet", "csv")}
    return tables | {*names, DESCRIPTION}


def _written(folder: pathlib.Path) -> outputs.Written:
    """The files of an earlier data set, as its dataset.json says, or of one whose writing was cut
    short."""
    listed = outputs.written_files(folder)
    written = listed if DESCRIPTION in listed else {}
    try:
        earlier = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        if earlier["schema"] == schema.SCHEMA and earlier["digest"] == digest(earlier):
            written.setdefault(DESCRIPTION, set()).add(file_digest(folder / DESCRIPTION))
            for name, facts in earlier["files"].items():
                written.setdefault(name, set()).add(facts["sha256"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return written
