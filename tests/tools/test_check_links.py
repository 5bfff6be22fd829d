"""tools/check_links.py finds links that lead nowhere and pages that the contents leave out."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check_links.py"


def check(pages):
    """Exit code and output for a repository of these pages, by their path."""
    with tempfile.TemporaryDirectory() as name:
        for path, text in pages.items():
            page = pathlib.Path(name, path)
            page.parent.mkdir(exist_ok=True, parents=True)
            page.write_text(text)
        done = subprocess.run(
            [sys.executable, TOOL, name], capture_output=True, text=True, check=False
        )
    return done.returncode, done.stdout


class CheckLinks(unittest.TestCase):
    def test_a_link_leads_to_a_file_from_the_page_that_has_it(self):
        pages = {"README.md": "[a](docs/a.md)\n", "docs/a.md": "[up](../README.md)\n"}
        self.assertEqual(check(pages)[0], 0)
        code, output = check(pages | {"docs/a.md": "\n[up](README.md)\n"})
        self.assertEqual((code, output), (1, "docs/a.md:2: there is no README.md\n"))

    def test_an_anchor_is_a_heading_as_forges_write_it(self):
        page = "# One `map`, (two)\n## Same\n## Same\n[x](#{})\n"
        for anchor in ("one-map-two", "same", "same-1"):
            self.assertEqual(check({"a.md": page.format(anchor)})[0], 0, anchor)
        code, output = check({"a.md": page.format("same-2")})
        self.assertEqual((code, output), (1, "a.md:4: a.md has no heading #same-2\n"))

    def test_code_and_the_web_are_no_links_of_ours(self):
        self.assertEqual(check({"a.md": "`[x](y)` [z](https://nowhere.test)\n"})[0], 0)
        self.assertEqual(check({"a.md": "```text\n[x](y)\n# no\n```\n    [x](y)\n"})[0], 0)

    def test_the_contents_list_each_page_once(self):
        index = "```{toctree}\n:hidden:\na\n```\n"
        self.assertEqual(check({"docs/index.md": index, "docs/a.md": ""})[0], 0)
        more = {"docs/index.md": index, "docs/a.md": "", "docs/b/c.md": ""}
        self.assertEqual(check(more), (1, "docs/index.md: does not list b/c\n"))
        self.assertEqual(check({"docs/index.md": index}), (1, "docs/index.md: there is no a.md\n"))


if __name__ == "__main__":
    unittest.main()
