"""tools/count_results.py counts doctest cases, others as one, and misses no failure."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "count_results.py"


def count(*tests):
    """Exit code and last line for one result file that holds these <testcase> elements."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "results.xml")
        if tests:
            path.write_text(f"<testsuite>{''.join(tests)}</testsuite>")
        done = subprocess.run(
            [sys.executable, TOOL, path], capture_output=True, text=True, check=False
        )
    return done.returncode, done.stdout.strip()


def test_case(output="", status="run", inside=""):
    return f'<testcase status="{status}">{inside}<system-out>{output}</system-out></testcase>'


def doctest(passed, failed, skipped=0):
    total = passed + failed
    return (
        f"[doctest] test cases: {total} | {passed} passed | {failed} failed | {skipped} skipped\n"
        f"[doctest] assertions: 99 | 99 passed | 0 failed |\n"
    )


class CountResults(unittest.TestCase):
    def test_doctest_counts_as_its_cases_and_others_as_one(self):
        counts = count(test_case(doctest(10, 0)), test_case("fine"))
        self.assertEqual(counts, (0, "11 passed, 0 failed, 0 skipped"))

    def test_pytest_counts_as_its_cases(self):
        framed = "== 1 failed, 3 passed, 2 skipped, 1 warning, 1 error in 61.20s (0:01:01) =="
        counts = count(test_case("40 passed in 0.12s"), test_case(framed, "fail"))
        self.assertEqual(counts, (1, "43 passed, 2 failed, 2 skipped"))

    def test_pytest_that_fails_without_a_case_fails(self):
        counts = count(test_case("3 passed in 0.12s", "fail"))
        self.assertEqual(counts, (1, "3 passed, 1 failed, 0 skipped"))

    def test_a_case_that_tells_so_is_skipped(self):
        text = "skipped: reference data not found\n" * 2 + doctest(10, 0, 1)
        self.assertEqual(count(test_case(text)), (0, "8 passed, 0 failed, 3 skipped"))

    def test_a_failed_case_and_a_failed_test_count(self):
        counts = count(test_case(doctest(9, 1), "fail"), test_case("", "fail"))
        self.assertEqual(counts, (1, "9 passed, 2 failed, 0 skipped"))

    def test_a_run_that_fails_after_its_cases_fails(self):
        counts = count(test_case(doctest(10, 0) + "LeakSanitizer", "fail"))
        self.assertEqual(counts, (1, "10 passed, 1 failed, 0 skipped"))

    def test_skipped_and_not_started_are_different(self):
        skipped = '<skipped message="SKIP_RETURN_CODE=77"/>'
        absent = '<skipped message="Unable to find executable"/>'
        counts = count(test_case("", "notrun", skipped), test_case("", "notrun", absent))
        self.assertEqual(counts, (1, "0 passed, 1 failed, 1 skipped"))

    def test_no_results_are_a_failure(self):
        self.assertEqual(count(), (1, "0 passed, 1 failed, 0 skipped"))


if __name__ == "__main__":
    unittest.main()
