"""What a data set is made of: the specification of docs/dataset.md."""

from __future__ import annotations

import os
import pathlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tilewise import _core
from tilewise._core import InputError
from tilewise.dataset import formats as _formats
from tilewise.dataset.values import Value, load_file, of_object
from tilewise.registry import (
    FACTORS,
    SCHEDULES,
    SINGLE_OBJECTIVES,
    SPACES,
    datasets_of,
    is_indexed,
)

PARTS = ("train", "val", "test")
_KEYS = (
    "name",
    "description",
    "space",
    "datasets",
    "devices",
    "objective",
    "factors",
    "prune_dead",
    "schedule",
    "formats",
    "splits",
    "sample",
)
_MOST_SEED = 2**63 - 1
_MOST_SAMPLED = 10_000_000


@dataclass(frozen=True)
class Splits:
    """The shares of the three parts, which add up to 1, and the seed of the hash."""

    train: float
    val: float
    test: float
    seed: int = 0


@dataclass(frozen=True)
class Sample:
    """How many architectures, and the seed that chooses them."""

    count: int
    seed: int = 0


@dataclass(frozen=True)
class Spec:
    """What a data set is asked for. Build it with read_spec, which checks it."""

    name: str
    space: str
    datasets: tuple[str, ...]
    devices: tuple[str, ...]  # as `--device` takes them
    description: str = ""
    objective: str = "edp"
    factors: str = "auto"
    prune_dead: bool = False
    schedule: str = "separate"
    formats: tuple[str, ...] = _formats.DEFAULT
    splits: Splits | None = None
    sample: Sample | None = None
    folder: pathlib.Path | None = field(default=None, compare=False)  # where its file lies

    def device_files(self) -> list[str]:
        """The devices, a file beside the specification before other names, as in a study."""
        made = []
        for name in self.devices:
            beside = self.folder / name if self.folder else pathlib.Path(name)
            made.append(str(beside) if beside.is_file() else name)
        return made

    def as_dict(self) -> dict[str, Any]:
        """The keys that read_spec takes, those at their default left out where they mean none."""
        made: dict[str, Any] = {"name": self.name}
        if self.description:
            made["description"] = self.description
        made["space"] = self.space
        made |= {"datasets": list(self.datasets), "devices": list(self.devices)}
        made |= {"objective": self.objective, "factors": self.factors}
        if SPACES[self.space]["has_dead_layers"]:
            made["prune_dead"] = self.prune_dead
        if self.schedule != "separate":
            made["schedule"] = self.schedule
        made["formats"] = list(self.formats)
        if self.splits:
            made["splits"] = dict(vars(self.splits))
        if self.sample:
            made["sample"] = dict(vars(self.sample))
        return made


def read_spec(
    spec: Spec | Mapping[str, Any] | str | os.PathLike[str], formats: Iterable[str] | None = None
) -> Spec:
    """The specification of a file, of a shipped name ("nasbench201", "fbnet") or of a dict with
    the same keys. formats: instead of those that it asks for.

    Raises InputError that tells file, line, key and cure.
    """
    if isinstance(spec, Spec):
        return replace(read_spec(spec.as_dict(), formats), folder=spec.folder)
    if isinstance(spec, Mapping):
        return _spec(of_object(spec), None, formats)
    path = _find(os.fspath(spec))
    return _spec(load_file(path), path, formats)


def _find(name: str) -> pathlib.Path:
    """A file, or a shipped specification by its name; as find_config of base/file.hpp."""
    if pathlib.Path(name).is_file():
        return pathlib.Path(name)
    shipped = pathlib.Path(os.environ["TILEWISE_CONFIGS"]) / "dataset"
    for file in (name, f"{name}.yaml"):
        if "/" not in name and (shipped / file).is_file():
            return shipped / file
    there_are = ", ".join(sorted(each.stem for each in shipped.glob("*.yaml")))
    raise InputError(f"{name}: no such file, and no config of that name; there are: {there_are}")


