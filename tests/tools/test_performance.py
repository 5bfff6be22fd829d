"""tools/performance.py runs the three programs and judges each figure by its target."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "performance.py"

# Stand-ins for the programs: they write what the real ones would, or fail.
BENCH = """
import json, sys
out = next(a.partition("=")[2] for a in sys.argv if a.startswith("--benchmark_out="))
open(out, "w").write(json.dumps({"benchmarks": %s}))
"""
ZOO = """
import sys
print("### zc706")
open(sys.argv[sys.argv.index("--layer-table") + 1], "w").write(%r)
"""
SWEEP = "import sys; sys.exit(%d)"


def benchmark(name, time, **counters):
    return {"name": name, "cpu_time": time, "time_unit": "ns"} | counters


def stand_ins(build, benchmarks, searches, sweep_exit):
    """Writes the programs into a folder."""
    (build / "bench").mkdir()
    programs = {
        "bench/tilewise_bench": BENCH % json.dumps(list(benchmarks)),
        "bench/tilewise_zoo": ZOO % searches,
        "tilewise": SWEEP % sweep_exit,
    }
    for program, text in programs.items():
        (build / program).write_text(f"#!{sys.executable}\n{text}")
        (build / program).chmod(0o755)


def page(benchmarks=(), searches="", sweep_exit=0, options=("--quick",)):
    """The finished process of the tool on stand-ins."""
    searches = "device,set,layer,cpu_ms,objective_value,proven\n" + searches
    with tempfile.TemporaryDirectory() as name:
        build = pathlib.Path(name)
        stand_ins(build, benchmarks, searches, sweep_exit)
        return subprocess.run(
            [sys.executable, TOOL, "--build", build, *options],
            capture_output=True,
            text=True,
            check=False,
        )


def rows(text, first):
    """The cells behind the first in each table row that begins with `first`."""
    cells = [[c.strip() for c in line.split("|")[1:-1]] for line in text.splitlines()]
    return [row[1:] for row in cells if row and row[0] == first]


class Performance(unittest.TestCase):
    def test_evaluations_are_judged_where_they_are_counted(self):
        text = page(
            [
                benchmark("evaluate_one_mapping", 500.0),
                benchmark("search_layer/zc706", 1e6, mappings=1.5e6),
                benchmark("import_network", 1e6),
            ]
        ).stdout
        target = ">= 2,000,000"
        self.assertEqual(
            rows(text, "evaluate_one_mapping"), [["500.00 ns", target, "2,000,000", "yes"]]
        )
        self.assertEqual(rows(text, "search_layer/zc706"), [["1.00 ms", target, "1,500,000", "no"]])
        self.assertEqual(rows(text, "import_network"), [["1.00 ms", "-", "-", "-"]])

    def test_batches_are_judged_by_wall_time(self):
        text = page(
            [
                benchmark("query_fbnet/1/real_time", 1.0, real_time=3e9, architectures=1.0),
                benchmark("query_fbnet/2/real_time", 1.0, real_time=2.5e9, architectures=1.0),
            ]
        ).stdout
        self.assertEqual(rows(text, "query_fbnet/1"), [["-", "3.00 s", "-"]])
        self.assertEqual(rows(text, "query_fbnet/2"), [["<= 2.00 s", "2.50 s", "no"]])
        self.assertNotIn("## Batches", page().stdout)

    def test_searches_are_judged_over_all_layers_of_a_device(self):
        text = page(
            searches="zc706,alexnet,a,1.0,2,1\nzc706,vgg16,b,30.0,2,1\n"
            "zc706,vgg16,c,20.5,2,1\neyeriss_free,alexnet,a,12000.0,2,0\n"
        ).stdout
        self.assertEqual(
            rows(text, "zc706"),
            [
                ["median", "<= 20.00 ms", "20.50 ms", "no"],
                ["worst", "<= 10.00 s", "30.00 ms", "yes"],
                ["proven", "3 layers", "3", "yes"],
            ],
        )
        self.assertEqual(
            rows(text, "eyeriss_free"),
            [
                ["median", "<= 100.00 ms", "12.00 s", "no"],
                ["worst", "<= 5.00 s", "12.00 s", "no"],
                ["proven", "1 layers", "0", "no"],
            ],
        )
        self.assertIn("### zc706", text)

    def test_another_version_has_a_column(self):
        searches = "device,set,layer,cpu_ms,objective_value,proven\nzc706,alexnet,a,%s,2,1\n"
        bench = [benchmark("price", 1e6, mappings=1.5e6)]
        with tempfile.TemporaryDirectory() as name:
            other = pathlib.Path(name)
            stand_ins(other, bench, searches % "7.5", 0)
            text = page(bench, "zc706,alexnet,a,5.0,2,1\n", options=("--quick", "--before", other))
        self.assertEqual(
            rows(text.stdout, "zc706")[0], ["median", "<= 20.00 ms", "7.50 ms", "5.00 ms", "yes"]
        )
        self.assertIn(
            ["1.00 ms", ">= 2,000,000", "1,500,000", "1,500,000", "no"], rows(text.stdout, "price")
        )
        self.assertIn("| before |", text.stdout.replace("  ", " "))

    def test_the_main_job_has_its_time_and_memory(self):
        text = page().stdout
        [(target, measured, reached)] = rows(text, "wall time on 2 cores")
        self.assertEqual((target, reached), ("<= 3.00 s", "yes"))
        self.assertRegex(measured, r"^\d\.\d\d s$")
        self.assertEqual(rows(text, "peak memory")[0][0], "<= 1024 MiB")

    def test_the_page_says_how_it_is_made_and_names_no_path(self):
        text = page().stdout
        self.assertIn("\nMade by `tools/performance.py`", text)
        self.assertNotIn("/tmp", text)

    def test_out_names_the_page(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder, "page.md")
            done = page(options=("--quick", "--out", out))
            self.assertEqual((done.returncode, done.stdout), (0, ""))
            self.assertTrue(out.read_text().startswith("# Performance, figure by figure\n"))

    def test_a_program_that_fails_ends_the_run(self):
        done = page(sweep_exit=2)
        self.assertEqual(done.returncode, 1)
        self.assertIn("tilewise failed", done.stderr)
        self.assertEqual(done.stdout, "")


if __name__ == "__main__":
    unittest.main()
