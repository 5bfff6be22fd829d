"""Tests of tools/search_tuning.py: all constants are found, and in the table of the docs."""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import search_tuning  # noqa: E402

HEADER = (ROOT / search_tuning.HEADER).read_text()
CONSTANTS = search_tuning.constants_of(HEADER)


class SearchTuning(unittest.TestCase):
    def test_numbers_are_read_with_their_separators(self):
        text = "inline constexpr std::int64_t kMost = 400'000;\n"
        self.assertEqual(search_tuning.constants_of(text), {"kMost": 400000.0})

    def test_every_constant_of_the_header_comes_from_the_environment(self):
        made = search_tuning.tunable(HEADER)
        self.assertEqual(len(CONSTANTS), HEADER.count("constexpr"))
        self.assertNotIn("constexpr", made)
        self.assertEqual(made.count("= tuned<"), len(CONSTANTS))
        self.assertIn("#include <cstdlib>", made)

    def test_half_and_double_are_tried_unless_others_are_named(self):
        tried = list(search_tuning.variants({"kBand": 1.25, "kMost": 10.0}))
        self.assertIn(("kMost", "half", 5.0), tried)
        self.assertIn(("kMost", "double", 20.0), tried)
        words = {word for name, word, _ in tried if name == "kBand"}
        self.assertEqual(words, {"narrower", "wider", "off"})
        self.assertLessEqual(set(search_tuning.VALUES), set(CONSTANTS))

    def test_the_docs_have_a_row_with_the_value_of_each_constant(self):
        page = (ROOT / "docs" / "mapper.md").read_text()
        rows = dict(re.findall(r"^\| `(k\w+)` \| ([\d,.]+) \|", page, re.MULTILINE))
        values = {name: float(value.replace(",", "")) for name, value in rows.items()}
        self.assertEqual(values, CONSTANTS)


if __name__ == "__main__":
    unittest.main()
