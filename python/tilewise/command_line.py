"""Command lines of the package: argparse that refuses in one line, as the C++ program does."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from tilewise.commands import refuse
from tilewise.words import did_you_mean

_NUMBER = re.compile(r"-\.?\d")  # what argparse takes for a value


class Parser(argparse.ArgumentParser):
    """The parser of a command. Options are written in full; an unknown one is refused first,
    with the nearest known one."""

    def __init__(self, **keys: Any) -> None:
        super().__init__(allow_abbrev=False, **keys)
        self._commands: argparse._SubParsersAction[Parser] | None = None

    def add_subparsers(self, **keys: Any) -> argparse._SubParsersAction[Parser]:  # type: ignore[override]
        self._commands = super().add_subparsers(**keys)
        return self._commands

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        for word in args or ():
            if word == "--":
                break
            if self._is_option(word):
                self._check_option(word.partition("=")[0])
            elif self._commands is not None:
                self._check_command(word, list(self._commands.choices))
                break  # the others are its own
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        raise SystemExit(refuse(f"{self.prog}: {message}; {self.prog} --help tells more"))

    @staticmethod
    def _is_option(word: str) -> bool:
        return len(word) > 1 and word[0] == "-" and " " not in word and not _NUMBER.match(word)

    def _check_option(self, option: str) -> None:
        known = self._option_string_actions
        if option not in known:
            question = did_you_mean(option, [each for each in known if each.startswith("--")])
            self.error(f"unknown option {option}{question}")

    def _check_command(self, word: str, known: list[str]) -> None:
        if word not in known:
            there = ", ".join(known)
            question = did_you_mean(word, known)
            self.error(f"unknown command {word}; there are: {there}{question}")
