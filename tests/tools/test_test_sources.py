"""What the tests of C++ must not do: take any refusal, share a folder, leave out a case."""

import pathlib
import re
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]


def lines_with(pattern, *, but=()):
    """Where the sources of the tests have it: "folder/file:line"."""
    found = []
    for path in sorted(TESTS.rglob("*.[ch]pp")):
        text = path.read_text()
        for match in re.finditer(pattern, text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(TESTS)}:{line}")
    return [place for place in found if place.split(":")[0] not in but]


class TestSources(unittest.TestCase):
    def test_a_refusal_is_held_against_its_place_and_cure(self):
        self.assertEqual(lines_with(r"_THROWS_AS\((?:[^;]|\n)*?,\s*InputError\);"), [])
        self.assertEqual(
            lines_with(r"FALSE\((?:refusal|error_of)\((?:[^;]|\n)*?\.empty\(\)\);"), []
        )

    def test_every_folder_under_tmp_is_a_scratch_folder(self):
        pattern = r'temp_directory_path|mkdtemp|tmpnam|"/tmp'
        self.assertEqual(lines_with(pattern, but=["scratch_folder.hpp"]), [])

    def test_no_case_is_switched_off(self):
        self.assertEqual(lines_with(r"doctest::(skip|may_fail|should_fail|expected_failures)"), [])


if __name__ == "__main__":
    unittest.main()
