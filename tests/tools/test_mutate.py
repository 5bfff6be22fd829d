"""tools/mutate.py: faults stand behind switches, are chosen by share, are named by their line."""

import collections
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import mutants  # noqa: E402
import mutate  # noqa: E402

SAMPLE = """#include <array>
#include <cstdio>

namespace {

int rounds(int most) {
  int total = 0;
  for (int i = 0; i < most && total + i <= 99; ++i) {
    if (i == 2) continue;
    total += i + 1;
  }
  std::array<int, 8 - 7> answer{total};
  return answer[0];
}

struct Sum {
  int of;
  bool operator==(const Sum&) const = default;
};

}  // namespace

int main() {
  std::printf("%d", rounds(4));
  return Sum{1} != Sum{1} ? 1 : 0;
}
"""


def span(text):
    start = SAMPLE.index(text)
    return start, start + len(text)


def swapped(text, old, new):
    """The fault that puts the operator `new` for `old` in an expression of the sample."""
    start, end = span(text)
    left, right = start + text.index(f" {old} "), start + text.index(f" {old} ") + len(old) + 2
    pieces = ("((", (start, left), f") {new} (", (right, end), "))")
    if old.endswith("=") and old not in ("==", "<="):
        pieces = ("(", (start, left), f" {new} ", (right, end), ")")
    return mutants.Mutant("sample.cpp", start, end, f"{old} -> {new}", pieces)


def instead(text, change, pieces, rest=("", "")):
    return mutants.Mutant("sample.cpp", *span(text), change, pieces, rest)


#: What the sample prints with each fault. Without: 1 + 2 + 4 = 7.
ANSWERS = [
    (swapped("i < most", "<", "<="), 12),  # 5 more
    (swapped("i < most && total + i <= 99", "&&", "||"), 88),  # 1 + ... + 13 less 3; 88 + 13 > 99
    (swapped("total + i <= 99", "<=", ">"), 0),
    (swapped("i == 2", "==", "!="), 3),
    (instead("continue", "continue -> ", ("if continue",)), 10),  # 3 more
    (swapped("total += i + 1", "+=", "="), 4),
    (swapped("i + 1", "+", "-"), 1),  # -1 + 0 + 2
    (instead("total += i + 1", "statement -> ", ("void()",), ("void(", ")")), 0),
    (instead("i == 2", "condition -> !condition", ("!(", span("i == 2"), ")"),
             ("static_cast<bool>(", ")")), 3),
]  # fmt: skip
FAULTS = [each for each, _ in ANSWERS]


