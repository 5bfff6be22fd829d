"""Columns of devices: identifiers that SQL takes, and tables of earlier versions."""

import json
import re

import pandas as pd
import pytest
import tilewise
from tilewise.dataset import schema
from tilewise.device_columns import word_in
from tilewise.searches import metrics
from tilewise.searches.costs import IndexedCosts


@pytest.mark.parametrize("word", ["board:zc706", "board_zc706"])
def test_a_search_takes_a_table_of_either_version(word):
    texts = ["|a~0|", "|b~0|"]
    table = pd.DataFrame({
        "index": [0, 1], "arch_str": texts, "macs": [5, 6], "params": [7, 8],
        f"{word}_latency_ms": [1.0, 2.0], f"{word}_energy_mJ": [3.0, 4.0],
        f"{word}_dram_bytes": [9.0, 9.0],
    })  # fmt: skip
    table.attrs = {"space": "s", "datasets": ["d"], "devices": [{"name": "board:zc706"}]}
    found = IndexedCosts(table).candidate_at(1).costs
    assert found["board_zc706_latency_ms"] == 2.0 and found["board_zc706_edp_mJ_ms"] == 8.0
    for asked in ("board:zc706:latency_ms", "board:zc706_latency_ms", "board_zc706_latency_ms"):
        metric = metrics.resolve(asked, ["board:zc706"], None, "objectives")
        assert metric.column == "board_zc706_latency_ms"


def test_the_columns_of_a_data_set_are_identifiers_and_keep_the_names_of_other_devices():
    tables = schema.tables("fbnet", ["board:zc706", "hwnasbench-zc706"], False, True)
    names = [each.name for table in ("architectures", "blocks") for each in tables[table]]
    ours = [each for each in names if "board" in each]
    assert len(ours) == 8 + 3 and all(re.fullmatch("[A-Za-z0-9_]+", each) for each in ours)
    assert "hwnasbench-zc706_latency_ms" in names


def test_a_data_set_of_an_earlier_version_is_read(tmp_path):
    spec = tmp_path / "s.yaml"
    spec.write_text(
        "name: s\nspace: fbnet\ndatasets: [cifar100]\ndevices: [hwnasbench-zc706]\n"
        "formats: [csv]\n"
    )
    folder = tmp_path / "set"
    tilewise.dataset.build(spec, folder, threads=1)
    old = json.loads((folder / "dataset.json").read_text())
    names = {each["name"] for table in old["tables"].values() for each in table["columns"]}
    assert word_in("hwnasbench-zc706", names) == "hwnasbench-zc706"
    assert word_in("board:zc706", {"board:zc706_latency_ms"}) == "board:zc706"
    assert word_in("board:zc706", names) == "board_zc706"
    assert len(tilewise.dataset.load(folder).blocks) == 199
