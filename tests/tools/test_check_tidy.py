"""tools/check_tidy.py knows which files changed since yesterday."""

import importlib.util
import os
import pathlib
import subprocess
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check_tidy.py"
spec = importlib.util.spec_from_file_location("check_tidy", TOOL)
check_tidy = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_tidy)

LONG = "".join(f"int number_{i} = {i};\n" for i in range(30))


class Repository:
    """A git repository whose commits have the times that they are given, in hours."""

    def __init__(self, folder):
        self.root = pathlib.Path(folder)
        self.git(0, "init", "--quiet")

    def git(self, hours, *arguments):
        date = f"{1_700_000_000 + 3600 * hours} +0000"
        environment = dict(os.environ)
        for who in ("AUTHOR", "COMMITTER"):
            values = {"NAME": "a", "EMAIL": "a@b", "DATE": date}
            environment |= {f"GIT_{who}_{key}": value for key, value in values.items()}
        subprocess.run(["git", "-C", str(self.root), *arguments], check=True, env=environment)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def commit(self, hours, **texts):
        for name, text in texts.items():
            self.write(f"base/{name}.cpp", text)
        self.git(hours, "add", "--all")
        self.git(hours, "commit", "--quiet", "--message", "m")

    def changed(self):
        base = check_tidy.base_commit(self.root)
        found = check_tidy.changed_since(self.root, base)
        return check_tidy.newest_first(self.root, base, found)


class Changed(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.repository = Repository(self.folder.name)

    def test_what_is_older_than_a_day_has_not_changed(self):
        self.repository.commit(0, old=LONG)
        self.repository.commit(20, young=LONG)
        self.repository.commit(30, new=LONG)
        self.assertEqual(self.repository.changed(), ["base/new.cpp", "base/young.cpp"])

    def test_all_have_changed_where_no_commit_is_a_day_older(self):
        self.repository.commit(0, one=LONG)
        self.repository.commit(23, two=LONG)
        self.assertEqual(self.repository.changed(), ["base/two.cpp", "base/one.cpp"])

    def test_what_is_not_committed_comes_first(self):
        self.repository.commit(0, old=LONG)
        self.repository.commit(30, a=LONG)
        self.repository.write("base/old.cpp", LONG + "int more = 1;\n")
        self.repository.write("base/unknown.cpp", LONG)
        self.assertEqual(
            self.repository.changed(), ["base/old.cpp", "base/unknown.cpp", "base/a.cpp"]
        )

    def test_a_moved_file_that_includes_other_headers_has_not_changed(self):
        self.repository.commit(0, a='#include "base/a.hpp"\n\n' + LONG, b=LONG)
        self.repository.git(30, "mv", "base/a.cpp", "base/c.cpp")
        self.repository.write("base/c.cpp", '#include "base/deep/c.hpp"\n\n' + LONG)
        self.repository.commit(30, b=LONG + "int more = 1;\n")
        self.assertEqual(self.repository.changed(), ["base/b.cpp"])

    def test_a_deleted_file_is_not_to_be_checked(self):
        self.repository.commit(0, a=LONG, b=LONG)
        self.repository.git(30, "rm", "--quiet", "base/a.cpp")
        self.repository.commit(30)
        self.assertEqual(self.repository.changed(), [])


class Sources(unittest.TestCase):
    def test_a_header_is_checked_through_its_own_source_file_or_one_that_includes_it(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name in ("a", "b", "c"):
                (root / f"{name}.cpp").write_text('#include "only.hpp"\n' if name == "c" else "")
            sources = ["a.cpp", "b.cpp", "c.cpp"]
            changed = ["b.hpp", "only.hpp", "b.cpp", "elsewhere.cpp"]
            self.assertEqual(check_tidy.sources_of(root, changed, sources), ["b.cpp", "c.cpp"])


if __name__ == "__main__":
    unittest.main()
