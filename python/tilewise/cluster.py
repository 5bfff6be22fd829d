"""A study on many machines through Dask: the same files as `tilewise explore` writes on one.

    from distributed import Client
    import tilewise.cluster
    front = tilewise.cluster.explore("study.yaml", "out", Client("tcp://10.0.0.1:8786"))

One process, the coordinator, opens configurations, cuts their layers into tasks of some seconds,
and alone writes the store; workers map layers and know nothing else. docs/cluster.md.
"""

from __future__ import annotations

import functools
import os
import pathlib
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tilewise import _core
from tilewise.costs import Progress
from tilewise.explorations import front, open_run

if TYPE_CHECKING:
    from distributed import Client, Future

Tasks = npt.NDArray[np.int64]

# Layers whose results one wave holds in the memory of the coordinator: about 300 bytes each.
WAVE_LAYERS = 1 << 20
WAVE_CONFIGURATIONS = 4096
FIRST_LAYERS = 4  # of a task whose time nobody knows
TASKS_PER_THREAD = 4  # in flight
LEAST_SHARE = 0.05  # of the time of a task, that the short ones at the end of a wave take


def explore(
    study: str | os.PathLike[str],
    out: str | os.PathLike[str],
    client: Client,
    store: str | os.PathLike[str] | None = None,
    seconds_per_task: float = 5.0,
    retries: int = 3,
    threads: int = 0,
    progress: Progress | None = None,
    command: str | None = None,
) -> pd.DataFrame:
    """Costs the configurations of a study on the workers of a Dask cluster.

    study, out, store, progress and what is returned: as of `tilewise.explore`. The workers read
    `study` under the same path or name. client: of the cluster; it may have no workers yet, and
    workers may come and go. seconds_per_task: about how long a worker works on a task; no result
    depends on it. retries: how often a task is tried again after an exception, or after Dask gave
    it up because its workers died. threads: of the coordinator's own work, opening configurations
    and writing files. command: what run.yaml says.

    Raises InputError, also where a worker reads another study than this process; TaskError where
    retries do not help; ConnectionError where the scheduler is lost. Ctrl-C raises
    KeyboardInterrupt. In each case what arrived is kept, and the same call goes on.
    """
    run = explored(study, out, client, store, seconds_per_task, retries, threads, progress, command)
    return front(run)


def explored(
    study: str | os.PathLike[str],
    out: str | os.PathLike[str],
    client: Client,
    store: str | os.PathLike[str] | None,
    seconds_per_task: float,
    retries: int,
    threads: int,
    progress: Progress | None,
    command: str | None,
) -> _core.Exploration:
    """The run of `explore`, done and written."""
    if not seconds_per_task > 0:
        raise _core.InputError(f"seconds_per_task: {seconds_per_task}: expected more than 0")
    if retries < 0:
        raise _core.InputError(f"retries: {retries}: expected 0 or more")
    run = open_run(study, out, store, threads)
    if run.search is not None:
        raise _core.InputError(
            f"{os.fspath(study)}: search: a cluster runs whole grids and samples; leave search "
            "out, or call tilewise.explore"
        )
    began = time.monotonic()
    coordinator = Coordinator(run, _shared_name(study), client, seconds_per_task, retries, progress)
    coordinator.explore()
    if command is None:
        command = f"tilewise.cluster.explore({os.fspath(study)!r}, {os.fspath(out)!r}, ...)"
    run.write(command, time.monotonic() - began)
    return run


class TaskError(RuntimeError):
    """A task failed more often than it may be retried; what the other tasks found is kept."""


