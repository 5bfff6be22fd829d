#include "base/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/quote.hpp"

namespace tilewise {
namespace {

/// A number, or a word that stands for one. Not by strtod: a host of the library may have set a
/// locale of other decimal points.
bool is_numeric(std::string_view cell) {
  if (cell == "-" || cell == "unlimited" || cell == "unbounded") return true;
  if (cell.starts_with('+')) cell.remove_prefix(1);
  double value = 0.0;
  const char* const end = cell.data() + cell.size();
  return !cell.empty() && std::from_chars(cell.data(), end, value).ptr == end;
}

struct Column {
  std::size_t width = 0;
  bool numeric = true;
};

std::vector<Column> columns_of(const std::vector<std::vector<std::string>>& rows) {
  std::vector<Column> columns;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    columns.resize(std::max(columns.size(), rows[r].size()));
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      columns[c].width = std::max(columns[c].width, rows[r][c].size());
      if (r > 0) columns[c].numeric = columns[c].numeric && is_numeric(rows[r][c]);
    }
  }
  return columns;
}

}  // namespace

std::string text_table(const std::vector<std::vector<std::string>>& given) {
  std::vector<std::vector<std::string>> rows = given;
  for (auto& row : rows) {
    for (std::string& cell : row) cell = printable(cell);
  }
  const std::vector<Column> columns = columns_of(rows);
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (c > 0) line += "  ";
      line += columns[c].numeric ? fmt::format("{:>{}}", row[c], columns[c].width)
                                 : fmt::format("{:<{}}", row[c], columns[c].width);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace tilewise
