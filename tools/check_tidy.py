#!/usr/bin/env python3
"""Run clang-tidy 14 over the C++ of the libraries and the program; its findings are errors.

Usage: tools/check_tidy.py [--all]

Without --all: over what changed since the newest commit that is at least a day older than the last,
the newest change first, for some SECONDS of processor time. A file that was only moved, or includes
other headers, has not changed; a header is looked at through the source file of its name. Exit code
77: this is no git repository.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "tidy"
SECONDS = 80
DAY = 24 * 3600
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
NOT_CHECKED = ("tests/", "bench/", "python/")
NO_CHANGE = re.compile(r"\s*(#include .*)?")


def git(root, *arguments):
    """What a git command says, or None where it fails."""
    command = ["git", "-C", str(root), "-c", "core.quotePath=off", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def base_commit(root):
    """The newest commit at least a day older than the last one; the empty tree if there is none."""
    last = int(git(root, "log", "-1", "--format=%ct"))
    return git(root, "log", "-1", "--format=%H", f"--before={last - DAY}").strip() or EMPTY_TREE


def changed_since(root, base):
    """The C++ files, tracked or new, that say something else than at `base`."""
    changed = set()
    path = None
    patterns = ["*.cpp", "*.hpp"]
    for line in git(root, "diff", "-M", "-U0", "--no-color", base, "--", *patterns).splitlines():
        if line.startswith("+++ "):
            path = line.removeprefix("+++ b/") if line != "+++ /dev/null" else None
        elif line[:1] in ("+", "-") and not line.startswith("--- "):
            if path and not NO_CHANGE.fullmatch(line[1:]):
                changed.add(path)
    new = git(root, "ls-files", "--others", "--exclude-standard", "--", *patterns)
    return changed | set(new.splitlines())


def newest_first(root, base, paths):
    """The paths in the order of their last change, those not committed first."""
    since = f"{base}..HEAD" if base != EMPTY_TREE else "HEAD"
    committed = git(root, "log", "--format=", "--name-only", since).split()
    dirty = git(root, "diff", "--name-only", "HEAD").split()
    age = {path: i for i, path in reversed(list(enumerate(committed, 1)))}
    return sorted(paths, key=lambda path: (0 if path in dirty else age.get(path, 0), path))


def sources_of(root, paths, sources):
    """The source files to check for changed files, in their order: for a header that of its name,
    or one that includes it."""
    found = {}
    for path in paths:
        if not path.endswith(".hpp"):
            wanted = [path]
        else:
            own = path.removesuffix(".hpp") + ".cpp"
            include = f'#include "{path}"'
            wanted = [own] if own in sources else [
                each for each in sources if include in (root / each).read_text()
            ][:1]  # fmt: skip
        found.update(dict.fromkeys(each for each in wanted if each in sources))
    return list(found)


def compiled_sources():
    """The source files of the libraries and the program, from a build configured for that."""
    command = ["cmake", "-S", ROOT, "-B", BUILD, "-G", "Ninja", "-DTILEWISE_UNITY=OFF"]
    options = ["-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", "-DTILEWISE_TESTS=OFF", "-DTILEWISE_BENCH=OFF"]
    subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)
    entries = json.loads((BUILD / "compile_commands.json").read_text())
    paths = [pathlib.Path(entry["file"]).relative_to(ROOT).as_posix() for entry in entries]
    return sorted(path for path in paths if not path.startswith(NOT_CHECKED))


def tidy_command():
    """clang-tidy with its options. clang does not look into the folder of GCC with omp.h,
    and knows no __malloc__(f)."""
    header = subprocess.run(
        ["g++", "-print-file-name=include/omp.h"], capture_output=True, text=True, check=True
    ).stdout
    include = f"--extra-arg=-idirafter{pathlib.Path(header).parent}"
    return ["clang-tidy-14", "-p", str(BUILD), "--quiet", include, "--extra-arg=-D__malloc__(...)="]


def seconds_spent():
    """Processor time of finished children."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def check(sources, seconds):
    """Runs clang-tidy until the time is spent; how many files it saw, and what it found in each."""
    command = tidy_command()
    end = seconds_spent() + seconds

    def run(source):
        if seconds_spent() >= end:
            return None
        done = subprocess.run(
            [*command, source], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr if done.returncode else ""

    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        results = [result for result in pool.map(run, sources) if result is not None]
    return len(results), [result for result in results if result]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="every file, which takes minutes")
    options = parser.parse_args()
    if not shutil.which("clang-tidy-14"):
        sys.exit("clang-tidy-14 not found: run scripts/install_dependencies.sh")
    if not options.all and git(ROOT, "rev-parse", "--verify", "HEAD") is None:
        print("skipped: no git repository, so nobody knows what changed")
        return 77
    sources = compiled_sources()
    if not options.all:
        base = base_commit(ROOT)
        changed = newest_first(ROOT, base, changed_since(ROOT, base))
        sources = sources_of(ROOT, changed, sources)
    count, faults = check(sources, float("inf") if options.all else SECONDS)
    print("\n".join([*faults, f"clang-tidy: {count} files, findings in {len(faults)}"]))
    if count < len(sources):
        print(f"{len(sources) - count} changed files left out: all by scripts/test.sh tidy")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
