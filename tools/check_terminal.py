#!/usr/bin/env python3
"""Run the program in a terminal: what people see must fit it, and words must complete.

Usage: tools/check_terminal.py EXECUTABLE [COLUMNS]...   (default: 80)
"""

import fcntl
import os
import pathlib
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

ESCAPE = "\x1b["
END = b"\0end\0"  # what no program writes
LEFT_OUT = re.compile(r"\((.*) left out; --wide shows all\)")

# Commands that print tables, without long searches; {out} is a folder of its own.
TABLES = [
    "arch list",
    "arch show eyeriss",
    "arch families eyeriss",
    "device list",
    "network list",
    "network show resnet18",
    "space list",
    "map --device two_level --layer pointwise_72",
    "evaluate --device eyeriss --layer alexnet_conv3 --batch 4"
    " --mapping m=64,n=4,e=13,p=16,q=3,r=2,t=2",
    "cost --network alexnet --device pixel_m32p32,pixel_m64p64",
    "cost --network alexnet --device pixel_m32p32 --by operator",
    "sweep fbnet --dataset cifar100 --device hwnasbench-zc706 --out {out}",
    "validate --list",
    "validate eyeriss_area",
]


class Terminal:
    """The program in a terminal of so many columns."""

    def __init__(self, executable, folder):
        self.executable = executable
        self.folder = folder

    def run(self, words, columns, errors=False, **environment):
        """What it shows, without the carriage returns of the terminal; errors: also of stderr."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        clean = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
        process = subprocess.Popen(
            [self.executable, *words],
            stdin=slave,
            stdout=slave,
            stderr=slave if errors else subprocess.DEVNULL,
            cwd=self.folder,
            env=clean | {"TERM": "xterm"} | environment,
        )
        # Ours is the last to close it, after a mark: what is on its way then may be lost.
        ended = threading.Thread(target=lambda: (process.wait(), os.write(slave, END)))
        ended.start()
        shown = b""
        while not shown.endswith(END):
            shown += os.read(master, 65536)
        ended.join()
        os.close(slave)
        os.close(master)
        return shown.removesuffix(END).decode().replace("\r\n", "\n")

    def plain(self, words):
        """What it writes where there is no terminal."""
        done = subprocess.run(
            [self.executable, *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout


def rows_of(text):
    """The lines of tables: sentences have no two blanks between words."""
    return [line for line in text.splitlines() if re.search(r"\S  ", line)]


def check_tables(terminal, widths):
    """Rows of `widths` columns fit, say what they leave out, and are whole on demand."""
    faults = []
    for number, command in enumerate(TABLES):
        # A second sweep of a folder goes on with what is there.
        words = command.format(out=f"out{number}").split()
        whole = re.sub(r"\d+\.\d+ s\b", "", terminal.plain(words))
        for columns in widths:
            shown = terminal.run(words, columns, NO_COLOR="1")
            wide = [row for row in rows_of(shown) if len(row) > columns]
            if wide:
                faults.append(f"{command}: at {columns} columns: {wide[0]!r}")
            fits = max(map(len, rows_of(whole)), default=0) <= columns
            if fits and LEFT_OUT.search(shown):
                faults.append(f"{command}: left something out of {columns} columns that fits")
        if "sweep" in command or "cost" in command:
            continue  # they tell times, and cut names themselves
        if terminal.run([*words, "--wide"], 80, NO_COLOR="1") != whole:
            faults.append(f"{command}: --wide is not what a pipe gets")
    return faults


def check_colours(terminal):
    """Colours on a terminal, none elsewhere, and none where somebody asks for none."""
    words = ["arch", "list"]
    faults = []
    if ESCAPE not in terminal.run(words, 80):
        faults.append("no colours on a terminal")
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        if ESCAPE in terminal.run(words, 80, **{name: value}):
            faults.append(f"colours with {name}={value}")
    if ESCAPE in terminal.plain(words):
        faults.append("colours without a terminal")
    narrow = terminal.run(words, 200, NO_COLOR="1", COLUMNS="60")
    if max(map(len, rows_of(narrow))) > 60:
        faults.append("COLUMNS does not decide")
    return faults


# A line up to the cursor, words that it must offer, and words that it must not.
COMPLETED = [
    ("tilewise ma", ["map"], ["arch"]),
    ("tilewise arch ", ["show", "list", "families"], ["map"]),
    ("tilewise map --dev", ["--device"], ["--layer"]),
    ("tilewise map --device eye", ["eyeriss", "eyeriss_free"], ["zc706"]),
    ("tilewise map --device board:zcu10", ["zcu102", "zcu104"], ["vc707"]),
    ("tilewise sweep nasbench201 --device eyeriss,zc70", ["eyeriss,zc706"], ["zc706"]),
    ("tilewise network show resn", ["resnet18", "resnet50"], ["alexnet"]),
    ("tilewise cost --network mob", ["mobilenetv2"], ["vgg16"]),
    ("tilewise fpga design --objective lat", ["latency"], ["energy"]),
    ("tilewise sweep nasbench2", ["nasbench201"], ["fbnet"]),
    ("tilewise explore eyeriss_", ["eyeriss_buffers", "eyeriss_grid"], ["two_dataflows"]),
]

# How each shell is asked for the words after a line ($2); $1 is the script. In bash as readline
# splits the line, at blanks and at = and :; in zsh as its bashcompinit does.
ASK = {
    "bash": r"""
