"""All formats: what is asked for is written, recorded, the same again, or refused at once."""

import json
import pickle
import shutil
import sqlite3

import pytest
import tilewise
from conftest import ROOT
from dataset_specs import BLOCK_READERS, READERS, SAMPLE_READERS, contents
from tilewise.dataset import files
from tilewise.dataset.command import main
from tilewise.dataset.formats import DEFAULT, FORMATS
from tilewise.dataset.spec import read_spec


def test_the_files_are_the_same_again_and_for_any_number_of_threads(
    sample_folder, block_readers_folder, tmp_path
):
    for spec, first in [(SAMPLE_READERS, sample_folder), (BLOCK_READERS, block_readers_folder)]:
        again = tmp_path / first.name
        tilewise.dataset.build(spec, again, threads=2)
        assert contents(again) == contents(first)


def test_every_file_is_recorded_and_checked_against_the_tables(sample_folder, block_readers_folder):
    for spec, folder in [(SAMPLE_READERS, sample_folder), (BLOCK_READERS, block_readers_folder)]:
        recorded = json.loads((folder / "dataset.json").read_text())["files"]
        assert {*recorded, "dataset.json"} == set(contents(folder))
        for name, entry in recorded.items():
            assert entry["sha256"] == files.file_digest(folder / name), name
        assert tilewise.dataset.validate(folder).spec == read_spec(spec)
    assert set(contents(sample_folder)) > {
        "small.sqlite",
        "small.evoxbench.sqlite3",
        "small.pixel_m32p32.nn-meter.json",
        "small.cifar10.hwnasbench-zc706_no_ceilings_off.latbench.pickle",
    }
    assert set(contents(block_readers_folder)) > {
        "blocks.ImageNet.metainfo.help.pt",
        "blocks.ImageNet.pixel_m32p32.help.pt",
        "blocks.ImageNet.pixel_m32p32.proxylessnas.yaml",
        "blocks.cifar100.hwnasbench-zc706.ofa.yaml",
    }


def other_pickle(path):
    data = pickle.loads(path.read_bytes())
    data[next(iter(data))] *= 2
    path.write_bytes(pickle.dumps(data, 4))


def other_row(path):
    with sqlite3.connect(path) as base:
        base.execute("UPDATE architectures SET macs = macs + 1 WHERE rowid = 5")
    base.close()


def other_hw_info(path):
    with sqlite3.connect(path) as base:
        base.execute("UPDATE nasbench201_nasbench201result SET hw_info = '{}' WHERE id = 5")
    base.close()


def other_text(path):
    path.write_text(path.read_text().replace("1", "2", 1))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("small.cifar10.pixel_m32p32.latbench.pickle", other_pickle),
        ("small.sqlite", other_row),
        ("small.evoxbench.sqlite3", other_hw_info),
        ("small.evoxbench.sqlite3", lambda path: path.write_bytes(b"no database" * 500)),
        ("small.pixel_m32p32.nn-meter.json", other_text),
    ],
)
def test_a_file_that_does_not_hold_the_tables_is_found(name, change, sample_folder, tmp_path):
    folder = tmp_path / "out"
    shutil.copytree(sample_folder, folder)
    change(folder / name)
    with pytest.raises(tilewise.InputError, match=f"{name}: "):
        tilewise.dataset.load(folder)
    description = json.loads((folder / "dataset.json").read_text())
    size, digest = (folder / name).stat().st_size, files.file_digest(folder / name)
    description["files"][name] = {"bytes": size, "sha256": digest}  # as a careful forger would
    description["digest"] = files.digest(description)
    (folder / "dataset.json").write_text(json.dumps(description))
    with pytest.raises(tilewise.InputError, match=f"{name}: does not hold what the tables do"):
        tilewise.dataset.validate(folder)


SIZE = {"space": "natsbench_size", "devices": ["pixel_m32p32"]}