class Switches(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_one_program_has_each_fault_behind_its_number(self):
        numbered = list(enumerate(FAULTS, start=1))
        files = {
            "sample.cpp": mutants.as_copied("sample.cpp", SAMPLE, numbered),
            "mutation_switch.hpp": mutants.SWITCH_HEADER,
            "mutation_switch.cpp": mutants.SWITCH_SOURCE,
        }
        for name, text in files.items():
            (self.folder / name).write_text(text)
        command = ["c++", "-std=c++20", "-Wall", "-Wextra", "-Wconversion", "-Werror"]
        command += ["sample.cpp", "mutation_switch.cpp", "-o", "sample"]
        subprocess.run(command, cwd=self.folder, check=True)
        for number, right in enumerate([7, *(right for _, right in ANSWERS)]):
            with self.subTest(number):
                environment = os.environ | {"MUTANT": str(number)}
                done = subprocess.run(
                    [self.folder / "sample"], env=environment, stdout=subprocess.PIPE, check=True
                )
                self.assertEqual(int(done.stdout), right)

    @unittest.skipUnless(importlib.util.find_spec("clang"), "libclang for Python not found")
    def test_they_are_found_in_the_syntax_tree(self):
        (self.folder / "sample.cpp").write_text(SAMPLE)
        found = mutants.find(["sample.cpp"], [self.folder / "sample.cpp"], self.folder)
        self.assertLessEqual(set(mutants.named(SAMPLE, FAULTS)), set(found))
        of_type = [each.change for each in found if "std::array" in each.text]
        self.assertEqual(of_type, [])
        # The compiler makes a negated == of it.
        of_sums = {each.change for each in found if "Sum{1} != Sum{1}" in each.text}
        self.assertIn("!= -> ==", of_sums)
        self.assertNotIn("! -> ", of_sums)


class Chosen(unittest.TestCase):
    def test_each_file_has_its_share_and_a_seed_its_sample(self):
        made = [mutants.Mutant(file, i, i + 1, "", ()) for file in "ab" for i in range(300)]
        made += [mutants.Mutant("c", i, i + 1, "", ()) for i in range(150)]
        picked = mutants.chosen(made, 75, seed=3)
        self.assertEqual(collections.Counter(m.file for m in picked), {"a": 30, "b": 30, "c": 15})
        self.assertEqual(len(set(picked)), 75)
        self.assertEqual(picked, mutants.chosen(made, 75, seed=3))
        self.assertNotEqual(picked, mutants.chosen(made, 75, seed=4))

    def test_a_line_moves_without_its_name_and_two_places_of_it_have_two(self):
        def keys(source):
            made = [
                mutants.Mutant("a.cpp", at, at + 1, "1 -> 2", ("2",))
                for at in range(len(source))
                if source[at] == "1"
            ]
            return [each.key for each in mutants.named(source, made)]

        self.assertEqual(keys("f(1, 1);\n"), keys("\n\n  f(1, 1);\n"))
        self.assertEqual(len(set(keys("f(1, 1);\n"))), 2)


class Tests(unittest.TestCase):
    TESTS = {
        "fast": mutate.Case(0.1, True, {1, 2}),
        "slow": mutate.Case(4.0, True, {1}),
        "other": mutate.Case(0.1, True, {2, 3}),
        "half": mutate.Case(0.5, True, {1}),
        "cut": mutate.Case(2.0, False, {3}),
        "more": mutate.Case(0.2, True, {3}),
    }

    def test_only_those_that_reach_a_fault_run_and_the_fastest_first(self):
        none = collections.Counter()
        groups, complete = mutate.batches(1, self.TESTS, 10, none)
        self.assertEqual([n for g in groups for n in g], ["fast", "half", "slow"])
        self.assertTrue(complete)
        groups, complete = mutate.batches(1, self.TESTS, 1, none)
        self.assertEqual([n for g in groups for n in g], ["fast", "half"])
        self.assertFalse(complete)

    def test_what_found_many_faults_runs_before_what_is_faster(self):
        groups, _ = mutate.batches(1, self.TESTS, 10, collections.Counter(half=9))
        self.assertEqual([n for g in groups for n in g], ["half", "fast", "slow"])

    def test_one_that_did_not_end_by_itself_is_alone_and_not_all_of_the_test(self):
        groups, complete = mutate.batches(3, self.TESTS, 10, collections.Counter(cut=99))
        self.assertEqual(groups, [["cut"], ["other", "more"]])
        self.assertFalse(complete)

    def test_what_is_known_of_a_test_is_its_last_whole_line(self):
        known = mutate.cases_of("a\t2.0\tcut\t1 2 \nb\t0.5\twhole\t\na\t3.0\twhole\t1 2 4 \nb\t0.")
        whole = {"a": mutate.Case(3.0, True, {1, 2, 4}), "b": mutate.Case(0.5, True, set())}
        self.assertEqual(known, whole)

    def test_an_equivalent_fault_is_of_a_line_that_is_there(self):
        for (file, line, change, _), reason in mutate.equivalents().items():
            with self.subTest(file=file, line=line, change=change):
                lines = [each.strip() for each in (ROOT / file).read_text().split("\n")]
                self.assertIn(line, lines)
                self.assertTrue(reason)


if __name__ == "__main__":
    unittest.main()
