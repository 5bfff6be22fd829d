#pragma once

#include <string>
#include <string_view>

namespace tilewise {

// Words of people, as other programs read them back: file names, titles, command lines.

/// An argument as a shell reads it back: as it is, or in single quotes. Assumes that it holds no
/// NUL, as no argument can.
std::string shell_quoted(std::string_view argument);

/// A string of a YAML file in double quotes, on one line. What is no printable character is escaped
/// and comes back as it was; a byte that is no UTF-8 becomes U+FFFD. JSON's strings are such, too.
std::string yaml_quoted(std::string_view text);

/// A string of gnuplot in single quotes, in which it replaces nothing. A control character, which
/// would end the line, becomes a space, and a byte that is no UTF-8 a question mark.
std::string gnuplot_quoted(std::string_view text);

/// A value of a YAML file that any reader takes for the same text: as it is where it is a plain
/// word
/// ("GLB", "conv2_1"), else quoted.
std::string yaml_word(std::string_view text);

/// Whether a cell that a spreadsheet would take for a formula (=, +, -, @ at its front; no number)
/// gets an apostrophe there, which the spreadsheet hides.
enum class CsvGuard { On, Off };
/// A cell of a CSV file, quoted where it must be (RFC 4180): lines and quotes come back.
std::string csv_cell(std::string_view text, CsvGuard guard = CsvGuard::On);
/// The cell as it was before the guard.
std::string without_guard(std::string_view cell);

/// Text for a terminal or a table: a control character (C0, C1, DEL) as "\x1b", a byte that is no
/// UTF-8 likewise.
std::string printable(std::string_view text);
/// The same for a text of lines, whose ends stay.
std::string printable_lines(std::string_view text);

}  // namespace tilewise
