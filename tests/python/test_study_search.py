"""Studies whose configurations a search proposes: what is run, kept and written."""

import itertools
import json
import os
import random
import sys
import types

import pytest
import tilewise
from conftest import PROGRAM, needs, run
from tilewise.searches.methods import Fitness, answered
from tilewise.study_search import run as study_search
from tilewise.study_search.grid import Grid

every_method = pytest.mark.parametrize(
    "method",
    [
        "random",
        "evolution",
        pytest.param("nsga2", marks=needs("pymoo")),
        pytest.param("tpe", marks=needs("optuna")),
    ],
)
# Two bases of 48 and 16 configurations for one layer.
STUDY = """
name: small
architecture:
  eyeriss:
    parameters.buffer: [32 KiB, 64 KiB, 128 KiB]
  weight_stationary: {}
parameters:
  pe_array.X: [4, 8, 12, 16]
  pe_array.Y: [8, 12, 16, 24]
workloads: [{layer: pointwise_72}]
objectives: [latency, energy, area]
"""
FILES = ("all.csv", "pareto.csv", "layers.csv")


def written(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.fixture
def study(tmp_path):
    """Writes the study with a search."""

    def write(search):
        path = tmp_path / "small.yaml"
        path.write_text(STUDY + (f"search: {search}\n" if search else ""))
        return path

    return write


@pytest.fixture
def small(monkeypatch):
    """Lets the population be small, so that there are several generations."""
    monkeypatch.setattr(study_search, "POPULATION", 8)


@pytest.mark.parametrize("axes", [[[2, 3], [4]], [[3, 2, 2]], [[1], [2, 2], []]])
def test_rows_of_a_grid_are_its_positions(axes):
    grid = Grid(axes)
    rows = [row for row in itertools.product(*(range(size) for size in grid.sizes)) if row in grid]
    assert [grid.position(row) for row in rows] == list(range(grid.total))
    generator = random.Random(1)
    drawn = [grid.position(grid.draw(generator)) for _ in range(grid.total * 500)]
    for place in range(grid.total):
        assert 400 < drawn.count(place) < 600  # 500 +- 4.5 standard deviations


@every_method
def test_a_search_of_all_there_is_writes_what_the_whole_grid_does(method, study, tmp_path):
    whole = tilewise.explore(study(None), tmp_path / "whole")
    asked = f"{{method: {method}, evaluations: 64, seed: 5}}"
    found = tilewise.explore(study(asked), tmp_path / "searched")
    assert found.equals(whole)
    if method != "nsga2":  # which may end before: its children are drawn again 100 times at most
        assert written(tmp_path / "searched") == written(tmp_path / "whole")


@every_method
def test_what_cannot_be_built_is_no_evaluation(method, tmp_path):
    path = tmp_path / "engines.yaml"
    path.write_text(
        "architecture: zc706\nparameters: {parameters.Tm: [1, 2, 4, 8, 16, 2048],"
        " parameters.Tn: [1, 2, 4, 2048]}\nworkloads: [{layer: pointwise_72}]\n"
        f"objectives: [latency, DSP]\nsearch: {{method: {method}, evaluations: 12, seed: 1}}\n"
    )
    front = tilewise.explore(path, tmp_path / "out")
    assert front.attrs["costed"] == 12
    assert 0 < front.attrs["not_built"] <= 12


@every_method
def test_one_architecture_is_searched_over_its_parameters(method, study, small, tmp_path):
    path = study(f"{{method: {method}, evaluations: 20, seed: 1}}")
    path.write_text(path.read_text().replace("  weight_stationary: {}\n", ""))
    tilewise.explore(path, tmp_path / "out")
    rows = (tmp_path / "out" / "all.csv").read_text().splitlines()[1:]
    assert len({row.split(",")[0] for row in rows}) == 20
    # All three parameters vary.
    for column in (2, 3, 4):
        assert len({row.split(",")[column] for row in rows}) > 1


@every_method
def test_the_same_seed_gives_the_same_bytes_and_goes_on(method, study, small, tmp_path):
    path = study(f"{{method: {method}, evaluations: 30, seed: 2}}")
    tilewise.explore(path, tmp_path / "once", threads=1)

    def stop(phase, share):
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tilewise.explore(path, tmp_path / "twice", progress=stop)
    assert not (tmp_path / "twice" / "run.yaml").exists()
    front = tilewise.explore(path, tmp_path / "twice", threads=2)
    assert 0 < front.attrs["layers_mapped"] < 30
    assert written(tmp_path / "twice") == written(tmp_path / "once")
    rows = (tmp_path / "once" / "all.csv").read_text().splitlines()
    assert len(rows) == 31
    other = tilewise.explore(
        study(f"{{method: {method}, evaluations: 30, seed: 3}}"), tmp_path / "other"
    )
    assert len(other) > 0
    assert written(tmp_path / "other") != written(tmp_path / "once")


def test_the_program_hands_over_and_prints_the_same(study, tmp_path):
    path = study("{method: random, evaluations: 10, seed: 1}")
    tilewise.explore(path, tmp_path / "function")
    environment = os.environ | {"TILEWISE_PYTHON": sys.executable}
    done = run("explore", path, "--out", tmp_path / "program", "--json", environment=environment)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["search"] == {"method": "random", "evaluations": 10, "seed": 1, "grid": 64}
    assert said["configurations"]["all"] == 10
    assert written(tmp_path / "program") == written(tmp_path / "function")
    text = (tmp_path / "program" / "run.yaml").read_text()
    assert f'command: "tilewise explore {path}' in text
    assert "search: {method: random, evaluations: 10, seed: 1, grid: 64}" in text
    table = run("explore", path, "--out", tmp_path / "program", environment=environment)
    assert "configurations: 10 of 64, proposed by random" in table.stdout
    csv = run(
        "explore", path, "--out", tmp_path / "program", "--format", "csv", environment=environment
    )
    assert csv.stdout == (tmp_path / "program" / "pareto.csv").read_text()


def test_without_the_package_the_program_says_what_is_missing(study, tmp_path):
    path = study("{evaluations: 10}")
    done = run(
        "explore", path, "--out", tmp_path / "out",
        environment={**os.environ, "TILEWISE_PYTHON": "/nowhere/python3"},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("error: search: its methods are in the Python package")
    assert PROGRAM.is_file()


@pytest.mark.parametrize(
    ("method", "library", "named"), [("nsga2", "pymoo", "pymoo"), ("tpe", "optuna", "Optuna")]
)
def test_without_its_library_a_method_is_refused(
    method, library, named, study, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(tilewise.InputError, match=rf"method: {method}: needs {named}.*pip install"):
        tilewise.explore(study(f"{{method: {method}, evaluations: 10}}"), tmp_path / "out")
    old = types.SimpleNamespace(__version__="0.6.0")
    monkeypatch.setitem(sys.modules, library, old)
    with pytest.raises(tilewise.InputError, match=rf"{named} 0.6.0: needs .* or later"):
        tilewise.explore(study(f"{{method: {method}, evaluations: 10}}"), tmp_path / "out")
    assert not list(tmp_path.glob("out/*.csv"))


# Any objectives of a grid with known best ones, a third of which cannot be built.
AXES = [[8, 8, 8], [8, 8, 8]]


def made_up_fitness(row):
    base, *choices = row
    far = sum((choice - 2) ** 2 for choice in choices) + 3 * base
    costs = (float(far + choices[0]), float(far + 7 - choices[0]))
    return Fitness(costs, 1.0 if choices[2] >= 5 else 0.0)


@needs("optuna")
def test_tpe_closes_in_on_what_is_good_and_leaves_what_is_infeasible():
    def proposals(method):
        search = study_search.method_of(method, Grid(AXES), 1, 2)
        rows = proposed = next(search)
        while len(rows) < 120:
            proposed = answered(search, [made_up_fitness(row) for row in proposed])
            rows = rows + proposed
        assert len(set(rows)) == len(rows)
        return rows[study_search.POPULATION :]

    found = [made_up_fitness(row) for row in proposals("tpe")]
    drawn = [made_up_fitness(row) for row in proposals("random")]
    assert sum(each.violation for each in found) < 0.5 * sum(each.violation for each in drawn)
    mean = [sum(sum(each.costs) for each in rows) / len(rows) for rows in (found, drawn)]
    assert mean[0] < 0.6 * mean[1]


@needs("optuna")
def test_tpe_leaves_what_optuna_tells_as_it_was(capfd):
    import optuna

    before = optuna.logging.get_verbosity()
    next(study_search.method_of("tpe", Grid(AXES), 1, 2))
    assert optuna.logging.get_verbosity() == before
    assert capfd.readouterr() == ("", "")
