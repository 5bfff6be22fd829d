"""A study on many machines through Dask: the same files as `tilewise explore` writes on one.

    from distributed import Client
    import tilewise.cluster
    front = tilewise.cluster.explore("study.yaml", "out", Client("tcp://10.0.0.1:8786"))

One process, the coordinator, opens configurations in waves, cuts their layers into tasks of some
seconds, and alone writes the store; workers map layers and know nothing else. docs/cluster.md.
"""

from __future__ import annotations

import collections
import functools
import os
import pathlib
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tilewise import _core
from tilewise.cluster_tasks import Tasks, TaskSize, Threads, Wave
from tilewise.costs import Progress
from tilewise.explorations import front, open_run
from tilewise.study_search.run import search

if TYPE_CHECKING:
    from distributed import Client, Future

# Layers whose results the open waves hold in the memory of the coordinator: about 300 bytes each.
OPEN_LAYERS = 1 << 20
OPEN_CONFIGURATIONS = 4096
OPEN_WAVES = 4  # so that nobody waits for the last tasks of one
TASKS_PER_THREAD = 4  # in flight


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
    began = time.monotonic()
    spread(run, study, client, seconds_per_task, retries, progress)
    if command is None:
        command = f"tilewise.cluster.explore({os.fspath(study)!r}, {os.fspath(out)!r}, ...)"
    run.write(command, time.monotonic() - began)
    return run


def spread(
    run: _core.Exploration,
    study: str | os.PathLike[str],
    client: Client,
    seconds_per_task: float = 5.0,
    retries: int = 3,
    progress: Progress | None = None,
) -> None:
    """Costs the configurations of a run of `study` on the workers, as `explore` says."""
    name = _shared_name(study)
    Coordinator(run, name, client, seconds_per_task, retries, progress).explore()


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
        self.size = TaskSize(seconds_per_task)
        self.threads = Threads(client)
        #: Open ones, the oldest first: only the last has layers that are not handed out.
        self.waves: collections.deque[Wave] = collections.deque()
        self.most_waves = 1 if run.prune or run.search is not None else OPEN_WAVES
        most = min(OPEN_CONFIGURATIONS, OPEN_LAYERS // max(1, run.layers))
        self.wave_length = max(1, most // OPEN_WAVES)
        self.flying: dict[Future[Any], tuple[Wave, Tasks]] = {}
        self.arrivals: Any = None  # of `flying`, as they are done
        self.failures: dict[tuple[int, int], int] = {}  # of the task that begins with this layer
        self.began = time.monotonic()

    def explore(self) -> None:
        """All of the study. Results are kept as they arrive."""
        import distributed

        self.arrivals = distributed.as_completed(loop=self.client.loop)
        try:
            if self.run.search is None:
                self._work()
            else:
                search(self.run, solve=self._solve_proposed)
        finally:
            if self.flying and self.client.status == "running":
                self.client.cancel(list(self.flying), force=True)

    def _solve_proposed(self, positions: npt.NDArray[np.int64]) -> None:
        """Costs what a search proposes at a time, which is a wave."""
        self.run.open_wave_of(positions)
        self._note_opened(len(positions))
        self._work()

    def _work(self) -> None:
        """Until all is kept that is open, or can be opened."""
        while True:
            self._hand_out()
            if not self.flying:
                return
            self._keep(self.arrivals.next_batch())
            self._close()
            self._tell()

    def _hand_out(self) -> None:
        """Tasks for all threads, of waves that are opened as they are needed."""
        while len(self.flying) < TASKS_PER_THREAD * self.threads.count():
            if self.waves and self.waves[-1].left():
                wave = self.waves[-1]
                self._submit(wave, wave.next(self.size.layers(self._left(), self.threads.count())))
            elif not self._open():
                return

    def _open(self) -> bool:
        """Opens the next wave of a grid, where there is one and room for it."""
        if self.run.search is not None or len(self.waves) == self.most_waves:
            return False
        before = self.run.open_length
        if not self.run.open_wave(self.wave_length):
            return False
        self._note_opened(self.run.open_length - before)
        return True

    def _note_opened(self, configurations: int) -> None:
        self.waves.append(Wave(self.run.tasks(), self.run.searches(), configurations))
        self._close()  # where the store knows all of it

    def _close(self) -> None:
        while self.waves and self.waves[0].is_kept():
            self.run.close_wave()
            self.waves.popleft()

    def _left(self) -> int:
        """Layers that may be handed out before others come back: of the last wave, and about those
        of the waves that there is room for."""
        room = (self.most_waves - len(self.waves)) * self.wave_length
        later = min(room, self.run.configurations - self.run.done - self.run.open_length)
        return self.waves[-1].left() + later * self.run.layers

    def _submit(self, wave: Wave, tasks: Tasks) -> None:
        future = self.client.submit(
            solve_layers, self.study, self.run.fingerprint, tasks, pure=False
        )
        self.flying[future] = (wave, tasks)
        self.arrivals.add(future)

    def _keep(self, futures: list[Future[Any]]) -> None:
        """Keeps what arrived and submits again what failed."""
        done = {future.key: future for future in futures if future.status == "finished"}
        results = self.client.gather(done, errors="skip") if done else {}
        for future in futures:
            wave, tasks = self.flying.pop(future)
            result = results.get(future.key)
            if result is None:
                self._note_failure(future, tasks)
                self._submit(wave, tasks)
                continue
            if result["refused"] is not None:
                raise _core.InputError(result["refused"])
            self.run.keep(tasks, result["layers"])
            self.size.note(len(tasks), result["seconds"])
            wave.kept += len(tasks)

    def _note_failure(self, future: Future[Any], tasks: Tasks) -> None:
        """Of an exception, or of a result that was lost with the worker that had it."""
        if future.status == "cancelled" or self.client.status != "running":
            raise ConnectionError(
                "the scheduler is lost or was told to cancel; what arrived is kept: run it again"
            )
        key = (int(tasks[0][0]), int(tasks[0][1]))
        self.failures[key] = self.failures.get(key, 0) + 1
        if self.failures[key] <= self.retries:
            return
        last = "the loss of the worker that had the result"
        if future.status == "error":
            error = future.exception()
            last = f"{type(error).__name__}: {error}"
        raise TaskError(
            f"{len(tasks)} layers from layer {key[1]} of configuration {key[0]} on failed "
            f"{self.failures[key]} times, last with {last}; what arrived is kept: run it again"
        )

    def _tell(self) -> None:
        if self.progress is None:
            return
        took = time.monotonic() - self.began
        search = self.run.search
        all_of_it = self.run.configurations if search is None else search["evaluations"]
        done = min(all_of_it, self.run.done + sum(wave.done() for wave in self.waves))
        left = (all_of_it - done) * took / done if done > 0 else 0.0
        self.progress(
            f"{done:.0f} of {all_of_it} configurations, "
            f"{self.run.counts['layers_mapped'] / took:.0f} layers/s on {self.threads.count()} "
            f"threads, {_time_text(left)} left",
            done / all_of_it,
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
