#include "base/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <optional>

#include "base/error.hpp"
#include "base/quote.hpp"
#include "base/text.hpp"

namespace tilewise {

std::string csv_table(const std::vector<std::vector<std::string>>& rows) {
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    assert(row.size() == rows.front().size());
    for (std::size_t c = 0; c < row.size(); ++c) text += (c > 0 ? "," : "") + csv_cell(row[c]);
    text += '\n';
  }
  return text;
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  return text;
}

std::vector<std::string> take_csv_line(std::string_view& text) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size() && (quoted || text[i] != '\n'); ++i) {
    const char c = text[i];
    if (c == '"') {
      const bool escaped = quoted && i + 1 < text.size() && text[i + 1] == '"';
      if (escaped) cells.back() += text[i++];
      if (!escaped) quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else if (c != '\r' || quoted) {
      cells.back() += c;
    }
  }
  text.remove_prefix(std::min(i + 1, text.size()));
  for (std::string& cell : cells) cell = without_guard(cell);
  return cells;
}

std::string csv_without_guards(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const std::vector<std::string> cells = take_csv_line(lines);
    for (std::size_t c = 0; c < cells.size(); ++c) {
      text += (c > 0 ? "," : "") + csv_cell(cells[c], CsvGuard::Off);
    }
    text += '\n';
  }
  return text;
}

double csv_number(const std::string& cell, std::string_view place) {
  const auto value = parse_number(trimmed(cell));
  if (!value) {
    throw InputError(fmt::format("{}: expected a number, found \"{}\"", place, printable(cell)));
  }
  return *value;
}

double csv_amount(const std::string& cell, std::string_view place) {
  constexpr double kMostOfCell = 1e30;
  const double value = csv_number(cell, place);
  if (value < 0.0 || value > kMostOfCell) {
    throw InputError(
        fmt::format("{}: expected a number from 0 to 1e30, found \"{}\"", place, printable(cell)));
  }
  return value;
}

std::int64_t csv_count(const std::string& cell, std::string_view place) {
  const auto value = parse_integer(cell);
  if (!value || *value < 0) {
    throw InputError(fmt::format("{}: expected a whole number, 0 or more, found \"{}\"", place,
                                 printable(cell)));
  }
  return *value;
}

}  // namespace tilewise
