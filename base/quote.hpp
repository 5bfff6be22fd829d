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

/// A cell of a CSV file, quoted where it must be (RFC 4180): lines and quotes come back.
std::string csv_cell(std::string_view text);

}  // namespace tilewise