source "$1"
COMP_LINE=$2
COMP_POINT=${#COMP_LINE}
IFS=$'\n' read -r -d '' -a COMP_WORDS < <(grep -oE '[=:]|[^=:[:space:]]+' <<<"$2")
[[ $2 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_tilewise
printf '%s\n' "${COMPREPLY[@]}"
""",
    "zsh": r"""
source "$1"
COMP_LINE=$2
COMP_POINT=${#2}
COMP_WORDS=(${=2})
[[ $2 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS} - 1))
emulate ksh -c '_tilewise; printf "%s\n" "${COMPREPLY[@]}"'
""",
    "fish": "source $argv[2]; complete -C $argv[3] | cut -f 1",
}


def check_shell(terminal, shell):
    """The script is well-formed and offers the words."""
    script = terminal.folder / f"completion.{shell}"
    script.write_text(terminal.plain(["completion", shell]))
    if shutil.which(shell) is None:
        print(f"{shell}: not installed, its script was not tried")
        return []
    faults = []
    for line, offered, kept_back in COMPLETED:
        if shell == "fish" and ("," in line or ":" in line):
            continue  # it completes no lists by comma, and quotes colons
        asked = subprocess.run(
            [shell, "-c", ASK[shell], "ask", script, line],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        # Behind a colon bash offers the rest, the others the whole word.
        words = asked.stdout.split() + [word.split(":")[-1] for word in asked.stdout.split()]
        if asked.stderr or not set(offered) <= set(words) or set(kept_back) & set(words):
            faults.append(f"{shell}: {line!r}: offered {words} {asked.stderr}")
    return faults


def check_completion(terminal):
    """What bash, zsh and fish offer, where these are there."""
    return [fault for shell in ASK for fault in check_shell(terminal, shell)]


def check_waiting(terminal):
    """What takes over a second says so, and wipes it; nothing of it is in a pipe."""
    slow = terminal.folder / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 1.5\n")
    slow.chmod(0o755)
    words = ["report", "costs", "--html", "page.html"]
    environment = {"TILEWISE_PYTHON": str(slow)}
    shown = terminal.run(words, 80, errors=True, **environment)
    faults = []
    if "\rwrite page.html 1 s\x1b[K" not in shown or not shown.endswith("\r\x1b[K"):
        faults.append(f"report: on a terminal it says {shown!r}")
    piped = subprocess.run(
        [terminal.executable, *words],
        cwd=terminal.folder,
        capture_output=True,
        env=os.environ | environment,
        timeout=60,
        check=True,
    )
    if piped.stdout or piped.stderr:
        faults.append(f"report: without a terminal it says {piped.stderr!r}")
    return faults


def check_interrupt(terminal):
    """A command that keeps nothing says so."""
    process = subprocess.Popen(
        [terminal.executable, "validate"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=terminal.folder,
    )
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    if process.returncode != 128 + signal.SIGINT or not said.startswith("error: interrupted; kept"):
        return [f"validate: exit code {process.returncode}: {said!r}"]
    return []


def main():
    executable = pathlib.Path(sys.argv[1]).resolve()
    widths = [int(each) for each in sys.argv[2:]] or [80]
    with tempfile.TemporaryDirectory() as folder:
        terminal = Terminal(executable, pathlib.Path(folder))
        faults = check_tables(terminal, widths)
        for check in (check_colours, check_completion, check_waiting, check_interrupt):
            faults += check(terminal)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
