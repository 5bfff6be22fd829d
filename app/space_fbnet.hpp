#pragma once

#include <string>

#include "app/commands.hpp"

namespace tilewise {

/// Adds `space fbnet` to `command` and returns it; `command_line` is for run.yaml.
CLI::App* add_space_fbnet(CLI::App& command, const std::string& command_line, Action& action);

}  // namespace tilewise