def _spec(value: Value, path: pathlib.Path | None, formats: Iterable[str] | None) -> Spec:
    keys = dict(value.map(_KEYS))
    if formats is not None:
        asked = formats if isinstance(formats, str) else list(formats)
        keys["formats"] = of_object(asked, "formats")
    for needed in ("space", "devices"):
        if needed not in keys:
            value.fail(f"{needed}: missing")
    space = _space(keys["space"], path)
    datasets = datasets_of(space)
    if "datasets" in keys:
        datasets = tuple(each.one_of(datasets_of(space)) for each in keys["datasets"].texts())
    spec = Spec(
        name=_name(keys.get("name"), path, space),
        space=space,
        datasets=datasets,
        devices=tuple(each.text() for each in keys["devices"].texts()),
        description=keys["description"].text() if "description" in keys else "",
        objective=keys["objective"].one_of(SINGLE_OBJECTIVES) if "objective" in keys else "edp",
        factors=keys["factors"].one_of(FACTORS) if "factors" in keys else "auto",
        prune_dead=_prune_dead(keys.get("prune_dead"), space),
        schedule=keys["schedule"].one_of(SCHEDULES) if "schedule" in keys else "separate",
        formats=_format_names(keys.get("formats")),
        splits=_splits(keys["splits"]) if "splits" in keys else None,
        sample=_sample(keys["sample"]) if "sample" in keys else None,
        folder=path.parent if path else None,
    )
    for name in spec.formats:
        if refusal := _formats.FORMATS[name].refusal(spec):
            keys.get("formats", keys.get("sample", value)).fail(refusal)
    if spec.splits and not is_indexed(space) and not spec.sample:
        keys["splits"].fail("only architectures are split; add `sample`, or leave out `splits`")
    return spec


def _space(value: Value, path: pathlib.Path | None) -> str:
    """A name, or a file: one beside the specification before other ones."""
    text = value.text()
    if not _core.is_space_file(text):
        return value.one_of(tuple(SPACES))
    beside = path.parent / text if path else pathlib.Path(text)
    found = str(beside) if beside.is_file() else text
    is_indexed(found)  # or it raises
    return found


def _name(value: Value | None, path: pathlib.Path | None, space: str) -> str:
    """The name of the data set, which is also that of the pickle."""
    of_space = pathlib.Path(space).stem if _core.is_space_file(space) else space
    name = value.text() if value else path.stem if path else of_space
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name):
        what = f'"{name}": expected letters, digits, ".", "_" and "-", not more than 100'
        if value:
            value.fail(what)
        raise InputError(f"{path}: name: {what}; add the key `name`")
    return name


def _prune_dead(value: Value | None, space: str) -> bool:
    if value is None:
        return False
    pruned = value.text().lower()
    if pruned not in ("true", "false"):
        value.fail(f"{pruned}: expected true or false")
    if pruned == "true" and not SPACES[space]["has_dead_layers"]:
        value.fail(f"{space} has no dead layers; leave it out")
    return pruned == "true"


def _format_names(value: Value | None) -> tuple[str, ...]:
    """In the order of the list of formats, so that the order asked does not matter."""
    if not value:
        return _formats.DEFAULT
    known = tuple(_formats.FORMATS)
    asked = {each.one_of(known) for each in value.texts()}
    if not asked & set(_formats.TABLES):
        value.fail("no tables, from which a data set is read and checked; add parquet or csv")
    return tuple(each for each in known if each in asked)


def _splits(value: Value) -> Splits:
    keys = value.map((*PARTS, "seed"))
    shares = {part: keys[part].share() if part in keys else 0.0 for part in PARTS}
    if abs(sum(shares.values()) - 1) > 1e-9:
        value.fail(f"the shares add up to {sum(shares.values()):g}; expected 1")
    return Splits(**shares, seed=keys["seed"].integer(0, _MOST_SEED) if "seed" in keys else 0)


def _sample(value: Value) -> Sample:
    keys = value.map(("count", "seed"))
    if "count" not in keys:
        value.fail("count: missing")
    count = keys["count"].integer(1, _MOST_SAMPLED)
    return Sample(count, keys["seed"].integer(0, _MOST_SEED) if "seed" in keys else 0)
