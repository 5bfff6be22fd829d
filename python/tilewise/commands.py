"""What the commands of the package share: how they end, and options of the form WORD=NUMBER."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import warnings
from collections.abc import Callable
from typing import NoReturn

from tilewise._core import InputError
from tilewise.text_numbers import number_of

_SIGNALLED = 128  # exit code, and the number of the signal


class _Terminated(KeyboardInterrupt):
    """SIGTERM, which ends work as Ctrl-C does."""


def _terminate(number: int, frame: object) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a second one ends the process
    raise _Terminated


def _complain(message: Warning | str, *_: object) -> None:
    """A warning as the program writes it: a line."""
    print(f"warning: {message}", file=sys.stderr)


def exit_code(work: Callable[[], int], interrupted: str = "") -> int:
    """What `work` returns; 130 after Ctrl-C and 143 after SIGTERM, of which `interrupted` is said;
    0 where whoever reads the output has enough."""
    if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _terminate)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _complain
            return work()
    except KeyboardInterrupt as error:
        if interrupted:
            print(f"error: {interrupted}", file=sys.stderr)
        number = signal.SIGTERM if isinstance(error, _Terminated) else signal.SIGINT
        return _SIGNALLED + number
    except BrokenPipeError:  # Python flushes once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def refuse(message: str) -> int:
    """Writes the error as one line without control characters; returns the exit code. Nobody reads
    a stream that is closed or full: the exit code says it."""
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in message.replace("\n", " "))
    with contextlib.suppress(OSError):
        os.write(2, f"error: {shown}\n".encode(errors="backslashreplace"))
    return 2


def limits_of(option: str, texts: list[str], example: str) -> dict[str, float]:
    """The numbers by the words of "WORD=NUMBER", which `option` was given. Raises InputError."""
    limits: dict[str, float] = {}
    for text in texts:
        word, _, number = text.partition("=")
        try:
            limit = number_of(number)
        except ValueError:
            raise InputError(f"{option} {text}: expected WORD=NUMBER, such as {example}") from None
        if word in limits:
            raise InputError(f"{option} {text}: {word} has a limit already; leave one out")
        limits[word] = limit
    return limits
