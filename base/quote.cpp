#include "base/quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

#include "base/text.hpp"
#include "base/words.hpp"

namespace tilewise {
namespace {

/// ASCII's control characters, which end lines, ring and delete.
bool is_control(std::string_view character) {
  const auto first = static_cast<std::uint8_t>(character.front());
  return character.size() == 1 && (first < 0x20 || first == 0x7f);
}

/// The code point of a character of two or three bytes.
unsigned code_point(std::string_view character) {
  const auto bits = [&](std::size_t i) { return static_cast<std::uint8_t>(character[i]) & 0x3fU; };
  if (character.size() == 2) return (bits(0) & 0x1fU) << 6U | bits(1);
  return (bits(0) & 0xfU) << 12U | bits(1) << 6U | bits(2);
}

/// One character of UTF-8 inside double quotes of YAML 1.2 (5.7). Escaped: what is not printable
/// there (5.1), and the line ends and the byte order mark of Unicode.
std::string yaml_character(std::string_view character) {
  if (character.size() == 1) {
    switch (character.front()) {
      case '"': return "\\\"";
      case '\\': return "\\\\";
      case '\b': return "\\b";
      case '\f': return "\\f";
      case '\n': return "\\n";
      case '\r': return "\\r";
      case '\t': return "\\t";
      default: break;
    }
    if (!is_control(character)) return std::string(character);
    return fmt::format("\\u{:04x}", static_cast<unsigned>(character.front()));
  }
  if (character.size() > 3) return std::string(character);
  const unsigned code = code_point(character);
  const bool printable = code >= 0xa0 && code != 0x2028 && code != 0x2029 && code != 0xfeff;
  return printable ? std::string(character) : fmt::format("\\u{:04x}", code);
}

/// `text` character by character; `broken` stands for each byte that is no UTF-8.
template <class Each>
std::string by_character(std::string_view text, std::string_view broken, Each each) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    result += length == 0 ? std::string(broken) : each(text.substr(0, length));
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

}  // namespace

std::string shell_quoted(std::string_view argument) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,=+:@%";
  if (!argument.empty() && argument.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(argument);
  }
  std::string text = "'";
  for (const char c : argument) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string yaml_quoted(std::string_view text) {
  return '"' + by_character(text, "\xef\xbf\xbd", yaml_character) + '"';
}

std::string gnuplot_quoted(std::string_view text) {
  return '\'' +
         by_character(text, "?",
                      [](std::string_view character) -> std::string {
                        if (is_control(character)) return " ";
                        return character == "'" ? "''" : std::string(character);
                      }) +
         '\'';
}

std::string yaml_word(std::string_view text) {
  constexpr std::string_view kWord =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  const bool word = !text.empty() && text.find_first_not_of(kWord) == std::string_view::npos &&
                    std::isdigit(static_cast<unsigned char>(text.front())) == 0;
  const std::string lower = lower_case(text);
  // What is no text to readers of YAML 1.1 or 1.2.
  constexpr std::array<std::string_view, 9> kOther = {"null", "true", "false", "yes", "no",
                                                      "on",   "off",  "y",     "n"};
  const bool other = std::find(kOther.begin(), kOther.end(), lower) != kOther.end();
  return word && !other ? std::string(text) : yaml_quoted(text);
}

namespace {

constexpr std::string_view kFormula = "=+-@";

/// Behind apostrophes, too, so that a guard more is a guard less when it is read.
bool is_formula(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('\''), text.size()));
  return text.size() > 1 && kFormula.find(text.front()) != std::string_view::npos &&
         !parse_number(text.substr(text.front() == '+' ? 1 : 0));
}

}  // namespace

std::string without_guard(std::string_view cell) {
  const bool guarded = cell.starts_with('\'') && is_formula(cell);
  return std::string(cell.substr(guarded ? 1 : 0));
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const std::size_t taken = std::max<std::size_t>(length, 1);
    const std::string_view character = text.substr(0, taken);
    // The controls of C1 are two bytes of UTF-8.
    const bool bad =
        length == 0 || is_control(character) || (length == 2 && code_point(character) < 0xa0);
    for (const char c : character) {
      result += bad ? fmt::format("\\x{:02x}", static_cast<unsigned char>(c)) : std::string(1, c);
    }
    text.remove_prefix(taken);
  }
  return result;
}

std::string printable_lines(std::string_view text) {
  std::string result;
  for (const std::string_view line : split(text, '\n')) {
    if (line.data() != text.data()) result += '\n';
    result += printable(line);
  }
  return result;
}

std::string csv_cell(std::string_view text, CsvGuard guard) {
  if (guard == CsvGuard::On && is_formula(text)) {
    return csv_cell("'" + std::string(text), CsvGuard::Off);
  }
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace tilewise
