#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/busy_line.hpp"
#include "app/commands.hpp"
#include "app/html_page.hpp"
#include "base/child_process.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace tilewise {
namespace {

/// A command of the Python package. `module` has its `main`.
struct PythonCommand {
  const char* name;
  const char* module;
  const char* description;
  const char* cure;
};

constexpr PythonCommand kCommands[] = {
    {"dataset", "tilewise.dataset.command",
     "Write, check and show data sets of whole spaces (needs the Python package)",
     "dataset: needs the Python package, which the python3 of $PATH does not have; pip install "
     "'.[dataset]' in the source folder (docs/dataset.md)"},
    {"search", "tilewise.searches.command",
     "Search a space for the best candidates (needs the Python package)",
     "search: needs the Python package, which the python3 of $PATH does not have; pip install "
     "'.[search]' in the source folder (docs/architecture_search.md)"},
    {"codesign", "tilewise.codesigns.command",
     "Choose networks and accelerators together (needs the Python package)",
     "codesign: needs the Python package, which the python3 of $PATH does not have; pip install . "
     "in the source folder (docs/codesign.md)"},
};

/// What writes the page of `--html`.
constexpr PythonCommand kPage = {
    "report-page", "tilewise.report.command", "",
    "--html: pages are written by the Python package, which the python3 of $PATH does not have; "
    "pip install '.[report]' in the source folder (docs/report.md)"};

constexpr auto kPageLimit = std::chrono::minutes(10);

constexpr const char* kRtlCure =
    "fpga: generate, simulate and synthesise need the Python package, which the python3 of $PATH "
    "does not have; pip install . in the source folder (docs/rtl.md)";

/// Of `fpga`; the package knows them by both words.
constexpr PythonCommand kFpgaCommands[] = {
    {"generate", "tilewise.rtl.command",
     "Write an engine and its program as SystemVerilog (needs the Python package)", kRtlCure},
    {"simulate", "tilewise.rtl.command",
     "Run a generated engine in Verilator and compare (needs the Python package)", kRtlCure},
    {"synthesise", "tilewise.rtl.command",
     "Say what a generated engine takes of a part, by Yosys (needs the Python package)", kRtlCure},
};

/// What `explore` hands a study to that is searched.
constexpr PythonCommand kStudySearch = {
    "search-study", "tilewise.study_search.command", "",
    "search: its methods are in the Python package, which the python3 of $PATH does not have; pip "
    "install '.[search]' in the source folder, or leave search out to run the whole grid"};

/// Runs the command of the package, not of a folder that happens to be here; a line where there is
/// none. Its arguments: the line, the module, the command and what follows it.
constexpr const char* kProgram =
    "import sys\n"
    "sys.path = [each for each in sys.path if each]\n"
    "import importlib\n"
    "import os\n"
    "try:\n"
    "    importlib.import_module(sys.argv[2])\n"
    "    from tilewise.__main__ import main\n"
    "except ImportError:\n"
    "    try:\n"
    "        os.write(2, ('error: ' + sys.argv[1] + '\\n').encode())\n"
    "    except OSError:\n"
    "        pass\n"
    "    sys.exit(2)\n"
    "del sys.argv[1:3]\n"
    "sys.exit(main())\n";

/// The command line of a command of the package. `group`: the word before its name; empty: none.
std::vector<std::string> words_of(const PythonCommand& command,
                                  const std::vector<std::string>& arguments,
                                  const std::string& group = "") {
  // The package starts the program with the Python that it runs in.
  const char* own = std::getenv("TILEWISE_PYTHON");
  std::vector<std::string> words{own == nullptr ? "python3" : own, "-c", kProgram, command.cure,
                                 command.module};
  if (!group.empty()) words.push_back(group);
  words.emplace_back(command.name);
  words.insert(words.end(), arguments.begin(), arguments.end());
  // As `python3 -P` does from 3.11 on, for the commands that it starts, too: no module of the
  // folder that the user is in stands before the package's.
  setenv("PYTHONSAFEPATH", "1", 1);
  return words;
}

/// Becomes the Python program; comes back, with an exception, only where there is no python3.
int run(const PythonCommand& command, const std::vector<std::string>& arguments,
        const std::string& group = "") {
  std::vector<std::string> words = words_of(command, arguments, group);
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  execvp(pointers.front(), pointers.data());
  throw InputError(command.cure);
}

void add_commands(CLI::App& to, std::span<const PythonCommand> commands, const std::string& group,
                  Action& action) {
  for (const PythonCommand& each : commands) {
    CLI::App* command = to.add_subcommand(each.name, each.description);
    command->set_help_flag();
    command->prefix_command();
    command->callback([command, &each, &action, group] {
      action = [&each, arguments = command->remaining(), group] {
        return run(each, arguments, group);
      };
    });
  }
}

}  // namespace

int search_study(const std::vector<std::string>& arguments) { return run(kStudySearch, arguments); }

void add_html(CLI::App& command, std::string& page) {
  command.add_option("--html", page,
                     "a page of the answer, one file for any browser (needs the Python package)");
}

void write_page(const std::string& page, const PageSource& source) {
  if (page.empty()) return;
  std::vector<std::string> arguments{source.json.empty() ? source.folder : "-", "--html", page};
  if (!source.accuracy.empty()) {
    arguments.insert(arguments.end(), {"--accuracy", source.accuracy});
  }
  const auto done = while_busy("write " + page, [&] {
    return run_program(words_of(kPage, arguments), source.json, kPageLimit);
  });
  if (!done) throw InputError(kPage.cure);
  if (done->exit_code == 0) return;
  constexpr std::string_view kError = "error: ";
  std::string_view said = trimmed(done->errors);
  if (said.starts_with(kError)) said.remove_prefix(kError.size());
  throw InputError(std::string(said));
}

void add_fpga_python_commands(CLI::App& group, Action& action) {
  add_commands(group, kFpgaCommands, "fpga", action);
}

void add_python_commands(CLI::App& app, Action& action) {
  add_commands(app, kCommands, "", action);
}

}  // namespace tilewise
