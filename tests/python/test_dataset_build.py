"""Specifications, folders and the command of data sets: what is wrong is told, and where."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest
import tilewise
from conftest import PROGRAM, ROOT
from dataset_specs import FBNET, SPEC, contents
from tilewise.dataset import files


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("space: fbnet\ndevises: a\n", "s.yaml:2: devises: .* did you mean devices?"),
        ("space: fbnte\ndevices: a\n", "s.yaml:1: space: fbnte: .* did you mean fbnet?"),
    ],
)
def test_of_a_typo_the_nearest_word_is_named(text, meant, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pathlib.Path("s.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(tilewise.InputError, match=meant):
        tilewise.dataset.read_spec("s.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "s.yaml: empty"),
        ("space: fbnet\n", "s.yaml:1: devices: missing"),
        ("space: [\n", "s.yaml:2: not valid YAML"),
        ("- a\n", "s.yaml:1: expected a map with some of: name, "),
        ("space: fbnet\ndevices: []\n", "s.yaml:2: devices: expected a list of names"),
        ("space: x\ndevices: a\n", "s.yaml:1: space: x: expected one of: nasbench201, "),
        ("space: fbnet\ndevices: a\ndevice: b\n", "s.yaml:3: device: unknown key"),
        ("space: fbnet\ndevices: a\nspace: fbnet\n", "s.yaml:3: space: the key is there twice"),
        ("space: fbnet\ndevices: [a, a]\n", "s.yaml:2: devices[1]: a: is there twice; keep one"),
        (
            "space: fbnet\ndevices: a\ndatasets: [cifar10]\n",
            "s.yaml:3: datasets[0]: cifar10: expected one of: cifar100, ImageNet",
        ),
        (
            "space: nasbench201\ndevices: a\nsplits: {train: 0.5,\n  val: 1.5}\n",
            's.yaml:4: splits.val: expected a number from 0 to 1, found "1.5"',
        ),
        (
            "space: nasbench201\ndevices: a\nsplits: {train: 0.5, val: 0.1}\n",
            "s.yaml:3: splits: the shares add up to 0.6; expected 1",
        ),
        (
            "space: fbnet\ndevices: a\nsplits: {train: 1}\n",
            "s.yaml:3: splits: only architectures are split; add `sample`",
        ),
        (
            "space: nasbench201\ndevices: a\nsample: {count: 10}\n",
            "s.yaml:3: sample: the lists of the pickle have an entry for every architecture",
        ),
        (
            "space: fbnet\ndevices: a\nsample: {count: 0}\n",
            "s.yaml:3: sample.count: expected a whole number from 1 to 10000000, found 0",
        ),
        ("space: fbnet\ndevices: a\nsample: {seed: 1}\n", "s.yaml:3: sample: count: missing"),
        ("space: fbnet\ndevices: a\nformats: [json]\n", "s.yaml:3: formats[0]: json: expected"),
        ("space: fbnet\ndevices: a\nformats: pickle\n", "s.yaml:3: formats: no tables, from"),
        ("space: fbnet\ndevices: a\nname: a/b\n", 's.yaml:3: name: "a/b": expected letters'),
        ("space: fbnet\ndevices: a\nobjective: pareto\n", "s.yaml:3: objective: pareto: expected"),
        ("space: fbnet\ndevices: a\nprune_dead: true\n", "s.yaml:3: prune_dead: fbnet has no dead"),
        ("space: fbnet\ndevices: a\nprune_dead: 1\n", "s.yaml:3: prune_dead: 1: expected true"),
        ("space: fbnet\ndevices: !!python/name:os.system\n", "s.yaml:2: devices: expected"),
        ("? [a]\n: b\n", "s.yaml:1: : expected a plain key"),
        ("[" * 5000, "s.yaml"),
    ],
)
def test_a_mistake_in_a_specification_is_told_with_its_line(text, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pathlib.Path("s.yaml").write_text(text)
    with pytest.raises(tilewise.InputError) as error:
        tilewise.dataset.read_spec("s.yaml")
    assert str(error.value).startswith(said), str(error.value)


def test_a_mistake_in_a_dict_is_told_with_its_key(tmp_path):
    for spec, said in [
        ({"space": "fbnet"}, "spec: devices: missing"),
        (FBNET | {"sample": {"count": 1.5}}, "spec: sample.count: expected a whole number"),
        (SPEC | {"devices": ["nothing"]}, "nothing: no such file"),
        (SPEC | {"devices": ["zc706", "configs/../zc706"]}, "configs/../zc706: no such file"),
        ("nothing", "nothing: no such file, and no config of that name; there are: fbnet, nasb"),
    ]:
        with pytest.raises(tilewise.InputError) as error:
            tilewise.dataset.build(spec, tmp_path / "out")
        assert str(error.value).startswith(said)
    assert not list(tmp_path.iterdir())


def test_a_device_beside_the_specification_is_found_and_its_place_does_not_matter(tmp_path):
    digests = set()
    for name in ("one", "two"):
        place = tmp_path / name
        place.mkdir()
        shutil.copy(ROOT / "configs" / "arch" / "pixel_m32p32.yaml", place / "mine.yaml")
        (place / "s.yaml").write_text(
            "space: fbnet\ndatasets: [cifar100]\ndevices: [mine.yaml]\nformats: csv\n"
        )
        digests.add(tilewise.dataset.build(place / "s.yaml", place / "out"))
        device = tilewise.dataset.load(place / "out").provenance["devices"][0]
        assert device["asked"] == "mine.yaml"
        assert device["file_sha256"] == files.file_digest(place / "mine.yaml")
    assert len(digests) == 1


def test_a_folder_with_other_files_is_refused_before_the_work(tmp_path):
    spec = {"space": "fbnet", "devices": ["hwnasbench-zc706"], "datasets": ["cifar100"]}
    mine = tmp_path / "out"
    mine.mkdir()
    (mine / "mine.txt").write_text("mine")
    with pytest.raises(tilewise.InputError, match="holds mine.txt, which is not of a data set"):
        tilewise.dataset.build(spec, mine)
    with pytest.raises(tilewise.InputError, match="not a folder; name another"):
        tilewise.dataset.build(spec, mine / "mine.txt")
    assert contents(mine) == {"mine.txt": b"mine"}
    (mine / "mine.txt").unlink()
    tilewise.dataset.build(spec | {"name": "first"}, mine)
    tilewise.dataset.build(spec | {"name": "second", "formats": ["csv", "pickle"]}, mine)
    assert sorted(contents(mine)) == ["blocks.csv", "dataset.json", "layers.csv", "second.pickle"]
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def command(*arguments, program=None, path=None):
    start = [program] if program else [sys.executable, "-m", "tilewise"]
    environment = os.environ | ({"PATH": path} if path is not None else {})
    return subprocess.run(
        [*start, "dataset", *map(str, arguments)], capture_output=True, text=True, env=environment
    )


def test_the_command_builds_checks_and_shows(tmp_path):
    (tmp_path / "s.yaml").write_text(
        "space: fbnet\ndatasets: [cifar100]\ndevices: [hwnasbench-zc706]\n"
    )
    out = tmp_path / "out"
    path = str(pathlib.Path(sys.executable).parent)
    for program in (None, PROGRAM):
        built = command("build", tmp_path / "s.yaml", "--out", out, program=program, path=path)
        assert built.returncode == 0, built.stderr
        digest = json.loads((out / "dataset.json").read_text())["digest"]
        assert built.stdout == f"{out}: {digest}\n" and not built.stderr
        checked = command("check", out, program=program, path=path)
        assert checked.stdout == f"{out}: whole; s, 199 blocks, 0 layers, {digest}\n"
        shown = command("show", out, program=program, path=path)
        assert "  hwnasbench-zc706_latency_ms" in shown.stdout
        for wrong in (["build"], ["build", tmp_path / "s.yaml"], ["nothing"], []):
            refused = command(*wrong, program=program, path=path)
            assert refused.returncode == 2 and refused.stderr.count("\n") == 1
            assert refused.stderr.startswith("error: tilewise dataset")
        refused = command("check", tmp_path, program=program, path=path)
        assert refused.returncode == 2
        assert refused.stderr == f"error: {tmp_path}: no dataset.json; not a data set\n"
        assert command("--help", program=program, path=path).stdout.startswith("usage: tilewise")


def test_the_program_without_the_package_says_how_to_get_it(tmp_path):
    said = "error: dataset: needs the Python package"
    none = command("check", tmp_path, program=PROGRAM, path="")
    assert none.returncode == 2 and none.stderr.startswith(said) and none.stderr.count("\n") == 1
    other = tmp_path / "python3"
    other.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S "$@"\n')
    other.chmod(0o755)
    bare = command("check", tmp_path, program=PROGRAM, path=str(tmp_path))
    assert bare.returncode == 2 and bare.stderr == none.stderr and not bare.stdout