@pytest.mark.parametrize(
    ("spec", "formats", "said"),
    [
        (READERS, ["json"], "formats: [0]: json: expected one of: parquet, csv, pickle, sqlite, "),
        (READERS, ["sqlite"], "formats: no tables, from which a data set is read and checked; add"),
        (READERS, ["csv", "csv"], "formats: [1]: csv: is there twice"),
        (READERS, ["csv", "ofa"], "formats: ofa: holds blocks, and nasbench201 is no space of bl"),
        (SIZE, ["csv", "latbench"], "formats: latbench: holds nasbench201 alone, not natsbench_si"),
        (SIZE, ["csv", "help"], "formats: help: holds nasbench201 and fbnet, not natsbench_size;"),
        (SIZE, ["csv", "evoxbench"], "formats: evoxbench: holds nasbench201 alone, not natsbench"),
        (
            READERS | {"sample": {"count": 9}},
            ["csv", "help"],
            "formats: the lists of help have an entry for every architecture; leave out `sample`",
        ),
        (
            {"space": "fbnet", "devices": ["pixel_m32p32"]},
            ["csv", "help"],
            "formats: the lists of help have an entry for each architecture of a sample; add `sam",
        ),
        (
            READERS | {"devices": ["hwnasbench-zc706"]},
            ["csv", "nn-meter"],
            "formats: nn-meter: holds layers, and published models know whole networks alone; add",
        ),
    ],
)
def test_what_a_format_cannot_hold_is_refused_before_the_work(
    spec, formats, said, tmp_path, monkeypatch
):
    monkeypatch.setattr(tilewise._core, "sweep", None)  # any work would fail
    with pytest.raises(tilewise.InputError) as error:
        tilewise.dataset.build(spec, tmp_path / "out", formats=formats)
    assert str(error.value).startswith(said), str(error.value)
    assert not list(tmp_path.iterdir())


def test_devices_whose_files_or_columns_would_be_one_are_refused(tmp_path):
    text = (ROOT / "configs" / "arch" / "pixel_m32p32.yaml").read_text()
    names = ["a-b", "a_b", "a b"]
    for name in names:
        (tmp_path / f"{name}.yaml").write_text(text.replace("name: pixel_m32p32", f"name: {name}"))
    for pair, formats, said in [
        (names[:2], ["csv", "sqlite"], "are one name in SQL, a_b_latency_ms; rename one of the"),
        (names[1:], ["csv", "nn-meter"], "two files would be called nasbench201.a_b.nn-meter.json"),
    ]:
        devices = [str(tmp_path / f"{name}.yaml") for name in pair]
        with pytest.raises(tilewise.InputError, match=said):
            tilewise.dataset.build(
                {"space": "nasbench201", "devices": devices}, tmp_path / "out", formats=formats
            )


def test_formats_that_are_asked_for_beside_the_specification_replace_its_own(tmp_path):
    spec = {"space": "fbnet", "datasets": ["cifar100"], "devices": ["hwnasbench-zc706"]}
    assert read_spec(spec).formats == DEFAULT == ("parquet", "csv", "pickle")
    assert read_spec(spec, ["ofa", "csv"]).formats == ("csv", "ofa")
    tilewise.dataset.build(spec, tmp_path / "out", formats=["csv", "ofa"])
    tilewise.dataset.build(spec, tmp_path / "out", formats=["csv"])  # the table of before goes
    assert set(contents(tmp_path / "out")) == {"blocks.csv", "layers.csv", "dataset.json"}


def test_the_command_takes_formats_and_lists_them(tmp_path, capsys):
    (tmp_path / "s.yaml").write_text(
        "space: fbnet\ndatasets: [cifar100]\ndevices: [hwnasbench-zc706]\n"
    )
    asked = ["build", str(tmp_path / "s.yaml"), "--out", str(tmp_path / "out"), "--formats"]
    assert main([*asked, "csv,proxylessnas"]) == 0
    assert "s.cifar100.hwnasbench-zc706.proxylessnas.yaml" in contents(tmp_path / "out")
    with pytest.raises(tilewise.InputError, match="^formats: latbench: holds nasbench201 alone"):
        main([*asked, "csv,latbench"])
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(["build", "--help"])
    shown = capsys.readouterr().out
    for name, each in FORMATS.items():
        assert name in shown and each.meaning in shown
