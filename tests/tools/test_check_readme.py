"""The examples of a page are run, compared and limited as tools/check_readme.py says."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check_readme.py"
FAKE = '#!/bin/sh\n[ "$1" = fail ] && { echo "no such layer" >&2; exit 2; }\nprintf "%s\\n" "$@"\n'


def check(text, page="README.md"):
    """Exit code and output of the check on one page, with a program that prints its arguments."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        program = folder / "tilewise"
        program.write_text(FAKE)
        program.chmod(0o755)
        (folder / page).write_text(text)
        done = subprocess.run(
            [sys.executable, TOOL, "--executable", program, folder / page],
            capture_output=True,
            text=True,
            check=False,
        )
    return done.returncode, done.stdout


class CheckReadme(unittest.TestCase):
    def test_runs_the_lines_of_the_program_only(self):
        text = "```sh\ntilewise a\n./build/release/tilewise b\nrm -r nothing\n```\n"
        self.assertEqual(check(text), (0, "2 lines run, 0 faults\n"))

    def test_a_page_may_have_no_example(self):
        self.assertEqual(check("words\n"), (0, "0 lines run, 0 faults\n"))

    def test_reports_place_and_message_of_a_failing_line(self):
        code, output = check("words\n\n```sh\ntilewise fail\n```\n")
        self.assertEqual(code, 1)
        self.assertIn("README.md:3: tilewise fail\n  exit code 2\nno such layer", output)

    def test_compares_the_output_line_by_line(self):
        example = "```sh\ntilewise a \\\n  b\n```\nprints\n```text\n{}\n```\n"
        self.assertEqual(check(example.format("a\nb"))[0], 0)
        self.assertEqual(check(example.format("a\nc"))[0], 1)
        self.assertEqual(check(example.format("a"))[0], 1)
        self.assertEqual(check(example.format("a\nb\nc"))[0], 1)

    def test_three_dots_stand_for_any_lines(self):
        example = "```sh\ntilewise a b c\n```\n```text\n{}\n```\n"
        self.assertEqual(check(example.format("a\n...\nc"))[0], 0)
        self.assertEqual(check(example.format("...\na\nb\nc\n..."))[0], 0)
        self.assertEqual(check(example.format("...\nb"))[0], 1)

    def test_an_output_of_no_run_line_is_a_fault(self):
        self.assertEqual(check("```sh\nls\n```\n```text\na\n```\n")[0], 1)

    def test_no_test_is_for_the_build_only(self):
        allowed = "git clone somewhere tilewise\ncd tilewise\n./scripts/run.sh\n./scripts/test.sh"
        allowed += "\npython3 -m venv venv\n. venv/bin/activate\npip install .\ndocker build ."
        self.assertEqual(check(f"```sh no-test\n{allowed}\n```\n")[0], 0)
        self.assertEqual(check("```sh no-test\ndocker ps\n```\n")[0], 1)
        self.assertEqual(check("```sh no-test\ntilewise fail\n```\n")[0], 1)

    def test_other_pages_are_run_where_marked(self):
        self.assertEqual(check("```sh\ntilewise fail\n```\n", "model.md")[0], 0)
        self.assertEqual(check("```sh test\ntilewise fail\n```\n", "model.md")[0], 1)

    def test_a_named_block_is_a_file(self):
        page = "```yaml file=a.yaml\na: 1\n```\n```sh test\ntilewise show && test -e a.yaml\n```\n"
        self.assertEqual(check(page, "model.md")[0], 0)
        self.assertEqual(check(page.replace("file=a", "file=b"), "model.md")[0], 1)
        table = page.replace("yaml", "csv")
        self.assertEqual(check(table, "model.md")[0], 0)


if __name__ == "__main__":
    unittest.main()
