"""The file that a search goes on from: JSON lines, the question and then each evaluated candidate.

A file appears whole, under its name; then each evaluation is a line at its end. A last line without
an end is that of a search that was killed, and is dropped.
"""

from __future__ import annotations

import fcntl
import json
import os
import pathlib
from typing import Any, NoReturn

from tilewise._core import InputError
from tilewise.outputs import write_whole
from tilewise.text_numbers import number_of

SCHEMA = "tilewise.search"
VERSION = 1


class State:
    """The evaluations of earlier runs, and a place for those of this one; without a file there are
    none. known: text and accuracy of each candidate; None where it was not asked."""

    def __init__(self, path: str | os.PathLike[str] | None, question: dict[str, Any]) -> None:
        """Reads the file, or makes it. Raises InputError where it is not of this question."""
        self.known: list[tuple[str, float | None]] = []
        self._path = None if path is None else pathlib.Path(path)
        self._file = None
        if self._path is None:
            return
        header = _line({"schema": SCHEMA, "version": VERSION, **question})
        try:
            if self._path.exists() and not self._path.is_file():
                raise InputError(f"{path}: not a file; name another file")
            if not self._path.exists():
                write_whole(self._path, header)
            self._file = self._path.open("ab")
            self._lock()
            self._read(self._path.read_bytes(), header)
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}; name another file") from None

    def record(self, text: str, accuracy: float | None) -> None:
        """Adds an evaluation. Raises InputError where the file cannot be written."""
        if self._file is None:
            return
        try:
            self._file.write(_line({"candidate": text, "accuracy": accuracy}))
            self._file.flush()
        except OSError as error:
            raise InputError(f"{self._path}: cannot be written: {error.strerror}") from None

    def differs(self, order: int, text: str) -> NoReturn:
        """Refuses a file whose candidate is not the one that the search comes to."""
        raise InputError(
            f"{self._path}:{order + 2}: candidate {self.known[order][0]}; the search comes to "
            f"{text} there: other versions of Python or pymoo? Name another file"
        )

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()

    def _lock(self) -> None:
        """The system lifts the lock of a process that ends in any way."""
        assert self._file is not None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                f"{self._path}: another search writes there; wait until it ends, or name another "
                "file"
            ) from None
        except OSError:
            pass  # a file system without locks

    def _read(self, content: bytes, header: bytes) -> None:
        lines = content.splitlines(keepends=True)
        self._check_question(lines[0] if lines else b"", header)
        whole = [line for line in lines if line.endswith(b"\n")]
        for number, line in enumerate(whole[1:], start=2):
            try:
                entry = json.loads(line)
                text, accuracy = entry["candidate"], entry["accuracy"]
                if accuracy is not None:
                    accuracy = number_of(json.dumps(accuracy))
            except (ValueError, KeyError, TypeError):
                raise InputError(
                    f"{self._path}:{number}: not a line of a search; name another file"
                ) from None
            self.known.append((str(text), accuracy))
        if len(whole) < len(lines):
            assert self._file is not None
            self._file.truncate(sum(map(len, whole)))

    def _check_question(self, found: bytes, header: bytes) -> None:
        try:
            earlier = json.loads(found)
        except ValueError:
            earlier = None
        if not isinstance(earlier, dict) or earlier.get("schema") != SCHEMA:
            raise InputError(f"{self._path}: not the state of a search; name another file")
        for key, asked in json.loads(header).items():
            if earlier.get(key) != asked:
                raise InputError(
                    f"{self._path}: {key}: is of a search with {earlier.get(key)}, asked is "
                    f"{asked}; ask the same, or name another file"
                )


def _line(entry: dict[str, Any]) -> bytes:
    return (json.dumps(entry, ensure_ascii=False, allow_nan=False) + "\n").encode()
