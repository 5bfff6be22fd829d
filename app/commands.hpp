#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace tilewise {

/// What the command line asks for; returns the exit code. Runs after the whole line is parsed.
using Action = std::function<int()>;

inline constexpr int kFailure = 2;      ///< the exit code of every refusal
inline constexpr int kSignalled = 128;  ///< and the number of the signal that ended a command

// One function a subcommand: adds it to `app`; if the user gives it, `action` becomes its work.
void add_count(CLI::App& app, Action& action);
void add_evaluate(CLI::App& app, Action& action);
void add_map(CLI::App& app, Action& action);
void add_arch(CLI::App& app, Action& action);
void add_device(CLI::App& app, Action& action);
void add_network(CLI::App& app, Action& action);
void add_import(CLI::App& app, Action& action);
/// The command line: the words after the program's name, and the whole of it, for run.yaml.
struct CommandLine {
  std::vector<std::string> words;
  std::string text;
};
void add_cost(CLI::App& app, const std::string& command, Action& action);
void add_space(CLI::App& app, const CommandLine& line, Action& action);
void add_sweep(CLI::App& app, const CommandLine& line, Action& action);
void add_explore(CLI::App& app, const std::string& command, Action& action);
void add_store(CLI::App& app, Action& action);
void add_report(CLI::App& app, Action& action);
void add_analyze(CLI::App& app, Action& action);
void add_validate(CLI::App& app, Action& action);
void add_fpga(CLI::App& app, Action& action);
void add_completion(CLI::App& app, Action& action);
// Run commands of the Python package.
void add_python_commands(CLI::App& app, Action& action);
void add_fpga_python_commands(CLI::App& group, Action& action);
/// Goes on as the Python package's search of a study; `arguments` as tilewise.study_search.command
/// takes them. Throws InputError where there is no Python.
int search_study(const std::vector<std::string>& arguments);
/// Goes on as the Python package's `fpga what-if --verify`; `arguments` as
/// tilewise.rtl.what_if_command takes them. Throws InputError where there is no Python.
int verify_what_if(const std::vector<std::string>& arguments);

}  // namespace tilewise
