#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tilewise {

/// What a program left behind.
struct ProgramResult {
  int exit_code = 0;  ///< 128 + the signal where one ended it
  std::string output;
  std::string errors;
};

/// Whether there is a program of that name in PATH.
bool program_found(std::string_view name);

/// Runs `command[0]`, looked up in PATH, with the other words as its arguments, as they are: no
/// shell reads them. It reads `input`. Empty: there is no such program. Throws InputError where it
/// cannot be started, or takes longer than `limit` (it is then ended).
std::optional<ProgramResult> run_program(std::span<const std::string> command,
                                         std::string_view input, std::chrono::milliseconds limit);

}  // namespace tilewise
