#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.hpp"
#include "app/completed_words.hpp"
#include "app/listings.hpp"
#include "app/output.hpp"
#include "arch/fpga/fpga_board.hpp"
#include "base/enum_words.hpp"
#include "base/shipped_names.hpp"
#include "mapper/factors.hpp"
#include "mapper/objective.hpp"
#include "report/format.hpp"
#include "schedule/schedule.hpp"
#include "space/search_spaces.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {
namespace {

using Words = std::vector<std::string>;

template <class Names>
Words words_of(const Names& names) {
  return {names.begin(), names.end()};
}

/// What is known of the values of an option, whatever the command.
Words values_of(const std::string& option) {
  if (option == "--device" || option == "--arch") return device_names();
  if (option == "--network" || option == "--layer") return shipped_names("workload");
  if (option == "--board") return board_names();
  if (option == "--space") return words_of(space_names());
  if (option == "--format") return words_of(enum_names<Format>());
  if (option == "--schedule") return words_of(enum_names<ScheduleKind>());
  if (option == "--objective") return words_of(enum_names<Objective>());
  if (option == "--factors") return words_of(factor_words());
  return {};
}

/// What is known of the first positional argument of a command.
Words arguments_of(const std::string& command) {
  if (command == "arch show") return device_names();
  if (command == "network show") return shipped_names("workload");
  if (command == "explore") return shipped_names("study");
  if (command == "validate") return validation_case_names();
  return {};
}

/// `app` and what is below it; a group of options belongs to its command.
void add_options(const CLI::App& app, CompletedCommand& command) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      command.options.push_back({"--" + name, option->get_items_expected_max() > 0,
                                 option->get_description(), values_of("--" + name)});
    }
  }
}

void add_commands(const CLI::App& app, const std::string& words,
                  std::vector<CompletedCommand>& commands) {
  CompletedCommand command{words, app.get_description(), {}, {}, arguments_of(words)};
  add_options(app, command);
  std::vector<const CLI::App*> below;
  for (const CLI::App* each : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (each->get_name().empty()) {
      add_options(*each, command);
    } else {
      command.commands.push_back(each->get_name());
      below.push_back(each);
    }
  }
  commands.push_back(std::move(command));
  for (const CLI::App* each : below) {
    add_commands(*each, words.empty() ? each->get_name() : words + " " + each->get_name(),
                 commands);
  }
}

struct Shell {
  const char* name;
  std::string (*script)(const std::vector<CompletedCommand>& commands);
  const char* use;
};
constexpr Shell kShells[] = {
    {"bash", bash_completion, "source <(tilewise completion bash)"},
    {"zsh", zsh_completion, "source <(tilewise completion zsh)"},
    {"fish", fish_completion, "tilewise completion fish | source"},
};

}  // namespace

void add_completion(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("completion", "The script that completes words in a shell");
  command->require_subcommand(1);
  std::string footer = "Put the line of your shell into its start file:";
  for (const Shell& shell : kShells) {
    footer += fmt::format("\n  {}", shell.use);
    CLI::App* one = command->add_subcommand(shell.name, fmt::format("For {}", shell.name));
    one->footer(fmt::format("Example:\n  {}", shell.use));
    one->callback([&shell, &app, &action] {
      action = [&shell, &app] {
        std::vector<CompletedCommand> commands;
        add_commands(app, "", commands);
        print(shell.script(commands));
        return 0;
      };
    });
  }
  command->footer(footer);
}

}  // namespace tilewise
