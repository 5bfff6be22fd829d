"""What very many networks cost: the numbers of `cost`, in chunks, each distinct layer once."""

import itertools
import os
import pty
import sys

import pandas as pd
import pytest
import tilewise

NETWORK = """\
name: {name}
input: {{channels: 4, height: 6, width: 6}}
layers:
  - {{name: {name}.first, op: convolution, output_channels: {channels}, kernel: 3, padding: 1}}
  - {{name: {name}.pool, op: max_pool, kernel: 2, stride: 2}}
"""
# No part of its pool fits eyeriss.
UNFIT = """\
name: net
input: {channels: 8, height: 14, width: 14}
layers:
  - {name: conv, op: convolution, output_channels: 8, kernel: 1}
  - {name: pool5, op: average_pool, kernel: 13, stride: 1, bits: 512 bit}
"""
DEVICES = ["two_level", "eyeriss", "zc706"]
SUMS = ["latency_ms", "energy_mJ", "dram_bytes"]
RANGES = ["latency_ms_low", "latency_ms_high", "energy_mJ_low", "energy_mJ_high"]


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Four networks, two of which are the same but for their names."""
    monkeypatch.chdir(tmp_path)
    for name, channels in [("a", 4), ("b", 8), ("c", 8), ("d", 2)]:
        (tmp_path / f"{name}.yaml").write_text(NETWORK.format(name=name, channels=channels))
    return [f"{name}.yaml" for name in "abcd"]


def models(files):
    return [tilewise.Network.from_yaml(each) for each in files]


def check_as_cost(table, networks, devices, **how):
    """Every number is that of `cost` of the network alone."""
    rows = iter(table.to_dict("records"))
    for network, device in itertools.product(networks, devices):
        row = next(rows)
        alone = tilewise.cost(network, device, **how).attrs
        assert {key: row[key] for key in SUMS} == alone["totals"]
        for key in RANGES:
            expected = alone["ranges"][key]
            assert pd.isna(row[key]) if expected is None else row[key] == expected
        name = alone["ranges"]["device"]
        assert (row["device"], row["macs"], row["params"]) == (
            name, network.macs, network.parameters,
        )  # fmt: skip
    assert next(rows, None) is None


@pytest.mark.parametrize("objective", ["edp", "latency"])
def test_each_row_has_the_numbers_of_cost(files, objective):
    table = tilewise.cost_many(files, DEVICES, objective)
    assert list(table) == [
        "network", "device", *SUMS, "macs", "params", *RANGES, "partial",
    ]  # fmt: skip
    assert table["network"].tolist() == [each for each in files for _ in DEVICES]
    check_as_cost(table, models(files), DEVICES, objective=objective)
    # On each device a layer of three kinds of convolution and one of three of pools.
    assert table.attrs["distinct_layers"] == 6
    assert table.attrs["mapped"] == 6 * len(DEVICES)
    assert not table["partial"].any()
    assert table.attrs["evidence"] == {name: tilewise.device(name).evidence for name in DEVICES}


def test_layers_of_an_engine_that_depend_on_their_network_cost_what_they_do_there(files):
    # The weights that have a place in the memory of pixel_m64p64 are chosen over the network.
    devices = ["pixel_m64p64", "two_level", "zc706"]
    table = tilewise.cost_many(files, devices, chunk=3)
    check_as_cost(table, models(files), devices)


def test_a_schedule_gives_the_totals_under_it():
    networks = [tilewise.Network.from_yaml("alexnet")]
    table = tilewise.cost_many(networks, "zc706", schedule="kept")
    check_as_cost(table, networks, ["zc706"], schedule="kept")
    separate = tilewise.cost_many(networks, "zc706")
    assert table["dram_bytes"][0] < separate["dram_bytes"][0]


def test_no_byte_depends_on_chunks_or_threads(files):
    expected = tilewise.cost_many(files, DEVICES, threads=1)
    for chunk, threads in [(1, 2), (3, 1), (2, 2)]:
        table = tilewise.cost_many(iter(files), DEVICES, threads=threads, chunk=chunk)
        assert table.to_csv() == expected.to_csv()
        assert table.attrs == expected.attrs


def test_a_chunk_is_all_that_is_taken_of_a_generator(files):
    taken = []

    def endless():
        for each in itertools.cycle(models(files)):
            taken.append(each)
            yield each

    class EnoughError(Exception):
        pass

    def stop(phase, share):
        if phase == "networks 1 to 3":
            raise EnoughError

    with pytest.raises(EnoughError):
        tilewise.cost_many(endless(), "two_level", chunk=3, progress=stop)
    assert len(taken) == 3


def test_a_store_makes_the_second_call_map_nothing(files):
    first = tilewise.cost_many(files, ["two_level", "eyeriss"], store="kept", chunk=2)
    assert (first.attrs["mapped"], first.attrs["known"]) == (12, 0)
    second = tilewise.cost_many(reversed(files), ["two_level", "eyeriss"], store="kept")
    assert (second.attrs["mapped"], second.attrs["known"]) == (0, 12)
    assert (
        second[second.network == "a.yaml"]
        .reset_index(drop=True)
        .equals(first[first.network == "a.yaml"].reset_index(drop=True))
    )
    # `cost` finds what is there, too.
    assert tilewise.cost("b.yaml", "eyeriss", store="kept").attrs["mapped"] == 0


def test_what_an_interrupted_call_mapped_is_found_by_the_next(files):
    def broken():
        yield from files[:2]
        raise OSError("the disk of the models is gone")

    with pytest.raises(OSError, match="is gone"):
        tilewise.cost_many(broken(), "eyeriss", store="kept", chunk=1)
    table = tilewise.cost_many(files, "eyeriss", store="kept")
    assert (table.attrs["mapped"], table.attrs["known"]) == (2, 4)


def test_networks_have_the_names_that_they_were_given(files):
    a, b, *_ = models(files)
    given = [a, ("mine", b), "c.yaml", b, ("mine", "d.yaml"), "[ab].yaml"]
    table = tilewise.cost_many(given, "two_level")
    # Several of one word are called as `cost` calls them.
    assert table["network"].tolist() == [
        "a", "mine", "c.yaml", "b", "mine (2)", "a (2)", "b (2)",
    ]  # fmt: skip
    by_name = tilewise.cost_many({"x": a, "y": "b.yaml"}, "two_level")
    assert by_name["network"].tolist() == ["x", "y"]
    assert tilewise.cost_many("a.yaml", "two_level")["network"].tolist() == ["a.yaml"]
    assert tilewise.cost_many(["a.yaml"], "two_level", batch=3)["macs"][0] == 3 * a.macs


def test_modules_of_pytorch_are_networks_with_their_examples(files):
    torch = pytest.importorskip("torch", minversion="2.1")
    module = torch.nn.Linear(6, 5)
    given = [(module, (1, 6)), ("mine", (module, torch.zeros(3, 6)))]
    table = tilewise.cost_many(given, "two_level")
    assert table["network"].tolist() == ["Linear", "mine"]
    assert table["macs"].tolist() == [5 * 6, 3 * 5 * 6]
    with pytest.raises(tilewise.InputError, match="without its example"):
        tilewise.cost_many([module], "two_level")
    with pytest.raises(tilewise.InputError, match="batch"):
        tilewise.cost_many(given, "two_level", batch=2)


def test_what_does_not_fit_is_marked_and_told_once(tmp_path, files):
    (tmp_path / "net.yaml").write_text(UNFIT)
    given = ["net.yaml", "a.yaml", ("again", "net.yaml")]
    with pytest.warns(UserWarning, match="partial: 2 networks on eyeriss: .*pool5") as said:
        table = tilewise.cost_many(given, ["eyeriss", "two_level"], chunk=1)
    assert len(said) == 1
    assert table["partial"].tolist() == [True, False, False, False, True, False]
    [unfit] = table.attrs["unfit"]
    assert (unfit["device"], unfit["layer"], unfit["networks"]) == ("eyeriss", "pool5", 2)
    with pytest.warns(UserWarning, match="partial"):
        alone = tilewise.cost("net.yaml", "eyeriss").attrs["totals"]
    assert {key: table[key][0] for key in SUMS} == alone
    with pytest.raises(tilewise.InputError, match="pool5"):
        tilewise.cost_many(given, "eyeriss", strict=True)


def test_a_layer_in_parts_is_named_once_with_its_networks(tmp_path, files):
    (tmp_path / "net.yaml").write_text(UNFIT.replace(", bits: 512 bit", ""))
    table = tilewise.cost_many(["net.yaml", ("again", "net.yaml")], "eyeriss", chunk=1)
    [split] = table.attrs["split"]
    assert (split["layer"], split["networks"]) == ("pool5", 2)
    alone = tilewise.cost("net.yaml", "eyeriss").attrs
    assert split["parts"] == alone["split"][0]["parts"]
    assert {key: table[key][1] for key in SUMS} == alone["totals"]


@pytest.mark.parametrize(
    ("networks", "devices", "how", "word"),
    [
        ([], "zc706", {}, "there is none"),
        (["a.yaml"], [], {}, "none is named"),
        (["a.yaml"], ["zc706", "zc706"], {}, "twice"),
        (["a.yaml", 7], "zc706", {}, r"networks\[1\]: int"),
        (7, "zc706", {}, "int; expected a Network"),
        ([("mine", 7)], "zc706", {}, r"networks\['mine'\]: int"),
        (["a.yaml"], "zc706", {"chunk": 0}, "1 or more"),
        (["a.yaml"], "zc706", {"objective": "speed"}, "speed"),
        (["a.yaml"], "board:ultra96", {}, "layers="),
        (["a.yaml"], "hwnasbench-zc706", {}, "whole networks"),
        ([tilewise.Network.from_yaml("alexnet")], "zc706", {"batch": 2}, r"networks\[0\]: batch"),
    ],
)
def test_what_is_no_network_or_device_is_refused(files, networks, devices, how, word):
    with pytest.raises(tilewise.InputError, match=word):
        tilewise.cost_many(networks, devices, **how)


def test_progress_is_told_by_chunk(files):
    said = []
    tilewise.cost_many(
        [*files, *files], "two_level", chunk=4,
        progress=lambda phase, share: said.append((phase, share)),
    )  # fmt: skip
    # Of the second chunk no layer is new.
    assert {phase for phase, _ in said} == {"networks 1 to 4", "networks 5 to 8"}
    assert all(0 <= share <= 1 for _, share in said)


def test_a_line_is_drawn_on_a_terminal_only(files, monkeypatch, capsys):
    tilewise.cost_many(["a.yaml"], "two_level")
    assert capsys.readouterr().err == ""
    ours, theirs = pty.openpty()
    with open(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        tilewise.cost_many(["a.yaml"], "two_level")
        said = b""
        while not said.endswith(b"\x1b[K"):  # a terminal hands on line by line
            said += os.read(ours, 100_000)
    os.close(ours)
    assert b"networks 1 to 1: layers 100%" in said
