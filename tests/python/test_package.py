"""The package as a whole: its command, its data, its types, and Ctrl-C."""

import importlib.metadata
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest
import tilewise
from conftest import ROOT

COMMAND = pathlib.Path(sys.executable).parent / "tilewise"
FOLDER = pathlib.Path(tilewise.__file__).parent


def test_the_version_is_one():
    assert tilewise.__version__ == importlib.metadata.version("tilewise")


def test_the_shipped_data_are_those_of_the_package():
    assert FOLDER.is_relative_to(sys.prefix)
    for name in ("configs", "validation/cases"):
        ours = {each.relative_to(ROOT) for each in (ROOT / name).rglob("*") if each.is_file()}
        packaged = FOLDER / "data"
        assert ours == {
            each.relative_to(packaged) for each in (packaged / name).rglob("*") if each.is_file()
        }


def test_the_command_runs_the_program_with_the_packaged_data(tmp_path):
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("TILEWISE")
    }
    for command in ([COMMAND], [sys.executable, "-m", "tilewise"]):
        shown = subprocess.run(
            [*command, "arch", "show", "eyeriss"],
            capture_output=True, text=True, check=True, cwd=tmp_path, env=environment,
        )  # fmt: skip
        assert shown.stdout.startswith(tilewise.arch("eyeriss").describe())
    assert subprocess.run([COMMAND, "nothing"], capture_output=True).returncode == 2


def test_data_that_the_user_names_are_used_instead(tmp_path):
    (tmp_path / "arch").mkdir()
    asked = "import tilewise; tilewise.arch('eyeriss')"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True, text=True, env=os.environ | {"TILEWISE_CONFIGS": str(tmp_path)},
    )  # fmt: skip
    assert "tilewise.InputError: eyeriss: no such file" in done.stderr


LARGE = """tilewise.Layer(
    op="convolution", dims={"M": 256, "C": 256, "P": 56, "Q": 56, "R": 3, "S": 3}
)"""
LAYERS = """[
    tilewise.Layer(op="convolution", dims={"M": 384, "C": c, "P": 13, "Q": 13, "R": 3, "S": 3})
    for c in range(200, 400)
]"""


@pytest.mark.parametrize(
    "call",
    [
        f"tilewise.map({LARGE}, 'eyeriss_free', 'pareto', factors='divisors')",
        f"tilewise.cost({LAYERS}, 'eyeriss_free')",
    ],
    ids=["map", "cost"],
)
def test_ctrl_c_ends_a_long_call(call):
    program = f"import tilewise\nprint('begun', flush=True)\n{call}"
    running = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout.readline() == "begun\n"
        time.sleep(0.5)
        assert running.poll() is None
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=20)
    finally:
        running.kill()
    assert said.rstrip().endswith("KeyboardInterrupt")


def test_other_python_threads_run_during_a_long_call():
    program = """
import threading, tilewise
ticks = []
def tick():
    while not done.wait(0.01):
        ticks.append(1)
done = threading.Event()
threading.Thread(target=tick).start()
tilewise.map('alexnet_conv3', 'eyeriss_free', budget_seconds=0.5, factors='divisors')
done.set()
assert len(ticks) > 10, ticks
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_pandas_is_not_imported_before_a_table_is_asked_for():
    program = """
import sys, tilewise
assert tilewise.map("pointwise_72", "two_level").proven
assert not {"pandas", "numpy"} & set(sys.modules)
assert len(tilewise.cost("resnet18", "zc706")) == 31
assert "pandas" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_what_is_imported_late_is_there_by_every_way_to_a_name():
    program = """
import tilewise
assert set(tilewise.__all__) | {"dataset"} <= set(dir(tilewise))
from tilewise import *
assert sweep is tilewise.sweep and tilewise.dataset.load and not hasattr(tilewise, "nothing")
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_every_public_name_is_documented():
    for name in tilewise.__all__:
        assert getattr(tilewise, name).__doc__, name
        assert getattr(tilewise, name).__module__.startswith("tilewise"), name


def test_the_types_are_known_to_a_type_checker(tmp_path):
    path = tmp_path / "typed.py"
    path.write_text(
        "import numpy as np\n"
        "import pandas as pd\n"
        "import tilewise\n"
        "cost: float = tilewise.map('a', 'b').cost.latency_ms\n"
        "table: pd.DataFrame = tilewise.sweep('nasbench201', ['cifar10'], ['eyeriss'])\n"
        "layers: list[tilewise.Layer] = tilewise.space('nasbench201').layers(0)\n"
        "fbnet: tilewise.BlockSpace = tilewise.space('fbnet', devices=['zc706'])\n"
        "wrong: str = tilewise.Network.from_yaml('resnet18').macs\n"
    )
    # What the package imports but does not give to its callers takes two thirds of the time.
    others = ("optuna", "distributed", "dask", "IPython", "matplotlib", "plotly", "sqlalchemy")
    (tmp_path / "mypy.ini").write_text(
        "[mypy]\nstrict = True\n"
        f"[mypy-{','.join(f'{each}.*' for each in others)}]\n"
        "follow_imports = skip\nfollow_imports_for_stubs = True\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", path],
        capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert [line.split(": ", 1)[1] for line in done.stdout.splitlines()] == [
        'error: Incompatible types in assignment (expression has type "int", variable has type '
        '"str")  [assignment]'
    ], done.stdout + done.stderr
