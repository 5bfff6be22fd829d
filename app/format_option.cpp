#include "app/format_option.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>

#include "app/output.hpp"
#include "base/csv.hpp"
#include "base/enum_words.hpp"
#include "base/error.hpp"

namespace tilewise {
namespace {

void ask(FormatOption& option, Format format) {
  if (option.asked && *option.asked != format) {
    throw InputError(fmt::format("--json asks for json, --format for {}; leave one of them out",
                                 name(format == Format::Json ? *option.asked : format)));
  }
  option.asked = format;
  option.format = format;
}

}  // namespace

void add_format(CLI::App& command, FormatOption& option) {
  command.add_option_function<std::string>(
      "--format",
      [&option](const std::string& word) { ask(option, parse_enum<Format>(word, "--format")); },
      fmt::format("table, json or csv; default: {}", name(option.format)));
  command.add_flag_callback(
      "--json", [&option] { ask(option, Format::Json); }, "short for --format json");
  command.add_option_function<std::string>(
      "--csv-guard",
      [&option](const std::string& word) {
        if (word != "on" && word != "off") {
          throw InputError(fmt::format("--csv-guard {}: expected on or off", printable(word)));
        }
        option.guard = word == "on" ? CsvGuard::On : CsvGuard::Off;
      },
      "an apostrophe before a name in CSV that a spreadsheet would compute: on, off; default: on");
  add_wide(command, option.wide);
}

void add_wide(CLI::App& command, bool& wide) {
  command.add_flag("--wide", wide, "whole tables, also where they are wider than the terminal");
}

void print(const Report& report, const FormatOption& option) {
  const std::string text = formatted(report, option.format);
  if (option.format == Format::Table) return print_tables(text, option.wide);
  const bool unguarded = option.format == Format::Csv && option.guard == CsvGuard::Off;
  print(unguarded ? csv_without_guards(text) : text);
}

}  // namespace tilewise
