"""The table of NAS-Bench-201 in EvoXBench's SQLite file (Lu et al., 2022; EMI-Group/evoxbench): a
row an architecture, with hw_info[dataset][metric] as JSON. It has no accuracies, which the public
evaluator asks for first: docs/readers.md tells how hw_info joins the public file."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from tilewise.dataset.formats.format import Contents, Format, only_nasbench201
from tilewise.dataset.formats.sqlite import new_database, same_database
from tilewise.device_columns import word_in

if TYPE_CHECKING:
    from tilewise.dataset.spec import Spec

# That of the model NASBench201Result in Django's words: application, then class.
TABLE = "nasbench201_nasbench201result"
_JSON = ("genotype", "result", "cost12", "cost200", "hw_info", "more_info")
_METRICS = {
    "latency": "latency_ms",
    "energy": "energy_mJ",
    "arithmetic_intensity": "arithmetic_intensity_macs_per_byte",
}


def _file_name(spec: Spec) -> str:
    return f"{spec.name}.evoxbench.sqlite3"


def _definition() -> str:
    texts = {name: f'"{name}" text NOT NULL CHECK (JSON_VALID("{name}"))' for name in _JSON}
    columns = [
        '"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT',
        texts["genotype"],
        texts["result"],
        '"index" integer NOT NULL',
        '"phenotype" varchar(256) NOT NULL',
        *(texts[name] for name in _JSON[2:]),
    ]
    return f'CREATE TABLE "{TABLE}" ({", ".join(columns)})'


def _records(table: pd.DataFrame, spec: Spec, devices: Sequence[str]) -> dict[str, Any]:
    """[text]: its index, and what is known of it on each image set. Multiplications and parameters
    in millions, as NAS-Bench-201 counts them."""
    columns = {
        f"{device}_{metric}": f"{word_in(device, table)}_{column}"
        for device in devices
        for metric, column in _METRICS.items()
    }
    made: dict[str, Any] = {}
    for dataset in spec.datasets:
        rows = table[table["dataset"] == dataset]
        lists = {metric: rows[column].tolist() for metric, column in columns.items()}
        for place, (index, text, macs, params) in enumerate(
            rows[["index", "arch_str", "macs", "params"]].itertuples(index=False)
        ):
            record = made.setdefault(text, {"index": int(index), "cost": {}, "hw_info": {}})
            record["cost"][dataset] = {"flops": macs / 1e6, "params": params / 1e6}
            record["hw_info"][dataset] = {name: values[place] for name, values in lists.items()}
    return made


def _write(folder: pathlib.Path, contents: Contents) -> None:
    records = _records(contents.frames["architectures"], contents.spec, contents.devices)
    rows = []
    for place, (text, record) in enumerate(records.items(), 1):
        cost, hw_info = json.dumps(record["cost"]), json.dumps(record["hw_info"])
        rows.append((place, "{}", "{}", record["index"], text, cost, cost, hw_info, "{}"))
    with new_database(folder / _file_name(contents.spec)) as base:
        base.execute(_definition())
        base.executemany(f'INSERT INTO "{TABLE}" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', rows)
        for column in ("index", "phenotype"):
            base.execute(f'CREATE INDEX "{TABLE}_{column}" ON "{TABLE}" ("{column}")')


def _files(spec: Spec, _: Sequence[str]) -> list[str]:
    return [_file_name(spec)]


EVOXBENCH = Format(
    name="evoxbench",
    meaning="EvoXBench's table with hw_info[dataset][metric], SQLite; nasbench201",
    files=_files,
    write=_write,
    refusal=only_nasbench201("evoxbench"),
    same=same_database,
)
