"""tools/check_architecture_page.py finds what docs/architecture.md says that is not so."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check_architecture_page.py"

PAGE = """
| folder | what | types |
|---|---|---|
| `sim` | costs | `Cost` |

## Equations
### [model.md](model.md)
| equation | what | computed in | held by |
|---|---|---|---|
| Eq. 1 | words | `sim/words.cpp` | `tests/sim/test_words.cpp`: by hand |
| Eq. 2 to 4 | time | `sim/time.cpp` | `tests/sim/test_time.cpp` |

### [fpga.md](fpga.md)
| equation | what | computed in | held by |
|---|---|---|---|
| F1, F2 | DSP | `sim/words.cpp` | `tests/sim/test_words.cpp` |
"""
FILES = {
    "docs/architecture.md": PAGE,
    "docs/model.md": "**Eq. 1, words.** As in Eq. 9.\n**Eq. 2.**\n**Eq. 3.**\n**Eq. 4.**\n",
    "docs/fpga.md": "**F1, DSP**\n\n**F2**\n",
    "sim/words.cpp": '#include "sim/words.hpp"\nint words();  // F1\n/// F2\n',
    "sim/words.hpp": "/// Eq. 1 of docs/model.md.\nstruct Cost {};\n",
    "sim/time.cpp": "/// Eq. 2\n/// to 4\nint time();\n",
    "tests/sim/test_words.cpp": 'TEST_CASE("Eq. 1 by hand") {}\n// F1, F2\n',
    "tests/sim/test_time.cpp": "// Eqs. 2, 3 and 4\n",
}


def check(**changes):
    """The faults of the repository FILES in which the text of some files is another one: `page` of
    docs/architecture.md, others by their name with _ for what no name may have."""
    names = {name.replace("/", "_").replace(".", "_"): name for name in FILES}
    names["page"] = "docs/architecture.md"
    files = FILES | {names.get(key, key): text for key, text in changes.items()}
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            if text is not None:
                path = pathlib.Path(root, name)
                path.parent.mkdir(exist_ok=True, parents=True)
                path.write_text(text)
        done = subprocess.run(
            [sys.executable, TOOL, root], capture_output=True, text=True, check=False
        )
    lines = done.stdout.splitlines()
    if done.returncode == 0:
        return [] if lines == ["architecture: no fault"] else [done.stdout]
    return [line.removeprefix("docs/architecture.md: ") for line in lines] or [done.stderr]


class CheckArchitecturePage(unittest.TestCase):
    def test_a_page_in_order_passes(self):
        self.assertEqual(check(), [])

    def test_files_folders_and_links_must_exist(self):
        self.assertEqual(check(page=PAGE + "`sim/none.hpp`"), ["there is no sim/none.hpp"])
        self.assertEqual(check(page=PAGE + "`sim/none`"), ["there is no sim/none"])
        self.assertEqual(check(page=PAGE + "[a](none.md)"), ["there is no docs/none.md"])
        self.assertEqual(check(page=PAGE + "`sim/words.hpp`, [a](model.md#words)"), [])

    def test_words_must_be_those_of_the_code(self):
        self.assertEqual(check(page=PAGE + "`cost`"), ["no code has the word cost"])
        self.assertEqual(check(page=PAGE + "`words`, `sim`"), [])

    def test_a_word_stands_in_the_file_beside_it(self):
        self.assertEqual(check(page=PAGE + "`words` (`sim/words.cpp`)"), [])
        self.assertEqual(
            check(page=PAGE + "`words` (`sim/time.cpp`)"), ["sim/time.cpp has no word words"]
        )

    def test_every_folder_with_code_is_told(self):
        self.assertEqual(check(**{"sim/engine/a.cpp": ""}), ["the folder sim/engine is missing"])
        self.assertEqual(check(**{"tests/other/a.cpp": "", "build/a.cpp": ""}), [])

    def test_every_numbered_equation_has_a_row(self):
        self.assertEqual(
            check(docs_model_md=FILES["docs/model.md"] + "**Eq. 5, energy.**\n"),
            ["model.md has an equation 5, and no table here"],
        )
        self.assertEqual(
            check(docs_fpga_md="**F3**\n"), ["fpga.md has an equation F3, and no table here"]
        )

    def test_an_equation_counts_under_its_own_page_only(self):
        self.assertEqual(
            check(**{"docs/hwnasbench.md": "    a = b   (F1)\n"}),
            ["hwnasbench.md has an equation F1, and no table here"],
        )

    def test_each_file_of_a_row_cites_all_of_it(self):
        self.assertEqual(check(sim_time_cpp="/// Eq. 2 to 3\n"), ["sim/time.cpp does not cite 4"])
        self.assertEqual(
            check(sim_words_hpp="struct Cost {};\n")[0], "sim/words.cpp does not cite 1"
        )
        self.assertEqual(
            check(tests_sim_test_words_cpp="// F1, F2\n"),
            ["tests/sim/test_words.cpp does not cite 1"],
        )

    def test_a_number_that_is_no_comment_is_no_citation(self):
        self.assertEqual(
            check(tests_sim_test_words_cpp="int F1 = F2; // Eq. 1\n"),
            ["tests/sim/test_words.cpp does not cite F1, F2"],
        )

    def test_a_test_cites_for_itself(self):
        changes = {"tests/sim/test_words.hpp": "/// Eq. 1\n"}
        self.assertEqual(
            check(tests_sim_test_words_cpp="// F1, F2\n", **changes),
            ["tests/sim/test_words.cpp does not cite 1"],
        )

    def test_a_row_needs_a_file_and_a_test(self):
        page = PAGE.replace("`sim/time.cpp`", "none")
        self.assertEqual(check(page=page), ["Eq. 2 to 4 has no file that computes it, or no test"])


if __name__ == "__main__":
    unittest.main()
