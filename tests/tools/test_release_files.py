"""The files that tell of a release name the version that is built."""

import pathlib
import re
import runpy
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def found(pattern, name):
    return re.search(pattern, (ROOT / name).read_text(), re.MULTILINE)[1]


class ReleaseFiles(unittest.TestCase):
    def test_citation_and_changelog_name_the_version_of_the_build(self):
        version = found(r"^project\(tilewise VERSION ([\d.]+)", "CMakeLists.txt")
        self.assertEqual(found(r"^version: ([\d.]+)$", "CITATION.cff"), version)
        self.assertEqual(found(r"^## ([\d.]+)", "CHANGELOG.md"), version)

    def test_the_site_names_the_version_of_the_build(self):
        site = runpy.run_path(str(ROOT / "docs" / "conf.py"))
        self.assertEqual(
            site["release"], found(r"^project\(tilewise VERSION ([\d.]+)", "CMakeLists.txt")
        )

    def test_no_page_has_the_name_of_a_page_that_the_site_adds(self):
        pages = {page.stem for page in (ROOT / "docs").glob("*.md")}
        self.assertIn("install", pages)
        self.assertFalse(pages & {"search", "genindex"})

    def test_citation_and_changelog_name_one_date(self):
        day = found(r'^date-released: "([\d-]+)"$', "CITATION.cff")
        self.assertEqual(found(r"^## [\d.]+ - ([\d-]+)$", "CHANGELOG.md"), day)


if __name__ == "__main__":
    unittest.main()
