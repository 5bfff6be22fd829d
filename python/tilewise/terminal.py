"""How far work is, on the error stream where that is a terminal."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

from tilewise.costs import Progress

_SECONDS = 0.1  # between two lines that a person sees


def _percent(phase: str, share: float) -> str:
    return f"{phase} {share:4.0%}"


def _now_and_then(show: Progress) -> Progress:
    """Shows what a person can see: not more often than that, but the end of a phase always."""
    shown = 0.0

    def told(phase: str, share: float) -> None:
        nonlocal shown
        if share < 1 and time.monotonic() - shown < _SECONDS:
            return
        shown = time.monotonic()
        show(phase, share)

    return told


def progress_line() -> Progress | None:
    """Shows phase and share, each phase on a line of its own; None where there is no terminal."""
    if not sys.stderr.isatty():
        return None

    def show(phase: str, share: float) -> None:
        end = "\n" if share >= 1 else ""
        print(f"\r{_percent(phase, share)}", end=end, file=sys.stderr, flush=True)

    return _now_and_then(show)


@contextlib.contextmanager
def wiped_line(text: Callable[[str, float], str] = _percent) -> Iterator[Progress | None]:
    """The same on one line, which is wiped in the end; text: of phase and share."""
    if not sys.stderr.isatty():
        yield None
        return

    def show(phase: str, share: float) -> None:
        print(f"\r{text(phase, share)}\033[K", end="", file=sys.stderr, flush=True)

    try:
        yield _now_and_then(show)
    finally:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
