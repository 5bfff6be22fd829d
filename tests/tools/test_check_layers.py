"""tools/check_layers.py finds upward and circular includes, shown third-party headers, crowded
folders, long files and long functions."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check_layers.py"


def check(**files):
    """Exit code and output for a repository of these files; `arch__energy__a_hpp` is
    arch/energy/a.hpp."""
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            *folders, file = name.split("__")
            path = pathlib.Path(root, *folders, ".".join(file.rsplit("_", 1)))
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text(text)
        done = subprocess.run(
            [sys.executable, TOOL, root], capture_output=True, text=True, check=False
        )
    return done.returncode, done.stdout


class CheckLayers(unittest.TestCase):
    def test_a_folder_sees_itself_and_all_below(self):
        code, _ = check(sim__a_cpp='#include "sim/a.hpp"\n#include "base/b.hpp"\n')
        self.assertEqual(code, 0)

    def test_an_upward_include_is_a_fault_with_its_place(self):
        code, output = check(sim__a_cpp='\n#include "mapper/a.hpp"\n')
        self.assertEqual((code, output), (1, "sim/a.cpp:2: sim may not include mapper\n"))

    def test_a_folder_inside_another_is_of_its_layer(self):
        for text in ('#include "arch/a.hpp"\n', '#include "arch/fpga/a.hpp"\n'):
            self.assertEqual(check(arch__energy__a_cpp=text)[0], 0)
        self.assertEqual(check(sim__a_cpp='#include "arch/energy/a.hpp"\n')[0], 0)
        code, output = check(arch__energy__a_cpp='#include "sim/engine/a.hpp"\n')
        self.assertEqual((code, output), (1, "arch/energy/a.cpp:1: arch may not include sim\n"))

    def test_two_headers_may_not_define_a_type_of_one_name(self):
        code, output = check(
            base__a_hpp="struct Column {\n};\nstruct Row;\n",
            sweep__b_hpp="struct Column : Base {\n};\nstruct Row {\n};\n",
            tests__c_hpp="struct Column {\n};\n",
        )
        self.assertEqual((code, output), (1, "Column: defined in base/a.hpp and in sweep/b.hpp\n"))

    def test_an_include_names_the_whole_path(self):
        files = {"arch__energy__b_hpp": ""}
        code, output = check(arch__energy__a_cpp='#include "b.hpp"\n', **files)
        self.assertEqual(code, 1)
        self.assertEqual(
            output, 'arch/energy/a.cpp:1: "b.hpp" is included as "arch/energy/b.hpp"\n'
        )
        code, output = check(arch__a_cpp='#include "energy/b.hpp"\n', **files)
        self.assertEqual(code, 1)
        self.assertEqual(check(tests__a_cpp='#include "b.hpp"\n', tests__b_hpp="")[0], 0)

    def test_no_file_reaches_itself(self):
        to_b, to_c = '#include "sim/b.hpp"\n', '#include "sim/c.hpp"\n'
        self.assertEqual(check(sim__a_hpp=to_b + to_c, sim__b_hpp=to_c, sim__c_hpp="")[0], 0)
        code, output = check(sim__a_hpp=to_b, sim__b_hpp=to_c, sim__c_hpp=to_b)
        self.assertEqual(code, 1)
        self.assertEqual(
            output,
            "sim/b.hpp -> sim/c.hpp -> sim/b.hpp: "
            "a file may not reach itself through its includes\n",
        )
        self.assertEqual(check(sim__b_hpp=to_b)[0], 1)
        self.assertEqual(check(tests__a_hpp='#include "a.hpp"\n')[0], 1)

    def test_a_folder_has_at_most_62_files(self):
        files = {f"sim__a{number}_cpp": "" for number in range(62)}
        self.assertEqual(check(sim__engine__a_cpp="", **files)[0], 0)
        code, output = check(sim__b_hpp="", **files)
        self.assertEqual((code, output), (1, "sim: 63 .cpp and .hpp files, at most 62\n"))

    def test_no_layer_includes_tests(self):
        self.assertEqual(check(app__a_cpp='#include "tests/a.hpp"\n')[0], 1)

    def test_tests_and_app_see_everything(self):
        self.assertEqual(check(tests__a_cpp='#include "app/a.hpp"\n')[0], 0)
        self.assertEqual(check(app__a_cpp='#include "report/a.hpp"\n')[0], 0)

    def test_third_party_headers_stay_in_cpp_files(self):
        for header in ("yaml-cpp/yaml.h", "Eigen/Core", "boost/graph/x.hpp", "omp.h", "fmt/core.h"):
            line = f"#include <{header}>\n"
            self.assertEqual(check(base__a_cpp=line)[0], 0, header)
            self.assertEqual(check(base__a_hpp=line)[0], 1, header)
        self.assertEqual(check(base__a_hpp="#include <vector>\n")[0], 0)

    def test_a_file_has_at_most_400_lines(self):
        self.assertEqual(check(bench__a_cpp="\n" * 400, scripts__a_sh="\n" * 400)[0], 0)
        self.assertEqual(check(tools__a_py="\n" * 401)[0], 1)
        self.assertEqual(check(build__a_py="\n" * 401)[0], 0)

    def test_a_function_has_at_most_60_lines(self):
        for opening, closing in (
            ("int f(int a,\n      int b) {", "}"),
            ("struct A : B {\n  int f() const {", "  }\n};"),
            ('TEST_SUITE("{") {\n  TEST_CASE("a } b") {', "  }\n}"),
            ("const auto f = [](int a) {", "};"),
        ):
            inside = "  if (x) { // }\n    g('{');\n  }\n" + "  g();\n" * 55
            self.assertEqual(check(sim__a_cpp=f"{opening}\n{inside}{closing}\n")[0], 0, opening)
            code, output = check(sim__a_cpp=f"{opening}\n{inside}  g();\n{closing}\n")
            self.assertEqual(code, 1, opening)
            self.assertIn("61 lines, at most 60", output)

    def test_what_is_no_function_may_be_long(self):
        for text in (
            "struct A {\n" + "  int a = 1;\n" * 100 + "};\n",
            "namespace {\n" + "int a();\n" * 100 + "}\n",
            "constexpr std::array kAll{\n" + "    1,\n" * 100 + "};\n",
            "enum class A {\n" + "  B,\n" * 100 + "};\n",
            '#define A(x) {\n\nconst char* a = R"x({{{\n' + "(\n" * 100 + ')x";\nint f() {}\n',
        ):
            self.assertEqual(check(sim__a_cpp=text), (0, "layers: no fault\n"), text[:20])

    def test_a_python_function_has_at_most_60_lines(self):
        body = "    x = 1\n"
        self.assertEqual(check(tools__a_py="def f():\n" + body * 59)[0], 0)
        code, output = check(tools__a_py="\nclass A:\n  def f():\n" + body * 60)
        self.assertEqual((code, output), (1, "tools/a.py:3: f has 61 lines, at most 60\n"))


if __name__ == "__main__":
    unittest.main()
