"""tools/speed_ratios.py divides the processor times of two commands, each in its own folder."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "speed_ratios.py"
sys.path.insert(0, str(TOOL.parent))
import speed_ratios  # noqa: E402

# A stand-in that works ten times as long where nothing is kept, and keeps something.
PROGRAM = f"""#!{sys.executable}
import pathlib, time
kept = pathlib.Path("kept")
until = time.process_time() + (0.03 if kept.exists() else 0.3)
while time.process_time() < until:
    pass
kept.touch()
"""


class SpeedRatios(unittest.TestCase):
    def test_the_second_command_may_find_what_one_before_it_kept(self):
        with tempfile.TemporaryDirectory() as name:
            program = pathlib.Path(name, "tilewise")
            program.write_text(PROGRAM)
            program.chmod(0o755)
            command = [sys.executable, TOOL, "--program", program, "--only", "a network, over"]
            text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        [row] = [line.split("|") for line in text.splitlines() if "a network" in line]
        # 0.3 s over 0.03 s, both with the start of Python.
        self.assertGreater(float(row[2]), 2)
        self.assertIn("--store kept`, again", row[4])

    def test_a_page_keeps_all_but_its_table(self):
        page = "# A\n## The ratios\n| a |\n| - |\n\nwords\n## More\n| b |\n"
        expected = "# A\n## The ratios\n| new |\n\nwords\n## More\n| b |\n"
        self.assertEqual(speed_ratios.replaced(page, ["| new |"]), expected)


if __name__ == "__main__":
    unittest.main()
