#pragma once

#include <string_view>

namespace tilewise {

/// Writes to the standard output, whole; throws std::runtime_error where it cannot.
void print(std::string_view text);
/// The same for text with tables: where the standard output is a terminal, they fit its width
/// unless `wide`, and have its colours.
void print_tables(std::string_view text, bool wide);
/// Writes a line to the error stream, if it can be written.
void complain(std::string_view line);
/// Writes "error: MESSAGE" to the error stream, on one line; returns the exit code of a refusal.
int refuse(std::string_view message);

}  // namespace tilewise