class Coordinator:
    """Hands out the layers of a run and keeps what comes back."""

    def __init__(
        self,
        run: _core.Exploration,
        study: str,
        client: Client,
        seconds_per_task: float,
        retries: int,
        progress: Progress | None,
    ) -> None:
        self.run = run
        self.study = study
        self.client = client
        self.retries = retries
        self.progress = progress
        self.size = _TaskSize(seconds_per_task)
        self.threads = _Threads(client)
        self.flying: dict[Future[Any], Tasks] = {}
        self.failures: dict[tuple[int, int], int] = {}  # of the task that begins with this layer
        self.began = time.monotonic()

    def explore(self) -> None:
        """All waves. Results are kept as they arrive."""
        import distributed

        most = max(1, min(WAVE_CONFIGURATIONS, WAVE_LAYERS // max(1, self.run.layers)))
        arrivals = distributed.as_completed(loop=self.client.loop)
        try:
            while self.run.open_wave(most):
                self._finish_wave(arrivals)
                self.run.close_wave()
        finally:
            if self.flying and self.client.status == "running":
                self.client.cancel(list(self.flying), force=True)

    def _finish_wave(self, arrivals: Any) -> None:
        tasks = self.run.tasks()
        begun = 0
        kept = 0
        while kept < len(tasks):
            while begun < len(tasks) and len(self.flying) < TASKS_PER_THREAD * self.threads.count():
                end = begun + self.size.layers(len(tasks) - begun, self.threads.count())
                self._submit(tasks[begun:end], arrivals)
                begun = end
            kept += self._keep(arrivals.next_batch(), arrivals)
            self._tell(kept / len(tasks))

    def _submit(self, tasks: Tasks, arrivals: Any) -> None:
        future = self.client.submit(
            solve_layers, self.study, self.run.fingerprint, tasks, pure=False
        )
        self.flying[future] = tasks
        arrivals.add(future)

    def _keep(self, futures: list[Future[Any]], arrivals: Any) -> int:
        """Keeps what arrived and submits again what failed; how many layers were kept."""
        kept = 0
        done = {future.key: future for future in futures if future.status == "finished"}
        results = self.client.gather(done, errors="skip") if done else {}
        for future in futures:
            tasks = self.flying.pop(future)
            result = results.get(future.key)
            if result is None:
                self._note_failure(future, tasks)
                self._submit(tasks, arrivals)
                continue
            if result["refused"] is not None:
                raise _core.InputError(result["refused"])
            self.run.keep(tasks, result["layers"])
            self.size.note(len(tasks), result["seconds"])
            kept += len(tasks)
        return kept

    def _note_failure(self, future: Future[Any], tasks: Tasks) -> None:
        if future.status in ("cancelled", "lost") or self.client.status != "running":
            raise ConnectionError(
                "the scheduler is lost or was told to cancel; what arrived is kept: run it again"
            )
        key = (int(tasks[0][0]), int(tasks[0][1]))
        self.failures[key] = self.failures.get(key, 0) + 1
        if self.failures[key] <= self.retries:
            return
        error = future.exception()
        raise TaskError(
            f"{len(tasks)} layers from layer {key[1]} of configuration {key[0]} on failed "
            f"{self.failures[key]} times, last with {type(error).__name__}: {error}; "
            "what arrived is kept: run it again"
        )

    def _tell(self, wave: float) -> None:
        if self.progress is None:
            return
        took = time.monotonic() - self.began
        done = self.run.done + wave * self.run.wave_length
        left = (self.run.configurations - done) * took / done if done > 0 else 0.0
        self.progress(
            f"{done:.0f} of {self.run.configurations} configurations, "
            f"{self.run.counts['layers_mapped'] / took:.0f} layers/s on {self.threads.count()} "
            f"threads, {_time_text(left)} left",
            done / self.run.configurations,
        )


def solve_layers(study: str, fingerprint: str, tasks: Tasks) -> dict[str, Any]:
    """What a worker does: maps layers. `refused`: a user's mistake, which no retry cures."""
    began = time.monotonic()
    try:
        layers = _study(study, fingerprint).solve(np.ascontiguousarray(tasks))
    except _core.InputError as error:
        return {"refused": f"worker {_worker()}: {error}", "layers": [], "seconds": 0.0}
    return {"refused": None, "layers": layers, "seconds": time.monotonic() - began}


@functools.lru_cache(maxsize=4)
def _study(name: str, fingerprint: str) -> _core.Study:
    study = _core.Study(name)
    if study.fingerprint == fingerprint:
        return study
    raise _core.InputError(
        f"{name}: not the study that the coordinator read (fingerprint {study.fingerprint}, there "
        f"{fingerprint}); give all machines the same version of Tilewise, the same study and the "
        "same files that it names, and start the workers anew"
    )


def _worker() -> str:
    import distributed

    try:
        return str(distributed.get_worker().address)
    except ValueError:
        return "here"


def _shared_name(study: str | os.PathLike[str]) -> str:
    """What a worker, in another folder, finds the same study under."""
    path = pathlib.Path(study)
    return str(path.resolve()) if path.exists() else os.fspath(study)


def _time_text(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


class _TaskSize:
    """How many layers take the time of a task, by those that came back last."""

    def __init__(self, seconds: float) -> None:
        self.target = seconds
        self.seconds = 0.0
        self.known = 0.0

    def note(self, layers: int, seconds: float) -> None:
        """Older tasks count less."""
        self.seconds = 0.9 * self.seconds + seconds
        self.known = 0.9 * self.known + layers

    def layers(self, left: int, threads: int) -> int:
        """The length of the next task of `left` layers; shorter ones end a wave together."""
        if self.known == 0:
            return min(left, FIRST_LAYERS)
        whole = self.target * self.known / max(self.seconds, 1e-9)
        shared = max(left / (2 * threads), LEAST_SHARE * whole)
        return max(1, min(left, int(min(whole, shared))))


class _Threads:
    """How many threads the workers have, asked once a second; 1 where there is no worker."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.asked = float("-inf")
        self.known = 1

    def count(self) -> int:
        if time.monotonic() - self.asked > 1:
            self.known = max(1, sum(self.client.nthreads().values()))
            self.asked = time.monotonic()
        return self.known
