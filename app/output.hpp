#pragma once

#include <cstddef>
#include <string_view>

namespace tilewise {

/// Writes to the standard output, whole; throws std::runtime_error where it cannot.
void print(std::string_view text);
/// The columns of the terminal that the standard output is; `otherwise` where it is none.
std::size_t line_width(std::size_t otherwise);
/// Writes a line to the error stream, if it can be written.
void complain(std::string_view line);
/// Writes "error: MESSAGE" to the error stream, on one line; returns the exit code of a refusal.
int refuse(std::string_view message);

}  // namespace tilewise
