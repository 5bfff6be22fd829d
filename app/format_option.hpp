#pragma once

#include <optional>

#include "base/quote.hpp"
#include "report/format.hpp"

namespace CLI {
class App;
}

namespace tilewise {

/// The format that a command line asks for.
struct FormatOption {
  Format format = Format::Table;  ///< before add_format: what the command prints by default
  std::optional<Format> asked;    ///< by --format or --json, which must agree
  bool wide = false;              ///< tables as wide as they are, whatever the terminal
  CsvGuard guard = CsvGuard::On;  ///< of names in CSV, also in the files of the command
};

/// Adds --csv-guard, --format, short for --format json --json, and --wide. They read into `option`,
/// which must outlive the parsing; throws InputError there where the word is unknown or the two
/// disagree.
void add_format(CLI::App& command, FormatOption& option);

/// Adds --wide alone: of what is always a table.
void add_wide(CLI::App& command, bool& wide);

/// Writes the result to the standard output.
void print(const Report& report, const FormatOption& option);

}  // namespace tilewise
