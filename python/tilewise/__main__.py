"""The command `tilewise`: sub-commands written in Python, else the C++ program."""

import importlib
import os
import sys
from typing import NoReturn

import tilewise
from tilewise.commands import refuse
from tilewise.cpp_program import PROGRAM

# Sub-commands written in Python: name, then the module whose `main(arguments)` returns the exit
# code. All others belong to the program, and so does `fpga` but for what is here.
COMMANDS: dict[str, str] = {
    "dataset": "tilewise.dataset.command",
    "search": "tilewise.searches.command",
    "codesign": "tilewise.codesigns.command",
    # What `--html` of the program goes on as.
    "report-page": "tilewise.report.command",
    "fpga generate": "tilewise.rtl.command",
    "fpga simulate": "tilewise.rtl.command",
    "fpga synthesise": "tilewise.rtl.command",
    # What `fpga what-if --verify` of the program goes on as.
    "verify-what-if": "tilewise.rtl.what_if_command",
    # What `explore` of the program goes on as where a study has `search`.
    "search-study": "tilewise.study_search.command",
}


def run_program(arguments: list[str]) -> NoReturn:
    """Becomes the C++ program; `import tilewise` has told it where the shipped data lie."""
    os.environ["TILEWISE_PYTHON"] = sys.executable  # for what it hands back
    os.execv(PROGRAM, [str(PROGRAM), *arguments])


def main() -> int:
    """Runs the command line; returns the exit code: 0, or 2 for a refusal."""
    arguments = sys.argv[1:]
    words = next((n for n in (2, 1) if " ".join(arguments[:n]) in COMMANDS), 0)
    if words == 0:
        run_program(arguments)
    command = importlib.import_module(COMMANDS[" ".join(arguments[:words])])
    try:
        return command.main(arguments[1:])
    except tilewise.InputError as error:
        return refuse(str(error))


if __name__ == "__main__":
    sys.exit(main())
