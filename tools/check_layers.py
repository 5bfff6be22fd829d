#!/usr/bin/env python3
"""Fail when a file includes a folder that its own folder may not see, shows a third-party header
to others, or grows too long, or a function in it does.

Usage: tools/check_layers.py [ROOT]
"""

import pathlib
import re
import sys

from function_lengths import long_functions

# Lowest first: each folder may include itself and all before it (docs: "Layers of the code").
LAYERS = [
    "base",
    "workload",
    "arch",
    "sim",
    "mapper",
    "design",
    "space",
    "sweep",
    "study",
    "report",
    "validation",
    "api",
    "app",
]
# Folders that no layer may include.
OUTSIDE = {"tests", "bench", "python", "tools"}
MAY_INCLUDE = {folder: set(LAYERS[: i + 1]) for i, folder in enumerate(LAYERS)}

THIRD_PARTY = {
    "yaml-cpp",
    "Eigen",
    "boost",
    "omp.h",
    "nlohmann",
    "CLI",
    "fmt",
    "sqlite3.h",
    "onnx",
    "google",
}
SUFFIXES = {".cpp", ".hpp", ".py", ".sh"}
NOT_OURS = {"build", "out"}
MAX_LINES = 400

INCLUDE = re.compile(r'\s*#\s*include\s*[<"]([^/>"]+)(/?)')


def our_files(root):
    """The source files of the repository, without hidden folders and what is built."""
    for top in sorted(root.iterdir()):
        if top.is_dir() and top.name not in NOT_OURS and not top.name.startswith("."):
            for path in sorted(top.rglob("*")):
                if path.suffix in SUFFIXES and path.is_file():
                    yield path


def faults_of(path, root):
    """What is wrong with one file, a line each."""
    name = path.relative_to(root)
    lines = path.read_text().splitlines()
    faults = []
    if len(lines) > MAX_LINES:
        faults.append(f"{name}: {len(lines)} lines, at most {MAX_LINES}")
    faults += long_functions(path, name)
    if path.suffix not in {".cpp", ".hpp"}:
        return faults
    folder = name.parts[0]
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        first, in_folder = match[1], bool(match[2])
        ours = in_folder and first in MAY_INCLUDE.keys() | OUTSIDE
        if ours and folder in MAY_INCLUDE and first not in MAY_INCLUDE[folder]:
            faults.append(f"{name}:{number}: {folder} may not include {first}")
        if path.suffix == ".hpp" and first in THIRD_PARTY:
            faults.append(f"{name}:{number}: {first} may be included in .cpp files only")
    return faults


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    faults = [fault for path in our_files(root) for fault in faults_of(path, root)]
    print("\n".join(faults) or "layers: no fault")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
