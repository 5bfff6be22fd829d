#include "validation/published_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace tilewise {
namespace {

constexpr std::string_view kTotal = "Total";

/// The line at the front of `text`, which is taken off.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = trimmed(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (const std::string_view cell : split(line, ',')) cells.emplace_back(trimmed(cell));
  return cells;
}

/// Throws InputError where a name is empty or there twice.
void check_names(const std::vector<std::string>& names, const std::string& place) {
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (name->empty()) throw InputError(place + ": a column without a name");
    if (std::find(names.begin(), name, *name) != name) {
      throw InputError(fmt::format("{}: {} is there twice; leave one out", place, *name));
    }
  }
}

PublishedTable::Row parse_row(const std::vector<std::string>& cells, const PublishedTable& table,
                              int line) {
  const std::string place = fmt::format("{}:{}", table.file, line);
  if (cells.size() != table.columns.size() + 1) {
    throw InputError(fmt::format("{}: expected {} cells as in the header, found {}", place,
                                 table.columns.size() + 1, cells.size()));
  }
  PublishedTable::Row row{cells.front(), line, {}};
  for (const PublishedTable::Row& other : table.rows) {
    if (other.name != row.name) continue;
    throw InputError(fmt::format("{}: the row {} is there twice; leave one out", place, row.name));
  }
  for (std::size_t c = 1; c < cells.size(); ++c) {
    const auto number = parse_number(cells[c]);
    if (!number && !cells[c].empty()) {
      throw InputError(fmt::format(
          "{}: {}, {}: expected a number, or nothing where none is published; found \"{}\"", place,
          row.name, table.columns[c - 1], cells[c]));
    }
    row.cells.push_back(number);
  }
  return row;
}

std::vector<std::string> names_of(const std::vector<ValidationColumn>& columns) {
  std::vector<std::string> names;
  for (const ValidationColumn& column : columns) names.push_back(column.name);
  return names;
}

/// Throws InputError where a column of the file is no quantity of the case, or the reverse.
void check_columns(const PublishedTable& published, const std::vector<std::string>& quantities) {
  const auto in = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const std::string place = fmt::format("{}:{}", published.file, published.header_line);
  for (const std::string& name : quantities) {
    if (in(published.columns, name)) continue;
    throw InputError(fmt::format("{}: no column {}, a quantity of the case; there are: {}", place,
                                 name, fmt::join(published.columns, ", ")));
  }
  for (const std::string& name : published.columns) {
    if (in(quantities, name)) continue;
    throw InputError(fmt::format("{}: the column {} is no quantity of the case; there are: {}",
                                 place, name, fmt::join(quantities, ", ")));
  }
}

/// Throws InputError where the rows are not exactly `expected`, in that order.
void check_rows(const PublishedTable& published, const std::vector<std::string>& expected) {
  for (std::size_t r = 0; r < published.rows.size(); ++r) {
    const PublishedTable::Row& row = published.rows[r];
    if (r < expected.size() && row.name == expected[r]) continue;
    const std::string cure = row.name == kTotal ? "; for a total, say published_total: true" : "";
    throw InputError(fmt::format("{}:{}: expected {}, found the row {}{}", published.file, row.line,
                                 r < expected.size() ? "the row " + expected[r] : "no more rows",
                                 row.name, cure));
  }
  if (published.rows.size() < expected.size()) {
    throw InputError(
        fmt::format("{}: the row {} is missing", published.file, expected[published.rows.size()]));
  }
}

}  // namespace

PublishedTable parse_published(std::string_view text, const std::string& file) {
  PublishedTable table;
  table.file = file;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string> cells = cells_of(line);
    if (table.header_line == 0) {
      table.header_line = number;
      table.columns.assign(cells.begin() + 1, cells.end());
      check_names(table.columns, fmt::format("{}:{}", file, number));
    } else {
      table.rows.push_back(parse_row(cells, table, number));
    }
  }
  if (table.header_line == 0) {
    throw InputError(file + ": no header; expected a first line such as layer,latency_ms");
  }
  return table;
}

PublishedTable load_published(const std::filesystem::path& path) {
  return parse_published(read_file(path), path.string());
}

Tolerance read_tolerance(const YamlNode& yaml) {
  const std::string word = yaml.is_scalar() ? yaml.text() : "";
  if (word == "exact") return {Tolerance::Kind::Exact, 0.0};
  const bool relative = word.ends_with('%');
  const std::string_view digits =
      trimmed(std::string_view(word).substr(0, word.size() - (relative ? 1 : 0)));
  const auto amount = parse_number(digits);
  if (!amount || *amount < 0.0) {
    yaml.fail(fmt::format("expected exact, a share such as 5 %, or a number; found \"{}\"", word));
  }
  if (relative) return {Tolerance::Kind::Relative, *amount / 100.0};
  return {Tolerance::Kind::Absolute, *amount};
}

ValidationColumn read_validation_column(YamlMap& map) {
  ValidationColumn column;
  column.name = map.at("name").text();
  if (const auto rows = map.find("tolerance")) column.tolerance = read_tolerance(*rows);
  if (const auto total = map.find("total_tolerance")) {
    column.total_tolerance = read_tolerance(*total);
  }
  return column;
}

void fill_published(const PublishedTable& published, TotalRow total_row, ValidationTable& table) {
  check_columns(published, names_of(table.columns));
  std::vector<std::string> expected = table.rows;
  if (total_row == TotalRow::Last) expected.emplace_back(kTotal);
  check_rows(published, expected);
  for (ValidationColumn& column : table.columns) {
    const auto at = std::find(published.columns.begin(), published.columns.end(), column.name);
    const auto index = static_cast<std::size_t>(at - published.columns.begin());
    column.cells.resize(table.rows.size());
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      column.cells[r].published = published.rows[r].cells[index];
    }
    if (total_row == TotalRow::None || !published.rows.back().cells[index]) continue;
    if (!column.adds_up) {
      throw InputError(
          fmt::format("{}:{}: Total, {}: this quantity does not add up; leave it empty",
                      published.file, published.rows.back().line, column.name));
    }
    column.total = NumberPair{std::nullopt, published.rows.back().cells[index]};
  }
}

}  // namespace tilewise
