"""What the coordinator of a cluster cuts: the layers of open waves, in tasks of some seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from distributed import Client

#: Rows of (position of a configuration, layer).
Tasks = npt.NDArray[np.int64]

FIRST_LAYERS = 4  # of a task whose time nobody knows
LEAST_SHARE = 0.05  # of the time of a task, that the short ones at the end take


@dataclass
class Wave:
    """Configurations that are open. layers: of them that are to be mapped, the first of which are
    handed out, or are kept, too. searches: the rows of layers at which searches begin, which are
    not cut."""

    layers: Tasks
    searches: npt.NDArray[np.int64]
    configurations: int
    handed_out: int = 0
    kept: int = 0

    def left(self) -> int:
        """Layers that are not handed out."""
        return len(self.layers) - self.handed_out

    def is_kept(self) -> bool:
        return self.kept == len(self.layers)

    def done(self) -> float:
        """Configurations, by the share of the layers that are kept."""
        return self.configurations * (self.kept / len(self.layers) if len(self.layers) else 1.0)

    def next(self, count: int) -> Tasks:
        """Hands out that many layers or, to the end of a search, a few more."""
        begin = self.handed_out
        after = int(np.searchsorted(self.searches, begin + count))
        whole = after < len(self.searches)
        self.handed_out = int(self.searches[after]) if whole else len(self.layers)
        return self.layers[begin : self.handed_out]


class TaskSize:
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
        """The length of the next task where `left` layers may be handed out before others come
        back; shorter ones end together."""
        if self.known == 0:
            return FIRST_LAYERS
        whole = self.target * self.known / max(self.seconds, 1e-9)
        shared = max(left / (2 * threads), LEAST_SHARE * whole)
        return max(1, int(min(whole, shared)))


class Threads:
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
