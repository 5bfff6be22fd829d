"""Tests of scripts/install_dependencies.sh: what it would install where; nothing is installed."""

import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "install_dependencies.sh"
# A compiler of C++, by what the systems call it.
SYSTEMS = {
    "debian-12": "g++",
    "debian-13": "g++",
    "ubuntu-22.04": "g++",
    "ubuntu-24.04": "g++",
    "fedora-42": "gcc-c++",
}
NEVER_A_REASON = {"ccache", "strace"}
DEVELOP = {"doctest", "benchmark", "clang-format"}


def asked(*arguments):
    return subprocess.run(["bash", SCRIPT, *arguments], capture_output=True, text=True, check=False)


def packages(*arguments):
    done = asked("--list", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


def developing(names):
    return {word for word in DEVELOP if any(word in name for name in names)}


class InstallDependencies(unittest.TestCase):
    def test_every_system_gets_a_compiler_and_names_that_its_manager_takes(self):
        for system, compiler in SYSTEMS.items():
            with self.subTest(system):
                names = packages(system, "develop")
                self.assertIn(compiler, names)
                self.assertEqual(len(set(names)), len(names))
                for name in names:
                    self.assertRegex(name, r"^[a-z0-9][a-z0-9+.-]+$")

    def test_onnx_is_built_where_the_system_has_none_that_will_do(self):
        for system in SYSTEMS:
            with self.subTest(system):
                names = packages(system)
                has_onnx = any("onnx" in name for name in names)
                self.assertEqual(has_onnx, system != "ubuntu-22.04")
                self.assertEqual("protobuf-compiler" in names, not has_onnx)

    def test_who_uses_the_program_needs_nothing_of_developers(self):
        for system in SYSTEMS:
            with self.subTest(system):
                self.assertEqual(developing(packages(system)), set())

    def test_developers_get_all_but_what_a_system_lacks(self):
        self.assertEqual(developing(packages("debian-12", "develop")), DEVELOP)
        for system in ("debian-13", "fedora-42"):
            lacking = developing(packages(system, "develop")) ^ DEVELOP
            self.assertEqual(lacking, {"clang-format"})

    def test_an_unknown_system_stops_with_what_to_install(self):
        for system in ("plan9-4", "debian-11", "ubuntu-23.10", "unknown-"):
            with self.subTest(system):
                done = asked("--list", system)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertTrue(done.stderr.startswith(f"{system}: "))
                needed = [each for each in packages("debian-12") if each not in NEVER_A_REASON]
                for word in [*needed, "cmake --preset user", "docs/install.md"]:
                    self.assertIn(word, done.stderr)

    def test_an_unknown_argument_is_refused(self):
        done = asked("everything")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, re.compile("^everything: expected develop"))


if __name__ == "__main__":
    unittest.main()
