"""tools/compare.py lays two benchmark outputs side by side."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "compare.py"


def compare(before, after):
    """The printed table, a list of words a line."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder, name) for name in ("before.json", "after.json")]
        for path, runs in zip(paths, (before, after), strict=True):
            path.write_text(json.dumps({"benchmarks": runs}))
        done = subprocess.run(
            [sys.executable, TOOL, *paths], capture_output=True, text=True, check=True
        )
    return [line.split() for line in done.stdout.splitlines()]


def run(name, time, unit="ns", **more):
    return {"name": name, "run_name": name, "cpu_time": time, "time_unit": unit} | more


class Compare(unittest.TestCase):
    def test_the_ratio_is_after_over_before_in_one_unit(self):
        rows = compare([run("evaluate", 2.0, "us")], [run("evaluate", 500.0)])
        self.assertEqual(rows[1], ["evaluate", "2.00", "us", "500.00", "ns", "0.250"])

    def test_repetitions_compare_by_median(self):
        runs = [
            run("search", 9.0),
            run("search", 4.0, aggregate_name="median"),
            run("search", 7.0, aggregate_name="mean"),
        ]
        self.assertEqual(compare(runs, [run("search", 2.0)])[1][-1], "0.500")

    def test_what_one_file_lacks_gets_a_dash(self):
        self.assertEqual(compare([], [run("import", 1.0)])[1], ["import", "-", "1.00", "ns", "-"])


if __name__ == "__main__":
    unittest.main()
