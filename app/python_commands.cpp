#include <unistd.h>

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "base/error.hpp"

namespace tilewise {
namespace {

constexpr const char* kCure =
    "dataset: needs the Python package, which the python3 of $PATH does not have; pip install "
    "'.[dataset]' in the source folder (docs/dataset.md)";

/// Runs the command of the package, not of a folder that happens to be here; a line where there is
/// none.
constexpr const char* kProgram =
    "import sys\n"
    "sys.path = [each for each in sys.path if each]\n"
    "try:\n"
    "    import tilewise.dataset.command\n"
    "    from tilewise.__main__ import main\n"
    "except ImportError:\n"
    "    print('error: ' + sys.argv[1], file=sys.stderr)\n"
    "    sys.exit(2)\n"
    "del sys.argv[1]\n"
    "sys.exit(main())\n";

/// Becomes the Python program; comes back, with an exception, only where there is no python3.
int run_dataset(const std::vector<std::string>& arguments) {
  std::vector<std::string> words{"python3", "-c", kProgram, kCure, "dataset"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  execvp(pointers.front(), pointers.data());
  throw InputError(kCure);
}

}  // namespace

void add_dataset(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "dataset", "Write, check and show data sets of whole spaces (needs the Python package)");
  command->set_help_flag();
  command->prefix_command();
  command->callback([command, &action] {
    action = [arguments = command->remaining()] { return run_dataset(arguments); };
  });
}

}  // namespace tilewise
