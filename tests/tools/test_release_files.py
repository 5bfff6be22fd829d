"""The files that tell of a release name the version that is built."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def found(pattern, name):
    return re.search(pattern, (ROOT / name).read_text(), re.MULTILINE)[1]


class ReleaseFiles(unittest.TestCase):
    def test_citation_and_changelog_name_the_version_of_the_build(self):
        version = found(r"^project\(tilewise VERSION ([\d.]+)", "CMakeLists.txt")
        self.assertEqual(found(r"^version: ([\d.]+)$", "CITATION.cff"), version)
        self.assertEqual(found(r"^## ([\d.]+)", "CHANGELOG.md"), version)

    def test_citation_and_changelog_name_one_date(self):
        day = found(r'^date-released: "([\d-]+)"$', "CITATION.cff")
        self.assertEqual(found(r"^## [\d.]+ - ([\d-]+)$", "CHANGELOG.md"), day)


if __name__ == "__main__":
    unittest.main()
