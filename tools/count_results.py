#!/usr/bin/env python3
"""Add up the results of ctest: print one line `N passed, N failed, N skipped`; 1 if any failed.

Usage: tools/count_results.py RESULTS.xml...

Each file is what `ctest --output-junit` writes. A test that ran doctest or pytest counts as its
cases, any other as one; a missing file counts as one failure: its build or run did not come so far.

A skip is a line "skipped: REASON" of a program, a test that pytest skips (run it with -rs, which
prints the reasons) or a test of ctest that ends with SKIP_RETURN_CODE. What ALLOWED does not list
counts as failed, with a line that says so. Cases that a run filters out are no skips: another test
of the same program runs them, and those that none runs count as failed.
"""

import dataclasses
import os
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter

ROOT = pathlib.Path(__file__).resolve().parents[1]
DOCTEST_SUMMARY = re.compile(
    r"\[doctest\] test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed"
    r"\s*\|(?:\s*(\d+) skipped)?"
)
# "== 5 passed, 1 skipped in 0.12s ==", the last line of pytest; with -q without the frame.
PYTEST_SUMMARY = re.compile(
    r"^(?:=+ )?((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s(?: \([\d:]+\))?(?: =+)?$", re.MULTILINE
)
PYTEST_WORDS = {"passed": "passed", "failed": "failed", "error": "failed", "errors": "failed",
                "skipped": "skipped"}  # fmt: skip
# "SKIPPED [2] tests/python/test_a.py:42: reason", a line of pytest -rs.
PYTEST_SKIP = re.compile(r"^SKIPPED \[(\d+)\] \S+?: (.*)$", re.MULTILINE)
TOLD_SKIP = re.compile(r"^skipped: (.*)$", re.MULTILINE)
COLOR = re.compile(r"\x1b\[[0-9;]*m")


def reference_folder():
    """Where the tests look for published data that is not part of the repository."""
    set_folder = os.environ.get("TILEWISE_REFERENCE_DIR")
    return pathlib.Path(set_folder) if set_folder else ROOT.parent / "shared" / "reference"


# How the reason of a skip begins that is no failure; whether it may occur here; why it is allowed.
ALLOWED = (
    ("reference data not found: ", lambda: not reference_folder().is_dir(),
     "tables of other authors, not part of the repository"),
    ("pip cannot install ", lambda: True, "no index of packages in reach"),
    ("strace cannot trace here", lambda: True, "a build needs none, and some systems allow none"),
    ("locales cannot be made here", lambda: True, "a build needs none"),
    ("the model zoo needs ", lambda: True, "torch and its models are no part of the gate"),
    ("playwright not found", lambda: True, "no browser is part of the gate"),
    ("chromium not found", lambda: True, "no browser is part of the gate"),
    ("verilator is not installed", lambda: True, "a build needs none"),
    ("could not import 'torch", lambda: True, "the same: modules are costed where torch is"),
)  # fmt: skip


def is_allowed(reason):
    """Whether a skip with this reason is on the list."""
    return any(reason.startswith(start) and may() for start, may, _ in ALLOWED)


@dataclasses.dataclass
class Run:
    """What one test of ctest ran."""

    passed: int = 0
    failed: int = 0
    skips: list = dataclasses.field(default_factory=list)  # a reason each
    left_out: int = 0  # cases of its program that a filter left to another test
    cases: int = 0  # all cases of a doctest program


def count_doctest(summary, output, ran_well):
    """The cases of one doctest run. A run may fail with no case failed: a leak found at its end."""
    skips = TOLD_SKIP.findall(output)
    ran, passed, failed, left_out = (int(number or 0) for number in summary.groups())
    if not ran_well:
        failed = max(failed, 1)
    return Run(max(passed - len(skips), 0), failed, skips, left_out, ran + left_out)


def count_pytest(summary, output, ran_well):
    """The cases of one pytest run, which may fail with no case failed."""
    counts = Counter()
    for number, word in re.findall(r"(\d+) ([a-z]+)", summary[1]):
        if word in PYTEST_WORDS:
            counts[PYTEST_WORDS[word]] += int(number)
    if not ran_well:
        counts["failed"] = max(counts["failed"], 1)
    skips = [why for number, why in PYTEST_SKIP.findall(output) for _ in range(int(number))]
    skips += ["no reason given"] * (counts["skipped"] - len(skips))
    return Run(counts["passed"], counts["failed"], skips)


def count_test(test):
    """What one <testcase> element ran."""
    ran_well = test.get("status") == "run"
    output = COLOR.sub("", test.findtext("system-out") or "")
    summary = DOCTEST_SUMMARY.search(output)
    if summary:
        return count_doctest(summary, output, ran_well)
    summary = PYTEST_SUMMARY.search(output)
    if summary:
        return count_pytest(summary, output, ran_well)
    skips = TOLD_SKIP.findall(output)
    skipped = test.find("skipped")
    if skipped is not None or test.get("status") == "disabled":
        # ctest calls a program that it could not start "not run" as well: that is a failure.
        started = skipped is not None and "SKIP_RETURN_CODE" in (skipped.get("message") or "")
        return Run(skips=skips or ["no reason given"]) if started else Run(failed=1)
    return Run(passed=1, skips=skips) if ran_well else Run(failed=1)


def count_file(path):
    """What the tests of one result file ran, by their names."""
    try:
        tests = ElementTree.parse(path).getroot().findall("testcase")
    except (FileNotFoundError, ElementTree.ParseError):
        tests = []
    if not tests:
        return {str(path): Run(failed=1)}
    runs = {test.get("name", str(i)): count_test(test) for i, test in enumerate(tests)}
    # Halves of one program know the same cases.
    for cases in {run.cases for run in runs.values() if run.left_out}:
        halves = [run for run in runs.values() if run.cases == cases]
        forgotten = cases - sum(run.cases - run.left_out for run in halves)
        if forgotten > 0:
            halves[0].skips += ["no test of ctest runs this case"] * forgotten
    return runs


def main():
    total = Counter(passed=0, failed=0, skipped=0)
    for file in sys.argv[1:]:
        for name, run in count_file(pathlib.Path(file)).items():
            refused = [reason for reason in run.skips if not is_allowed(reason)]
            for reason, times in Counter(refused).items():
                often = f" ({times} times)" if times > 1 else ""
                print(f"{name}: skipped, which counts as failed: {reason}{often}")
            total["passed"] += run.passed
            total["failed"] += run.failed + len(refused)
            total["skipped"] += len(run.skips) - len(refused)
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return bool(total["failed"])


if __name__ == "__main__":
    sys.exit(main())
