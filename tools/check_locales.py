#!/usr/bin/env python3
"""Run sweep, cost and explore under other locales: all that they write and print must be the same.

The program keeps the locale that C and C++ begin with. A host of its libraries may set another one:
here a library that is loaded before does so. de_DE and tr_TR have decimal commas, and in tr_TR I is
no capital i. They are made in a folder of the test's own.

Usage: tools/check_locales.py EXECUTABLE [--quick]   (--quick: tr_TR alone)
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from small_jobs import JOBS, Place, differences

LOCALES = ("tr_TR", "de_DE")
HOST = """\
#include <clocale>
#include <locale>
namespace {
struct Host {
  Host() {
    std::setlocale(LC_ALL, "");
    std::locale::global(std::locale(""));
  }
};
const Host host;
}  // namespace
"""
PRINTED = (
    "map --arch two_level --layer a.yaml",
    "map --arch two_level --layer a.yaml --json",
    "cost --network n.yaml --device two_level,zc706 --factors divisors",
    "cost --network n.yaml --device two_level --factors divisors --json",
)


def environment_of(place, name):
    """That of a host in the locale. Raises CalledProcessError where it cannot be made."""
    made = place / "locales" / f"{name}.UTF-8"
    made.parent.mkdir(exist_ok=True)
    subprocess.run(["localedef", "-i", name, "-f", "UTF-8", made], check=True)
    library = place / "host.so"
    (place / "host.cpp").write_text(HOST)
    subprocess.run(["c++", "-shared", "-fPIC", "-o", library, place / "host.cpp"], check=True)
    return {"LOCPATH": str(made.parent), "LC_ALL": made.name, "LD_PRELOAD": str(library)}


def decimal_point(environment):
    """That of numbers in a program that is loaded so."""
    script = "import locale; print(locale.localeconv()['decimal_point'])"
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True,
                          text=True, check=True)  # fmt: skip
    return done.stdout.strip()


def answers(place, suffix, environment):
    """What the jobs write and what the commands print."""
    found = {}
    for job in JOBS:
        out = f"{job.name}_{suffix}"
        place.must(f"{job.command} --out {out}", environment=environment)
        found |= {f"{job.name}: {name}": text for name, text in place.results(out).items()}
    return found | {each: place.must(each, environment=environment) for each in PRINTED}


def check(place, name, expected):
    """A fault, where something differs in the locale."""
    environment = environment_of(place, name)
    point = decimal_point(place.environment | environment)
    if point != ",":
        return f"decimal point {point}: the locale was not set"
    return differences(answers(place, name, environment), expected)


def main():
    """Checks each locale."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("executable", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    sources = [pathlib.Path("/usr/share/i18n/locales", name) for name in LOCALES]
    if not shutil.which("localedef") or not all(each.exists() for each in sources):
        print("skipped: locales cannot be made here: no localedef, or no sources of locales")
        return 77
    began = time.monotonic()
    names = LOCALES[:1] if options.quick else LOCALES
    with tempfile.TemporaryDirectory() as folder:
        place = Place(options.executable, folder)
        expected = answers(place, "C", {"LC_ALL": "C"})
        faults = {name: check(place, name, expected) for name in names}
    for name, fault in faults.items():
        told = f": {fault}" if fault else f": {len(expected)} files and answers"
        print(f"{'FAULT' if fault else 'ok'}: {name}{told}")
    # As pytest counts, so that tools/count_results.py counts each.
    failed = sum(map(bool, faults.values()))
    print(f"{len(faults) - failed} passed, {failed} failed in {time.monotonic() - began:.1f}s")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
