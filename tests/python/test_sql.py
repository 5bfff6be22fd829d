"""The data set asked in SQL: SQLite, and Parquet in DuckDB."""

import contextlib
import json
import sqlite3

import pytest
import tilewise
from dataset_specs import BLOCK_READERS, SAMPLE_READERS


@contextlib.contextmanager
def opened(folder, name):
    with contextlib.closing(sqlite3.connect(folder / f"{name}.sqlite")) as base:
        yield base


@pytest.mark.parametrize(
    ("fixture", "spec"),
    [("sample_folder", SAMPLE_READERS), ("block_readers_folder", BLOCK_READERS)],
)
def test_the_tables_hold_the_same_under_names_that_need_no_quotes(fixture, spec, request):
    folder = request.getfixturevalue(fixture)
    dataset = tilewise.dataset.load(folder)
    types = {"int64": "INTEGER", "float64": "REAL", "string": "TEXT", "bool": "INTEGER"}
    with opened(folder, spec["name"]) as base:
        for table, columns in dataset.columns.items():
            frame = getattr(dataset, table)
            declared = base.execute(f"PRAGMA table_info({table})").fetchall()
            assert [each[2] for each in declared] == [types[each.type] for each in columns]
            assert [bool(each[3]) for each in declared] == [not each.nullable for each in columns]
            for (_, name, *_), column in zip(declared, columns, strict=True):
                found = [
                    cell for (cell,) in base.execute(f"SELECT {name} FROM {table} ORDER BY rowid")
                ]
                expected = frame[column.name].astype(object)
                assert found == expected.where(expected.notna(), None).tolist(), column.name
                said = base.execute(
                    "SELECT source, unit, meaning FROM columns WHERE table_name = ? AND name = ?",
                    (table, name),
                ).fetchall()
                assert said == [(column.name, column.unit, column.meaning)]
        provenance = dict(base.execute("SELECT * FROM provenance"))
    assert json.loads(provenance["provenance"]) == dataset.provenance
    assert json.loads(provenance["spec"]) == dataset.spec.as_dict()


def test_what_sql_would_have_quoted_is_asked_plainly_and_found_by_an_index(sample_folder):
    asked = (
        "SELECT hwnasbench_zc706_no_ceilings_off_latency_ms FROM architectures"
        " WHERE dataset = 'cifar10' AND index_ = "
    )
    table = tilewise.dataset.load(sample_folder).architectures
    row = table[table["dataset"] == "cifar10"].iloc[5]
    with opened(sample_folder, "small") as base:
        assert base.execute(asked + str(row["index"])).fetchall() == [
            (row["hwnasbench-zc706:no_ceilings=off_latency_ms"],)
        ]
        plan = base.execute(f"EXPLAIN QUERY PLAN {asked}77").fetchall()
        assert "USING INDEX architectures_index (dataset=? AND index_=?)" in plan[0][-1]
        with pytest.raises(sqlite3.IntegrityError):  # a row a candidate and image set
            base.execute("INSERT INTO architectures SELECT * FROM architectures LIMIT 1")


def test_duckdb_reads_the_parquet_files(sample_folder):
    duckdb = pytest.importorskip("duckdb")
    dataset = tilewise.dataset.load(sample_folder)
    path = sample_folder / "architectures.parquet"
    column = "hwnasbench-zc706:no_ceilings=off_latency_ms"
    found = duckdb.sql(f"SELECT index, \"{column}\" FROM '{path}' WHERE dataset = 'ImageNet16-120'")
    table = dataset.architectures
    expected = table.loc[table["dataset"] == "ImageNet16-120", ["index", column]]
    assert found.fetchall() == list(expected.itertuples(index=False, name=None))
    layers = sample_folder / "layers.parquet"
    count = duckdb.sql(f"SELECT count(*) FROM '{layers}' WHERE proven").fetchall()
    assert count == [(int(dataset.layers["proven"].sum()),)]
