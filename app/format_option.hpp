#pragma once

#include <optional>

#include "report/format.hpp"

namespace CLI {
class App;
}

namespace tilewise {

/// The format that a command line asks for.
struct FormatOption {
  Format format = Format::Table;  ///< before add_format: what the command prints by default
  std::optional<Format> asked;    ///< by --format or --json, which must agree
};

/// Adds --format and, short for --format json, --json. Both read into `option`, which must outlive
/// the parsing; throws InputError there where the word is unknown or the two disagree.
void add_format(CLI::App& command, FormatOption& option);

/// Writes the result to the standard output.
void print(const Report& report, const FormatOption& option);

}  // namespace tilewise
