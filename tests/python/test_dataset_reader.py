"""The reader refuses a data set that is not what it says it is."""

import json
import pickle
import shutil

import numpy as np
import pyarrow.parquet
import pytest
import tilewise
from tilewise.dataset import files


def changed_byte(folder):
    path = folder / "architectures.csv"
    text = bytearray(path.read_bytes())
    text[-10] ^= 1
    path.write_bytes(text)


def truncated(folder):
    path = folder / "layers.parquet"
    path.write_bytes(path.read_bytes()[:-100])


def other_unit(folder):
    edit(folder, lambda said: column(said, "zc706_latency_ms").update(unit="s"))


def other_provenance(folder):
    edit(folder, lambda said: said["provenance"].update(version="9"), signed=False)


def other_proof(folder):
    edit(folder, lambda said: said["provenance"]["exactness"].update(proven=1))


def other_objective(folder):
    edit(folder, lambda said: said["provenance"].update(objective="energy"))


def no_version(folder):
    edit(folder, lambda said: said["provenance"].pop("version"))


def no_column(folder):
    edit(folder, lambda said: said["tables"]["architectures"]["columns"].pop(3))


def cut_column(folder):
    """A column less in the Parquet file, with a hash that agrees."""
    path = folder / "architectures.parquet"
    pyarrow.parquet.write_table(pyarrow.parquet.read_table(path).drop_columns(["macs"]), path)
    signed(folder, path)


def parquet_unit(folder):
    path = folder / "architectures.parquet"
    table = pyarrow.parquet.read_table(path)
    field = table.schema.field("zc706_latency_ms").with_metadata({"unit": "s", "meaning": ""})
    place = table.schema.get_field_index("zc706_latency_ms")
    pyarrow.parquet.write_table(table.cast(table.schema.set(place, field)), path)
    signed(folder, path)


def other_number(folder):
    path = folder / "architectures.csv"
    path.write_text(path.read_text().replace(",15647360,", ",15647361,", 1))
    signed(folder, path)


def not_a_number(folder):
    path = folder / "architectures.parquet"
    table = pyarrow.parquet.read_table(path)
    place = table.schema.get_field_index("zc706_latency_ms")
    values = np.full(len(table), np.nan)
    pyarrow.parquet.write_table(table.set_column(place, table.schema.field(place), [values]), path)
    signed(folder, path)


def other_order(folder):
    path = folder / "architectures.parquet"
    table = pyarrow.parquet.read_table(path)
    pyarrow.parquet.write_table(table.take(np.arange(len(table))[::-1]), path)
    signed(folder, path)


def row_twice(folder):
    path = folder / "architectures.parquet"
    table = pyarrow.parquet.read_table(path)
    rows = np.arange(len(table))
    rows[1] = 0
    pyarrow.parquet.write_table(table.take(rows), path)
    signed(folder, path)


def other_parts(folder):
    path = folder / "architectures.parquet"
    table = pyarrow.parquet.read_table(path)
    place = table.schema.get_field_index("split")
    values = [["train"] * len(table)]
    pyarrow.parquet.write_table(table.set_column(place, table.schema.field(place), values), path)
    signed(folder, path)


def evil_pickle(folder):
    """A pickle that would call os.system."""
    path = folder / "small.pickle"
    path.write_bytes(b"cos\nsystem\n(S'touch called'\ntR.")
    signed(folder, path)


def other_pickle(folder):
    path = folder / "small.pickle"
    data = pickle.loads(path.read_bytes())
    data["nasbench201"]["cifar10"]["zc706_latency"][5] *= 2
    path.write_bytes(pickle.dumps(data))
    signed(folder, path)


def edit(folder, change, signed=True):
    path = folder / "dataset.json"
    said = json.loads(path.read_text())
    change(said)
    if signed:
        said["digest"] = files.digest(said)
    path.write_text(json.dumps(said))


def column(said, name):
    return next(each for each in said["tables"]["architectures"]["columns"] if each["name"] == name)


def signed(folder, path):
    """Puts the hash of a changed file into dataset.json, as a careful forger would."""
    entry = {"bytes": path.stat().st_size, "sha256": files.file_digest(path)}
    edit(folder, lambda said: said["files"].update({path.name: entry}))


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (changed_byte, "architectures.csv: was changed"),
        (truncated, "layers.parquet: [0-9]+ bytes; [0-9]+ were written"),
        (lambda folder: (folder / "layers.csv").unlink(), "layers.csv: missing"),
        (lambda folder: (folder / "dataset.json").unlink(), "no dataset.json; not a data set"),
        (lambda folder: (folder / "dataset.json").write_text("{"), "dataset.json: not valid JSON"),
        (lambda folder: (folder / "dataset.json").write_text("{}"), "schema: expected"),
        (lambda folder: edit(folder, lambda said: said.pop("spec")), "dataset.json: not as"),
        (
            lambda folder: edit(folder, lambda said: said.update(schema_version=3)),
            "schema_version: 3: this program reads 1 and 2",
        ),
        (other_unit, "column zc706_latency_ms: unit: s; expected ms"),
        (other_provenance, "dataset.json: was changed"),
        (other_proof, "architectures.parquet: its schema or provenance is not that of"),
        (other_objective, "dataset.json: objective: energy; expected latency"),
        (no_version, "dataset.json: not as a data set has it"),
        (no_column, "architectures: column macs: missing"),
        (cut_column, "architectures.parquet: column macs: missing"),
        (parquet_unit, "column zc706_latency_ms: unit: s; expected ms"),
        (other_number, "architectures.csv: does not hold what architectures.parquet does"),
        (not_a_number, "column zc706_latency_ms: a"),
        (other_order, "architectures.parquet: not in the order of: cifar10, ImageNet16-120"),
        (row_twice, "architectures.parquet: an index is there twice"),
        (other_parts, "column split: not as the hash"),
        (evil_pickle, "small.pickle: not a pickle of plain values"),
        (other_pickle, "small.pickle: does not hold what the tables do"),
    ],
)
def test_what_was_tampered_with_is_refused(tamper, said, small_folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    copy = tmp_path / "copy"
    shutil.copytree(small_folder, copy)
    tilewise.dataset.validate(copy)
    tamper(copy)
    with pytest.raises(tilewise.InputError, match=said):
        tilewise.dataset.validate(copy)
    assert not (tmp_path / "called").exists()


def test_a_proof_that_the_layers_do_not_have_is_refused(tmp_path):
    spec = {
        "space": "fbnet",
        "datasets": ["cifar100"],
        "devices": ["pixel_m32p32"],
        "formats": ["csv"],
    }
    tilewise.dataset.build(spec, tmp_path / "out")
    tilewise.dataset.validate(tmp_path / "out")
    other_proof(tmp_path / "out")
    with pytest.raises(tilewise.InputError, match="exactness: not that of the layers"):
        tilewise.dataset.load(tmp_path / "out")
