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


def progress_line() -> Progress | None:
    """Shows phase and share, each phase on a line of its own; None where there is no terminal."""
    if not sys.stderr.isatty():
        return None
    shown = 0.0

    def show(phase: str, share: float) -> None:
        nonlocal shown
        if share < 1 and time.monotonic() - shown < _SECONDS:
            return
        shown = time.monotonic()
        end = "\n" if share >= 1 else ""
        print(f"\r{_percent(phase, share)}", end=end, file=sys.stderr, flush=True)

    return show


@contextlib.contextmanager
def wiped_line(text: Callable[[str, float], str] = _percent) -> Iterator[Progress | None]:
    """The same on one line, which is wiped in the end; text: of phase and share."""
    if not sys.stderr.isatty():
        yield None
        return
    shown = 0.0

    def show(phase: str, share: float) -> None:
        nonlocal shown
        if share < 1 and time.monotonic() - shown < _SECONDS:
            return
        shown = time.monotonic()
        print(f"\r{text(phase, share)}\033[K", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
