#!/usr/bin/env python3
"""Add up the results of ctest: print one line `N passed, N failed, N skipped`; 1 if any failed.

Usage: tools/count_results.py RESULTS.xml...

Each file is what `ctest --output-junit` writes. A test that ran doctest or pytest counts as its
cases, any other as one; a case that prints a line "skipped: ..." counts as skipped. A missing file
counts as one failure: its build or run did not get that far.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter

DOCTEST_SUMMARY = re.compile(
    r"\[doctest\] test cases:\s*\d+\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed"
    r"\s*\|(?:\s*(\d+) skipped)?"
)
# "== 5 passed, 1 skipped in 0.12s ==", the last line of pytest; with -q without the frame.
PYTEST_SUMMARY = re.compile(
    r"^(?:=+ )?((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s(?: \([\d:]+\))?(?: =+)?$", re.MULTILINE
)
PYTEST_WORDS = {"passed": "passed", "failed": "failed", "error": "failed", "errors": "failed",
                "skipped": "skipped"}  # fmt: skip
COLOR = re.compile(r"\x1b\[[0-9;]*m")


def count_doctest(summary, output, ran_well):
    """The cases of one doctest run. A run may fail with no case failed: a leak found at its end."""
    told = len(re.findall(r"^skipped: ", output, re.MULTILINE))
    passed, failed, left_out = int(summary[1]), int(summary[2]), int(summary[3] or 0)
    if not ran_well:
        failed = max(failed, 1)
    return Counter(passed=max(passed - told, 0), failed=failed, skipped=left_out + told)


def count_pytest(summary, ran_well):
    """The cases of one pytest run, which may fail with no case failed."""
    counts = Counter()
    for number, word in re.findall(r"(\d+) ([a-z]+)", summary[1]):
        if word in PYTEST_WORDS:
            counts[PYTEST_WORDS[word]] += int(number)
    if not ran_well:
        counts["failed"] = max(counts["failed"], 1)
    return counts


def count_test(test):
    """The counts of one <testcase> element."""
    ran_well = test.get("status") == "run"
    output = COLOR.sub("", test.findtext("system-out") or "")
    summary = DOCTEST_SUMMARY.search(output)
    if summary:
        return count_doctest(summary, output, ran_well)
    summary = PYTEST_SUMMARY.search(output)
    if summary:
        return count_pytest(summary, ran_well)
    if test.find("skipped") is not None or test.get("status") == "disabled":
        # ctest calls a program that it could not start "not run" as well: that is a failure.
        started = "SKIP_RETURN_CODE" in (test.find("skipped").get("message") or "")
        return Counter(skipped=1) if started else Counter(failed=1)
    return Counter(passed=1) if ran_well else Counter(failed=1)


def count_file(path):
    """The counts of one result file."""
    try:
        tests = ElementTree.parse(path).getroot().findall("testcase")
    except (FileNotFoundError, ElementTree.ParseError):
        return Counter(failed=1)
    return sum((count_test(test) for test in tests), Counter()) if tests else Counter(failed=1)


def main():
    total = sum((count_file(pathlib.Path(name)) for name in sys.argv[1:]), Counter())
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return bool(total["failed"])


if __name__ == "__main__":
    sys.exit(main())
