"""What networks cost: one and several, the store, what does not fit, and the program's part."""

import json
import os
import signal
import subprocess
import time

import pytest
import tilewise
from conftest import PROGRAM, run

POOL = """\
name: net
input: {channels: 8, height: 14, width: 14}
layers:
  - {name: conv, op: convolution, output_channels: 8, kernel: 1}
  - {name: pool5, op: average_pool, kernel: 13, stride: 1, bits: 512 bit}
"""
# Distinct layers with a search of some milliseconds each, of many seconds together.
MANY = "name: many\nlayers:\n" + "".join(
    f"  - {{name: l{c}, op: convolution, dims: {{M: 384, C: {c}, P: 13, Q: 13, R: 3, S: 3}}}}\n"
    for c in range(200, 400)
)


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A folder with two networks, the second of which does not fit eyeriss."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a.yaml").write_text(
        "name: a\ninput: {channels: 4, height: 4, width: 4}\nlayers:\n"
        "  - {name: first, op: convolution, output_channels: 8, kernel: 3, padding: 1}\n"
    )
    (tmp_path / "models" / "b.yaml").write_text(POOL)
    return tmp_path


def test_lists_have_a_row_a_layer_of_each_network_and_device(files):
    devices = ["two_level", "zc706"]
    table = tilewise.cost(["models/a.yaml", "models/b.yaml"], devices, threads=1)
    assert table[["network", "name", "device"]].values.tolist() == [
        [network, layer, device]
        for network, layer in [("a", "first"), ("net", "conv"), ("net", "pool5")]
        for device in devices
    ]
    for total in table.attrs["totals"]:
        rows = table[(table.network == total["network"]) & (table.device == total["device"])]
        assert total["latency_ms"] == pytest.approx(rows["latency_ms"].sum(), rel=1e-12)
    for same in [
        tilewise.cost("models/*.yaml", "two_level,zc706"),
        tilewise.cost("models/a.yaml,models/b.yaml", devices, threads=2),
        tilewise.cost([tilewise.Network.from_yaml("models/a.yaml"), "models/b.yaml"], devices),
    ]:
        assert same.equals(table)
        assert same.attrs["totals"] == table.attrs["totals"]
    assert tilewise.cost(["models/a.yaml"], "zc706", batch=4)["N"].tolist() == [4]


def test_one_network_is_as_a_list_of_it(files):
    one = tilewise.cost("models/a.yaml", "zc706")
    several = tilewise.cost(["models/a.yaml"], ["zc706"])
    assert one.equals(several.drop(columns="network"))
    assert one.attrs["totals"]["energy_mJ"] == several.attrs["totals"][0]["energy_mJ"]
    # Names of layers are layers, as before there were lists of networks.
    assert tilewise.cost(["pointwise_72"], "two_level")["name"].tolist() == ["pointwise_72"]


def test_a_store_makes_the_second_call_map_nothing(files):
    first = tilewise.cost("models/a.yaml", ["two_level", "eyeriss"], store="kept")
    assert (first.attrs["mapped"], first.attrs["known"]) == (2, 0)
    second = tilewise.cost("models/a.yaml", ["two_level", "eyeriss"], store=files / "kept")
    assert (second.attrs["mapped"], second.attrs["known"]) == (0, 2)
    assert second.equals(first)


def test_what_does_not_fit_is_left_out_and_told(files):
    with pytest.warns(
        UserWarning,
        match="partial: net on eyeriss: no mapping of pool5: the constraints of eyeriss",
    ):
        table = tilewise.cost("models/b.yaml", "eyeriss")
    assert table["name"].tolist() == ["conv"]
    assert table.attrs["totals"]["latency_ms"] == pytest.approx(table["latency_ms"][0])
    [unfit] = table.attrs["unfit"]
    assert (unfit["network"], unfit["device"], unfit["layer"]) == ("net", "eyeriss", "pool5")
    with pytest.raises(tilewise.InputError, match="pool5"):
        tilewise.cost("models/b.yaml", "eyeriss", strict=True)


def test_a_layer_in_parts_is_named_with_them(files):
    (files / "c.yaml").write_text(POOL.replace(", bits: 512 bit", ""))
    table = tilewise.cost("c.yaml", ["eyeriss", "two_level"])
    parts = table.attrs["split"][0]["parts"]
    assert len(parts) > 2
    assert all(part.startswith(("pool5 over rows", "pool5 over columns")) for part in parts)
    assert table.attrs["split"] == [
        {"network": "net", "device": "eyeriss", "layer": "pool5", "parts": parts}
    ]
    assert table[table.device == "eyeriss"]["name"].tolist() == ["conv", *parts]
    said = json.loads(run("cost", "--network", "c.yaml", "--device", "eyeriss", "--json").stdout)
    assert said["costs"][0]["layers"][1]["parts"] == parts


@pytest.mark.parametrize(
    ("network", "device", "word"),
    [
        ("resnet81", "eyeriss", "did you mean"),
        ([], "eyeriss", "none is named"),
        ("alexnet", [], "none is named"),
        ("alexnet", ["zc706", "zc706"], "twice"),
        ("no/*.onnx", "zc706", "no file is called so"),
        ("alexnet", "hwnasbench-zc706", "whole networks"),
    ],
)
def test_what_names_nothing_is_refused(network, device, word):
    with pytest.raises(tilewise.InputError, match=word):
        tilewise.cost(network, device)


def test_the_program_says_partial_and_is_strict_only_if_told(files):
    done = run("cost", "--network", "models/b.yaml", "--device", "eyeriss")
    assert done.returncode == 0
    assert "partial: 1 layer does not fit eyeriss: pool5 (the constraints" in done.stdout
    strict = run("cost", "--network", "models/b.yaml", "--device", "eyeriss", "--strict")
    assert strict.returncode == 2
    assert strict.stdout == done.stdout
    assert "net on eyeriss" in strict.stderr


def test_the_program_and_the_package_say_the_same(files):
    asked = ["cost", "--network", "models/a.yaml", "--device", "two_level,zc706", "--json"]
    said = json.loads(run(*asked).stdout)
    totals = tilewise.cost(["models/a.yaml"], ["two_level", "zc706"]).attrs["totals"]
    for cost, total in zip(said["costs"], totals, strict=True):
        assert cost["totals"]["latency_ms"] == total["latency_ms"]
        assert cost["totals"]["energy_mJ"] == total["energy_mJ"]
    assert run(*asked, "--threads", "1").stdout == run(*asked, "--threads", "2").stdout


def test_ctrl_c_keeps_what_is_mapped_for_the_next_call(files):
    (files / "many.yaml").write_text(MANY)
    running = subprocess.Popen(
        [PROGRAM, "cost", "--network", "many.yaml", "--device", "eyeriss_free", "--store", "kept"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        while running.poll() is None and not _kept(files / "kept"):
            time.sleep(0.05)
        assert running.poll() is None
        running.send_signal(signal.SIGINT)
        out, said = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 130
    assert out == ""
    assert said.startswith("error: interrupted: ")
    assert "the same command goes on" in said
    assert _kept(files / "kept") > 0


def _kept(folder):
    """The results in a store; 0: it is not there yet."""
    import sqlite3

    if not os.path.exists(folder / "results.sqlite"):
        return 0
    with sqlite3.connect(folder / "results.sqlite", timeout=10) as store:
        try:
            return store.execute("SELECT count(*) FROM layer").fetchone()[0]
        except sqlite3.OperationalError:
            return 0
