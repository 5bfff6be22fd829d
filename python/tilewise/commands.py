"""What the commands of the package share: how they end, and options of the form WORD=NUMBER."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from tilewise._core import InputError

_INTERRUPTED = 130  # exit code: the user pressed Ctrl-C


def exit_code(work: Callable[[], int], interrupted: str = "") -> int:
    """What `work` returns; 130 after Ctrl-C, of which `interrupted` is said; 0 where whoever reads
    the output has enough."""
    try:
        return work()
    except KeyboardInterrupt:
        if interrupted:
            print(f"error: {interrupted}", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:  # Python flushes once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def limits_of(option: str, texts: list[str], example: str) -> dict[str, float]:
    """The numbers by the words of "WORD=NUMBER", which `option` was given. Raises InputError."""
    limits: dict[str, float] = {}
    for text in texts:
        word, _, number = text.partition("=")
        try:
            limit = float(number)
        except ValueError:
            raise InputError(f"{option} {text}: expected WORD=NUMBER, such as {example}") from None
        if word in limits:
            raise InputError(f"{option} {text}: {word} has a limit already; leave one out")
        limits[word] = limit
    return limits
