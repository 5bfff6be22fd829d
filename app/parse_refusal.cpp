#include "app/parse_refusal.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>

#include "base/text.hpp"
#include "base/words.hpp"

namespace tilewise {
namespace {

/// The command that the words name, of as many commands as they name.
const CLI::App& named_command(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().back();
  return *at;
}

/// "tilewise fpga design".
std::string full_name(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent == nullptr ? command.get_name() : full_name(*parent) + " " + command.get_name();
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* each : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!each->get_name().empty()) names.push_back(each->get_name());
  }
  return names;
}

/// The long options of a command, without their dashes, those of its groups too.
std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    const std::vector<std::string>& own = option->get_lnames();
    names.insert(names.end(), own.begin(), own.end());
  }
  for (const CLI::App* group : command.get_subcommands([](const CLI::App*) { return true; })) {
    if (!group->get_name().empty()) continue;
    const std::vector<std::string> own = option_names(*group);
    names.insert(names.end(), own.begin(), own.end());
  }
  return names;
}

std::string nearest_of(std::string_view word, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  return std::string(nearest_word(word, views));
}

std::string unknown_option(const CLI::App& command, const std::string& word) {
  std::string_view name = word;
  name = name.substr(std::min(name.find_first_not_of('-'), name.size()));
  const std::string nearest = nearest_of(name.substr(0, name.find('=')), option_names(command));
  return fmt::format("unknown option {}{}", word.substr(0, word.find('=')),
                     nearest.empty() ? "" : fmt::format("; did you mean --{}?", nearest));
}

/// Of a word that no option takes.
std::string unknown_word(const CLI::App& command, const std::string& word) {
  const std::vector<std::string> commands = command_names(command);
  if (commands.empty()) {
    return fmt::format("\"{}\" is not expected; each option begins with --", word);
  }
  const std::string nearest = nearest_of(word, commands);
  return fmt::format("unknown command {}; there are: {}{}", word, fmt::join(commands, ", "),
                     nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest));
}

}  // namespace

std::string parse_refusal(const CLI::App& app, const std::vector<std::string>& words,
                          const CLI::ParseError& error) {
  const CLI::App& command = named_command(app);
  const std::string name = full_name(command);
  // In the order of the line: what follows an unknown option may be its value.
  const std::vector<std::string> left = app.remaining(true);
  for (const std::string& word : words) {
    if (std::find(left.begin(), left.end(), word) == left.end()) continue;
    const bool option = word.size() > 1 && word.front() == '-';
    return fmt::format("{}: {}; {} --help tells more", name,
                       option ? unknown_option(command, word) : unknown_word(command, word), name);
  }
  const std::vector<std::string> commands = command_names(command);
  if (!commands.empty() && command.get_subcommands().empty()) {
    return fmt::format("{}: expected one of its commands: {}; {} --help tells more", name,
                       fmt::join(commands, ", "), name);
  }
  return fmt::format("{}: {}; {} --help tells more", name, trimmed(error.what()), name);
}

}  // namespace tilewise
