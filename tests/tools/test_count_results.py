"""tools/count_results.py counts each case once and misses no failure and no unknown skip."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "count_results.py"
NO_DATA = "reference data not found: a/b.csv"


def report(*tests, reference="/nowhere"):
    """Exit code and output for one result file that holds these <testcase> elements."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "results.xml")
        if tests:
            path.write_text(f"<testsuite>{''.join(tests)}</testsuite>")
        done = subprocess.run(
            [sys.executable, TOOL, path], capture_output=True, text=True, check=False,
            env={**os.environ, "TILEWISE_REFERENCE_DIR": reference},
        )  # fmt: skip
    return done.returncode, done.stdout.strip()


def count(*tests, **options):
    """Exit code and last line of the report."""
    code, output = report(*tests, **options)
    return code, output.splitlines()[-1]


def test_case(output="", status="run", inside="", name="t"):
    return (
        f'<testcase name="{name}" status="{status}">{inside}'
        f"<system-out>{output}</system-out></testcase>"
    )


def doctest(passed, failed, left_out=0):
    total = passed + failed
    return (
        f"[doctest] test cases: {total} | {passed} passed | {failed} failed | {left_out} skipped\n"
        f"[doctest] assertions: 99 | 99 passed | 0 failed |\n"
    )


class CountResults(unittest.TestCase):
    def test_doctest_counts_as_its_cases_and_others_as_one(self):
        counts = count(test_case(doctest(10, 0), name="a"), test_case("fine", name="b"))
        self.assertEqual(counts, (0, "11 passed, 0 failed, 0 skipped"))

    def test_halves_of_a_program_skip_nothing(self):
        halves = test_case(doctest(10, 0, 4), name="a"), test_case(doctest(4, 0, 10), name="b")
        self.assertEqual(count(*halves), (0, "14 passed, 0 failed, 0 skipped"))

    def test_cases_that_no_half_runs_fail(self):
        halves = test_case(doctest(10, 0, 4), name="a"), test_case(doctest(3, 0, 11), name="b")
        code, output = report(*halves)
        self.assertEqual(code, 1)
        self.assertIn("a: skipped, which counts as failed: no test of ctest runs this", output)
        self.assertTrue(output.endswith("\n13 passed, 1 failed, 0 skipped"))

    def test_pytest_counts_as_its_cases(self):
        framed = (
            f"SKIPPED [2] tests/test_a.py:42: {NO_DATA}\n"
            "== 1 failed, 3 passed, 2 skipped, 1 warning, 1 error in 61.20s (0:01:01) =="
        )
        counts = count(
            test_case("40 passed in 0.12s", name="a"), test_case(framed, "fail", name="b")
        )
        self.assertEqual(counts, (1, "43 passed, 2 failed, 2 skipped"))

    def test_pytest_that_fails_without_a_case_fails(self):
        counts = count(test_case("3 passed in 0.12s", "fail"))
        self.assertEqual(counts, (1, "3 passed, 1 failed, 0 skipped"))

    def test_a_case_that_tells_so_is_skipped(self):
        text = f"skipped: {NO_DATA}\n" * 2 + doctest(10, 0)
        self.assertEqual(count(test_case(text)), (0, "8 passed, 0 failed, 2 skipped"))

    def test_a_part_of_any_program_that_tells_so_is_skipped(self):
        text = f"table\nskipped: {NO_DATA}\n"
        self.assertEqual(count(test_case(text)), (0, "1 passed, 0 failed, 1 skipped"))

    def test_reference_data_that_is_there_must_be_found(self):
        text = f"skipped: {NO_DATA}\n" + doctest(10, 0)
        with tempfile.TemporaryDirectory() as folder:
            code, output = report(test_case(text, name="unit"), reference=folder)
        self.assertEqual(code, 1)
        self.assertEqual(
            output,
            f"unit: skipped, which counts as failed: {NO_DATA}\n" "9 passed, 1 failed, 0 skipped",
        )

    def test_a_skip_that_is_not_on_the_list_fails(self):
        told = test_case("skipped: no time today\n" + doctest(10, 0), name="a")
        python = test_case("SKIPPED [1] a.py:1: slow\n3 passed, 1 skipped in 0.12s", name="b")
        silent = test_case("3 passed, 1 skipped in 0.12s", name="c")
        code, output = report(told, python, silent)
        self.assertEqual(code, 1)
        for line in ("a: skipped, which counts as failed: no time today",
                     "b: skipped, which counts as failed: slow",
                     "c: skipped, which counts as failed: no reason given"):  # fmt: skip
            self.assertIn(line, output)
        self.assertTrue(output.endswith("\n15 passed, 3 failed, 0 skipped"))

    def test_a_failed_case_and_a_failed_test_count(self):
        counts = count(test_case(doctest(9, 1), "fail", name="a"), test_case("", "fail", name="b"))
        self.assertEqual(counts, (1, "9 passed, 2 failed, 0 skipped"))

    def test_a_run_that_fails_after_its_cases_fails(self):
        counts = count(test_case(doctest(10, 0) + "LeakSanitizer", "fail"))
        self.assertEqual(counts, (1, "10 passed, 1 failed, 0 skipped"))

    def test_skipped_and_not_started_are_different(self):
        skipped = '<skipped message="SKIP_RETURN_CODE=77"/>'
        absent = '<skipped message="Unable to find executable"/>'
        counts = count(
            test_case("skipped: pip cannot install it", "notrun", skipped, name="a"),
            test_case("", "notrun", absent, name="b"),
        )
        self.assertEqual(counts, (1, "0 passed, 1 failed, 1 skipped"))

    def test_skipped_without_a_reason_fails(self):
        skipped = '<skipped message="SKIP_RETURN_CODE=77"/>'
        self.assertEqual(
            count(test_case("", "notrun", skipped)), (1, "0 passed, 1 failed, 0 skipped")
        )

    def test_no_results_are_a_failure(self):
        self.assertEqual(count(), (1, "0 passed, 1 failed, 0 skipped"))


if __name__ == "__main__":
    unittest.main()
