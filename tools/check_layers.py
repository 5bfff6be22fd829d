#!/usr/bin/env python3
"""Fail when a file includes a folder that its own folder may not see, shows a third-party header
to others, reaches itself through its includes, or grows too long, or a function in it does; when
a folder holds too many files; and when two headers define a type of one name, which no compiler
tells and a program crashes of.

Usage: tools/check_layers.py [ROOT]
"""

import collections
import pathlib
import re
import sys

from function_lengths import long_functions

# Lowest first: each folder, with those inside it, may include itself and all before it
# (docs/architecture.md).
LAYERS = [
    "base",
    "workload",
    "arch",
    "sim",
    "mapper",
    "schedule",
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
OUTSIDE = {"tests", "bench", "fuzz", "python", "tools"}
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
CODE = {".cpp", ".hpp"}
NOT_OURS = {"build", "out"}
MAX_LINES = 400
MAX_FILES = 62  # of .cpp and .hpp in one folder, without those inside it

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])(([^/>"]+)(/?)[^>"]*)')
# At the margin, and no mere declaration.
TYPE = re.compile(r"^(?:struct|class|enum class) ([A-Z]\w*)(?: final)?(?: : [^;{]*)?\s*\{", re.M)


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
    if path.suffix not in CODE:
        return faults
    folder = name.parts[0]
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        mark, whole, first, in_folder = match.groups()
        ours = in_folder and first in MAY_INCLUDE.keys() | OUTSIDE
        if ours and folder in MAY_INCLUDE and first not in MAY_INCLUDE[folder]:
            faults.append(f"{name}:{number}: {folder} may not include {first}")
        if path.suffix == ".hpp" and first in THIRD_PARTY:
            faults.append(f"{name}:{number}: {first} may be included in .cpp files only")
        if mark == '"' and folder in MAY_INCLUDE and not ours and (path.parent / whole).is_file():
            there = (path.parent / whole).resolve().relative_to(root)
            faults.append(f'{name}:{number}: "{whole}" is included as "{there}"')
    return faults


def included_by(path, root):
    """The files of the repository that one file includes, in order."""
    # Where the compiler looks: from the root, beside the file, in tests/ and python/.
    places = (root, path.parent, root / path.relative_to(root).parts[0])
    found = []
    for line in path.read_text().splitlines():
        match = INCLUDE.match(line)
        if match:
            files = [place / match[2] for place in places]
            found += [file.resolve() for file in files if file.is_file()][:1]
    return found


def cycle_from(start, includes):
    """The shortest way from a file to itself; empty: there is none."""
    ways, seen = [[start]], set()
    for way in ways:
        for file in includes[way[-1]]:
            if file == start:
                return [*way, start]
            if file in includes and file not in seen:
                seen.add(file)
                ways.append([*way, file])
    return []


def cycles(files, root):
    """A line for each way in which files include each other in a circle."""
    includes = {path: included_by(path, root) for path in files}
    faults, told = [], set()
    for path in files:
        way = [] if path in told else cycle_from(path, includes)
        told.update(way)
        if way:
            names = " -> ".join(str(file.relative_to(root)) for file in way)
            faults.append(f"{names}: a file may not reach itself through its includes")
    return faults


def crowded_folders(files, root):
    """A line for each folder with too many files of its own."""
    counts = collections.Counter(path.parent.relative_to(root) for path in files)
    return [
        f"{folder}: {count} .cpp and .hpp files, at most {MAX_FILES}"
        for folder, count in sorted(counts.items())
        if count > MAX_FILES
    ]


def types_defined_twice(files, root):
    """A line for each type that headers of the layers define at their margin more than once."""
    places = collections.defaultdict(list)
    for path in files:
        if path.suffix == ".hpp" and path.relative_to(root).parts[0] in LAYERS:
            for name in TYPE.findall(path.read_text()):
                places[name].append(str(path.relative_to(root)))
    return [
        f"{name}: defined in {' and in '.join(sorted(headers))}"
        for name, headers in sorted(places.items())
        if len(headers) > 1
    ]


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    files = list(our_files(root))
    code = [path for path in files if path.suffix in CODE]
    faults = [fault for path in files for fault in faults_of(path, root)]
    faults += cycles(code, root) + crowded_folders(code, root) + types_defined_twice(code, root)
    print("\n".join(faults) or "layers: no fault")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
