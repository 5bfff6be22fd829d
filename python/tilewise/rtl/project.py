"""An engine with the program of a network, ready to be written as a folder."""

from __future__ import annotations

import pathlib
from dataclasses import dataclass
from typing import Any

from tilewise._core import Network
from tilewise.rtl.engine import Engine, as_built, pass_overhead
from tilewise.rtl.generate import write_engine
from tilewise.rtl.program import Program, map_network, models_of, program_of, sums_of
from tilewise.rtl.report import readme


@dataclass(frozen=True)
class Project:
    """What `tilewise fpga generate` writes."""

    engine: Engine
    program: Program
    sums: int  # bits of a sum
    models: list[dict[str, Any]]  # what the model says of each layer


def project_of(network: Network, engine: Engine) -> Project:
    """Maps the layers and asks the model. Raises InputError where the design does not fit its
    board, or the RTL has not what a layer needs."""
    works, sources = map_network(network, engine)
    sums = sums_of([work.layer for work in works], engine)
    program = program_of(works, sources, engine)
    return Project(engine, program, sums, models_of(program, engine, sums))


def write_project(folder: pathlib.Path, project: Project, seed: int) -> None:
    """All files of the folder; seed: of the random words."""
    write_engine(folder, project.program, project.engine, project.sums, seed, project.models)
    design = as_built(project.engine, project.engine.tn, pass_overhead(project.engine))
    (folder / "engine.yaml").write_text(design, encoding="utf-8")
    text = readme(project.engine, project.program, project.sums)
    (folder / "README.md").write_text(text, encoding="utf-8")
