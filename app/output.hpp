#pragma once

#include <string_view>

namespace tilewise {

/// Writes to the standard output, whole; throws std::runtime_error where it cannot.
void print(std::string_view text);
/// Writes "error: MESSAGE" to the error stream, on one line; returns the exit code of a refusal.
int refuse(std::string_view message);

}  // namespace tilewise
