"""docs/tilewise.ipynb runs, and its numbers are those of the library."""

import json

import nbclient
import nbformat
import numpy as np
import pytest
import tilewise
from conftest import ROOT, run

PATH = ROOT / "docs" / "tilewise.ipynb"
DEVICES = ["eyeriss", "zc706", "hwnasbench-eyeriss", "hwnasbench-zc706"]
ASK = """
import json
print(json.dumps({
    "version": tilewise.__version__,
    "tau": tau.to_numpy().tolist(),
    "front": front["index"].tolist(),
    "answer": answer,
    "figures": len(plt.get_fignums()),
}))
"""


def printed(notebook):
    """What the last cell prints."""
    (output,) = notebook.cells[-1].outputs
    return json.loads(output.text)


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    notebook = nbformat.read(PATH, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(ASK))
    folder = tmp_path_factory.mktemp("notebook")
    nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return notebook


@pytest.fixture(scope="module")
def costs():
    return tilewise.sweep("nasbench201", ["cifar10"], DEVICES)


def test_every_cell_runs_without_a_warning(executed):
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert not [each for each in outputs if each.output_type == "error" or "stderr" in str(each)]
    assert printed(executed)["version"] == tilewise.__version__


def test_the_heat_map_and_the_pareto_plot_are_drawn(executed):
    images = [
        output
        for cell in executed.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    assert len(images) == 2


def test_the_correlations_are_those_of_the_program(executed, costs, tmp_path):
    costs.to_csv(tmp_path / "costs.csv", index=False)
    done = run("analyze", tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    (dataset,) = json.loads(done.stdout)["datasets"]
    correlations = dataset["correlations"]
    wanted = [f"{device}_latency_ms" for device in DEVICES] + ["macs"]
    places = [correlations["variables"].index(name) for name in wanted]
    expected = np.array(correlations["kendall_tau_b"])[np.ix_(places, places)]
    assert np.array(printed(executed)["tau"]) == pytest.approx(expected, abs=1e-9)
    assert expected[1, 3] == pytest.approx(0.923, abs=5e-4)  # docs/hwnasbench.md


def test_nothing_beats_an_architecture_on_the_front(executed, costs):
    front = printed(executed)["front"]
    latency, macs = costs["zc706_latency_ms"].to_numpy(), costs["macs"].to_numpy()
    assert len(front) > 5
    for index in front:
        as_good = (latency <= latency[index]) & (macs >= macs[index])
        assert not (as_good & ((latency < latency[index]) | (macs > macs[index]))).any()
    covered = np.zeros(len(costs), bool)
    for index in front:
        covered |= (latency >= latency[index]) & (macs <= macs[index])
    assert covered.all()


def test_the_drop_in_answers_what_the_sweep_says(executed, costs):
    told = printed(executed)
    row = costs.iloc[told["front"][-1]]
    assert told["answer"]["fpga_energy"] == row["zc706_energy_mJ"]
    assert told["answer"]["eyeriss_latency"] == row["hwnasbench-eyeriss_latency_ms"]


def test_it_is_kept_without_outputs():
    notebook = nbformat.read(PATH, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
