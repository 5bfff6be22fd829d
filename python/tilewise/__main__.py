"""The command `tilewise`: sub-commands written in Python, else the C++ program."""

import contextlib
import importlib
import os
import pathlib
import sys
from typing import NoReturn

import tilewise

# Sub-commands written in Python: name, then the module whose `main(arguments)` returns the exit
# code. All others belong to the program.
COMMANDS: dict[str, str] = {
    "dataset": "tilewise.dataset.command",
    "search": "tilewise.searches.command",
    "codesign": "tilewise.codesigns.command",
    # What `explore` of the program goes on as where a study has `search`.
    "search-study": "tilewise.study_search.command",
}

PROGRAM = pathlib.Path(tilewise.__file__).parent / "bin" / "tilewise"


def run_program(arguments: list[str]) -> NoReturn:
    """Becomes the C++ program; `import tilewise` has told it where the shipped data lie."""
    os.environ["TILEWISE_PYTHON"] = sys.executable  # for what it hands back
    os.execv(PROGRAM, [str(PROGRAM), *arguments])


def refuse(message: str) -> int:
    """Writes the error as one line without control characters; returns the exit code. Nobody reads
    a stream that is closed or full: the exit code says it."""
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in message.replace("\n", " "))
    with contextlib.suppress(OSError):
        os.write(2, f"error: {shown}\n".encode(errors="backslashreplace"))
    return 2


def main() -> int:
    """Runs the command line; returns the exit code: 0, or 2 for a refusal."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] not in COMMANDS:
        run_program(arguments)
    command = importlib.import_module(COMMANDS[arguments[0]])
    try:
        return command.main(arguments[1:])
    except tilewise.InputError as error:
        return refuse(str(error))


if __name__ == "__main__":
    sys.exit(main())
