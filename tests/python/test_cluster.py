"""A study on a Dask cluster of processes: the bytes of one machine, whatever is killed."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
import tilewise
from conftest import run

distributed = pytest.importorskip("distributed")
from cluster_studies import (  # noqa: E402
    COMMAND,
    LAYERS,
    STUDY,
    TASKS,
    files,
    new_client,  # noqa: F401
    rows,
    study_file,  # noqa: F401
    three_workers,  # noqa: F401
    wait_for_rows,
    whole_files,  # noqa: F401
)
from tilewise import _core, cluster, cluster_command  # noqa: E402


def test_this_machine_alone_gives_the_files_of_the_program(study, whole, tmp_path):
    told = []
    front = tilewise.explore(
        study, tmp_path / "out", progress=lambda phase, share: told.append((phase, share))
    )
    assert files(tmp_path / "out") == whole
    assert len(front) == front.attrs["front"] == whole["pareto.csv"].count(b"\n") - 1
    assert front.attrs["layers_mapped"] == TASKS
    assert front["latency_ms"].is_monotonic_increasing
    assert told[-1] == ("explore", 1.0)
    again = tilewise.explore(study, tmp_path / "again", store=tmp_path / "out")
    assert again.attrs["layers_mapped"] == 0
    assert again.equals(front)


def test_ctrl_c_ends_an_exploration_and_keeps_what_is_done(tmp_path):
    program = "import tilewise; print('begun', flush=True); tilewise.explore('eyeriss_grid', 'out')"
    running = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
    )  # fmt: skip
    try:
        assert running.stdout.readline() == "begun\n"
        wait_for_rows(tmp_path / "out", 1)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=20)
    finally:
        running.kill()
    assert said.rstrip().endswith("KeyboardInterrupt")
    assert rows(tmp_path / "out")


def test_a_worker_that_is_killed_changes_no_byte(study, whole, client, tmp_path):
    kills = int(os.environ.get("TILEWISE_WORKER_KILLS", "1"))  # by hand more, in several runs
    killed = []

    def kill_one(_, share):
        if len(killed) < kills and share > 0.2 + 0.7 * (len(killed) - before) / kills:
            client.wait_for_workers(1, timeout=60)
            worker = next(iter(client.run(os.getpid, on_error="ignore").values()), None)
            if worker is not None and worker not in killed:
                os.kill(worker, signal.SIGKILL)
                killed.append(worker)

    while len(killed) < kills:
        before = len(killed)
        out = tmp_path / str(before)
        front = cluster.explore(study, out, client, seconds_per_task=0.02, progress=kill_one)
        assert len(killed) > before
        assert files(out) == whole
        assert front.attrs["layers_mapped"] == len(rows(out)) == TASKS
        assert "tilewise.cluster.explore(" in (out / "run.yaml").read_text()


@pytest.mark.parametrize("retries", [0, 1])
def test_a_result_that_is_lost_with_its_worker_is_computed_again(
    study, whole, client, tmp_path, monkeypatch, retries
):
    gather = client.gather
    lost = []

    def lossy(done, errors):
        if lost:
            return gather(done, errors=errors)
        for future in done.values():
            future._state.lose()
            lost.append(future.key)
        return {}

    monkeypatch.setattr(client, "gather", lossy)
    if retries == 0:
        with pytest.raises(cluster.TaskError, match="failed 1 times, last with the loss of"):
            cluster.explore(study, tmp_path, client, retries=0)
    else:
        cluster.explore(study, tmp_path, client, seconds_per_task=0.02, retries=1)
        assert files(tmp_path) == whole


def test_the_size_of_tasks_and_pruning_change_no_byte(study, whole, client, tmp_path):
    for seconds in (1e-6, 1000.0):
        out = tmp_path / str(seconds)
        cluster.explore(study, out, client, seconds_per_task=seconds)
        assert files(out) == whole
    pruned = study.parent / "pruned.yaml"
    pruned.write_text(STUDY + "prune: true\n")
    assert run("explore", pruned, "--out", tmp_path / "one").returncode == 0
    assert 0 < len(rows(tmp_path / "one")) < TASKS  # something was pruned
    cluster.explore(pruned, tmp_path / "many", client, seconds_per_task=0.02)
    assert files(tmp_path / "many") == files(tmp_path / "one")
    assert rows(tmp_path / "many") == rows(tmp_path / "one")


def test_a_coordinator_that_is_killed_goes_on_from_its_store(
    study, whole, workers, client, tmp_path
):
    address = workers.scheduler_address
    given = [COMMAND, study, "--out", "out", "--scheduler", address, "--seconds-per-task", "0.02"]
    running = subprocess.Popen(given, cwd=tmp_path, stderr=subprocess.PIPE)
    wait_for_rows(tmp_path / "out", 10)
    running.kill()
    running.communicate()
    kept = len(rows(tmp_path / "out"))
    assert 10 <= kept < TASKS
    done = subprocess.run(given, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"layers: {TASKS - kept} mapped, {kept} known before" in done.stdout
    assert files(tmp_path / "out") == whole
    assert 'command: "tilewise-cluster ' in (tmp_path / "out" / "run.yaml").read_text()


def test_ctrl_c_of_the_coordinator_keeps_what_arrived(study, whole, client, tmp_path):
    def stop(_, share):
        if share > 0.3:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        cluster.explore(study, tmp_path, client, seconds_per_task=0.02, progress=stop)
    kept = len(rows(tmp_path))
    assert 0.3 * TASKS <= kept < TASKS
    front = cluster.explore(study, tmp_path, client)
    assert front.attrs["layers_known"] == kept
    assert files(tmp_path) == whole


def test_a_worker_that_reads_another_study_ends_the_run(study, client, tmp_path):
    for name, text in LAYERS.items():
        (tmp_path / name).write_text(text)
    changed = tmp_path / "study.yaml"
    changed.write_text(STUDY)

    def change(*_):  # a worker reads a study once: new ones read the new layer
        if (tmp_path / "a.yaml").read_text() == LAYERS["a.yaml"]:
            (tmp_path / "a.yaml").write_text(LAYERS["b.yaml"])
            for worker in client.run(os.getpid).values():
                os.kill(worker, signal.SIGKILL)

    with pytest.raises(tilewise.InputError, match="not the study that the coordinator read"):
        cluster.explore(changed, tmp_path / "out", client, progress=change, seconds_per_task=1e-6)
    assert 0 < len(rows(tmp_path / "out")) < TASKS


def test_a_mistake_that_only_workers_meet_is_one_error_without_retries(study, client, tmp_path):
    calls = []
    with pytest.raises(tilewise.InputError, match="worker tcp://.*: nowhere.yaml: no such file"):
        coordinator = cluster.Coordinator(
            _core.Exploration(str(study), str(tmp_path)), "nowhere.yaml", client, 1.0, 3,
            lambda *told: calls.append(told),
        )  # fmt: skip
        coordinator.explore()
    assert not calls
    assert rows(tmp_path) == []


def test_a_task_that_fails_each_time_is_given_up_after_its_retries(
    study, client, tmp_path, monkeypatch
):
    monkeypatch.setattr(cluster, "solve_layers", os._exit)  # a TypeError on the worker
    with pytest.raises(
        cluster.TaskError, match="failed 3 times, last with TypeError.*run it again"
    ):
        cluster.explore(study, tmp_path, client, retries=2)


class Failing:
    """Maps layers; fails the first time."""

    def __init__(self, marker):
        self.marker = marker

    def __call__(self, *arguments):
        from tilewise.cluster import solve_layers

        try:
            os.close(os.open(self.marker, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return solve_layers(*arguments)
        raise OSError("once")


class Waiting:
    """Maps layers; the first of all only when one from position `later` on is begun."""

    def __init__(self, marker, later):
        self.marker = marker
        self.later = later

    def __call__(self, study, fingerprint, tasks):
        from tilewise.cluster import solve_layers

        if tasks[0][0] >= self.later:
            open(self.marker, "w").close()
        ends = time.monotonic() + 20
        while not tasks[0].any() and not os.path.exists(self.marker):
            if time.monotonic() > ends:
                raise TimeoutError(f"nothing from {self.later} on is begun")
            time.sleep(0.02)
        return solve_layers(study, fingerprint, tasks)


@pytest.fixture
def work(monkeypatch):
    """Gives workers another function than solve_layers; by value, as they cannot import this file;
    what it calls they do import."""
    import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    yield lambda function: monkeypatch.setattr(cluster, "solve_layers", function)
    cloudpickle.unregister_pickle_by_value(sys.modules[__name__])


def test_a_task_that_fails_once_is_tried_again(study, whole, client, tmp_path, work):
    work(Failing(str(tmp_path / "marker")))
    cluster.explore(study, tmp_path / "out", client, seconds_per_task=0.05)
    assert (tmp_path / "marker").exists()
    assert files(tmp_path / "out") == whole


def test_waves_overlap_and_so_many_configurations_are_open(
    study, whole, client, tmp_path, work, monkeypatch
):
    monkeypatch.setattr(cluster, "OPEN_CONFIGURATIONS", 16)  # four waves of four
    work(Waiting(str(tmp_path / "marker"), 12))
    run = _core.Exploration(str(study), str(tmp_path / "out"))
    opened = []
    coordinator = cluster.Coordinator(
        run, str(study), client, 1e-6, 0, lambda *_: opened.append(run.open_length)
    )
    assert coordinator.wave_length == 4
    coordinator.explore()
    assert (tmp_path / "marker").exists()
    assert max(opened) == 16
    run.write("", 0.0)
    assert files(tmp_path / "out") == whole
    # All is known: waves without a layer.
    again = _core.Exploration(str(study), str(tmp_path / "again"), str(tmp_path / "out"))
    cluster.spread(again, study, client)
    assert (again.counts["layers_mapped"], again.done, again.open_length) == (0, 96, 0)


@pytest.fixture
def nobody():
    """A scheduler without workers."""
    with distributed.LocalCluster(
        n_workers=0,
        threads_per_worker=1,
        processes=False,
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
    ) as made:
        yield made


def test_workers_may_come_late(study, whole, nobody, tmp_path):
    later = threading.Timer(1.0, nobody.scale, [1])
    later.start()
    with distributed.Client(nobody) as client:
        cluster.explore(study, tmp_path, client)
    later.join()
    assert files(tmp_path) == whole


def test_a_scheduler_that_is_lost_ends_the_run(study, nobody, tmp_path):
    ends = threading.Timer(1.0, nobody.close)
    ends.start()
    with (
        distributed.Client(nobody) as client,
        pytest.raises(ConnectionError, match="the scheduler is lost.*run it again"),
    ):
        cluster.explore(study, tmp_path, client)
    ends.join()


def test_a_scheduler_that_does_not_answer_is_an_error_in_bounded_time(study, tmp_path):
    with socket.socket() as silent:  # takes connections and says nothing
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        nobody = socket.socket()
        nobody.bind(("127.0.0.1", 0))  # refuses connections
        for port in (silent.getsockname()[1], nobody.getsockname()[1]):
            said = refusal(study, "--out", tmp_path / "out", "--timeout", "1",
                           "--scheduler", f"tcp://127.0.0.1:{port}")  # fmt: skip
            assert f"tcp://127.0.0.1:{port}: no scheduler answers there within 1 s" in said
        nobody.close()
    assert not (tmp_path / "out").exists()


def refusal(*arguments):
    """What the command says when it refuses: one line."""
    done = subprocess.run(
        [COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["eyeriss_buffers", "--out", "out", "--workers", "0"], ["--workers", "from 1 on"]),
        (["eyeriss_buffers", "--out", "out", "--retries", "-1"], ["--retries", "from 0 on"]),
        (
            ["eyeriss_buffers", "--out", "out", "--seconds-per-task", "0"],
            ["--seconds-per-task", "seconds above 0"],
        ),
        (
            ["eyeriss_buffers", "--out", "out", "--workers", "1", "--scheduler", "tcp://a:1"],
            ["not allowed with"],
        ),
        (["eyeriss_buffers"], ["required: --out"]),
    ],
)
def test_the_command_refuses_what_is_wrong(options, words, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="2"):
        cluster_command.main(options)
    said = capfd.readouterr().err
    assert all(word in said for word in words), said
    assert not (tmp_path / "out").exists()


def test_the_command_alone_prints_what_the_program_prints(study, whole, tmp_path):
    done = subprocess.run(
        [COMMAND, study, "--out", "out", "--workers", "2"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert files(tmp_path / "out") == whole
    program = run("explore", study, "--out", "again", folder=tmp_path)
    assert done.stdout == program.stdout
    helped = subprocess.run([COMMAND, "--help"], capture_output=True, text=True)
    assert helped.returncode == 0
    assert "examples:" in helped.stdout


def test_a_study_that_is_not_there_is_one_error(workers, tmp_path):
    said = refusal("nowhere.yaml", "--out", tmp_path / "out",
                   "--scheduler", workers.scheduler_address)  # fmt: skip
    assert said.startswith("error: nowhere.yaml: no such file") and said.count("\n") == 1
    assert not (tmp_path / "out").exists()
