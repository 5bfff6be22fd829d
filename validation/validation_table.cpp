#include "validation/validation_table.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text_table.hpp"

namespace tilewise {
namespace {

constexpr double kRoundingOfTable = 1e-9;
constexpr double kWhole = 1e12;  // whole numbers below it are printed digit by digit

/// One line of a table: a row of a column, or its total.
struct Line {
  const std::string& row;
  const NumberPair& pair;
  const std::optional<Tolerance>& tolerance;
};

/// Calls `visit` with the lines of a column, the total last.
template <class Visit>
void for_each_line(const ValidationTable& table, const ValidationColumn& column,
                   const Visit& visit) {
  static const std::string kTotal = "total";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    visit(Line{table.rows[r], column.cells[r], column.tolerance});
  }
  if (column.total) visit(Line{kTotal, *column.total, column.total_tolerance});
}

/// None where one of them is missing.
std::optional<double> plus(const std::optional<double>& a, const std::optional<double>& b) {
  if (!a || !b) return std::nullopt;
  return *a + *b;
}

std::string number_text(const std::optional<double>& value) {
  if (!value) return "-";
  const bool whole = *value == std::floor(*value) && std::abs(*value) < kWhole;
  return whole ? fmt::format("{:.0f}", *value) : fmt::format("{:.5g}", *value);
}

std::string mark(const Line& line) {
  if (!line.tolerance || !is_outside(line.pair, *line.tolerance)) return "";
  switch (line.tolerance->kind) {
    case Tolerance::Kind::Exact: return "<- not equal";
    case Tolerance::Kind::NoMore: return "<- more";
    case Tolerance::Kind::Relative:
    case Tolerance::Kind::Absolute: return "<- outside " + text(*line.tolerance);
  }
  return "";
}

}  // namespace

std::string text(const Tolerance& tolerance) {
  switch (tolerance.kind) {
    case Tolerance::Kind::Exact: return "exact";
    case Tolerance::Kind::Relative: return fmt::format("{:.6g} %", 100.0 * tolerance.amount);
    case Tolerance::Kind::Absolute: return fmt::format("{:.6g}", tolerance.amount);
    case Tolerance::Kind::NoMore: return "no more";
  }
  return "";
}

void add_totals(ValidationTable& table) {
  for (ValidationColumn& column : table.columns) {
    if (!column.adds_up) continue;
    const bool given = column.total.has_value();
    NumberPair sum{0.0, 0.0};
    int rows = 0;
    for (const NumberPair& cell : column.cells) {
      if (!given && !cell.published) continue;
      ++rows;
      sum.ours = plus(sum.ours, cell.ours);
      sum.published = plus(sum.published, cell.published);
    }
    if (given) {
      column.total->ours = sum.ours;
    } else if (rows > 1) {
      column.total = sum;
    }
  }
}

std::optional<double> relative_error(const NumberPair& pair) {
  if (!pair.ours || !pair.published) return std::nullopt;
  if (*pair.ours == *pair.published) return 0.0;
  if (*pair.published == 0.0) return std::nullopt;
  return (*pair.ours - *pair.published) / std::abs(*pair.published);
}

bool is_outside(const NumberPair& pair, const Tolerance& tolerance) {
  if (!pair.published) return false;
  if (!pair.ours || !std::isfinite(*pair.ours)) return true;
  const double published = std::abs(*pair.published);
  const double more = *pair.ours - *pair.published;
  const double rounding = kRoundingOfTable * published;
  switch (tolerance.kind) {
    case Tolerance::Kind::Exact: return std::abs(more) > rounding;
    case Tolerance::Kind::Relative: return std::abs(more) > tolerance.amount * published + rounding;
    case Tolerance::Kind::Absolute: return std::abs(more) > tolerance.amount + rounding;
    case Tolerance::Kind::NoMore: return more > rounding;
  }
  return true;
}

ValidationTally tally(const ValidationTable& table) {
  ValidationTally result;
  for (const ValidationColumn& column : table.columns) {
    for_each_line(table, column, [&](const Line& line) {
      if (!line.tolerance || !line.pair.published) return;
      ++result.checked;
      if (is_outside(line.pair, *line.tolerance)) ++result.outside;
    });
  }
  return result;
}

std::string validation_text(const ValidationTable& table) {
  if (!table.skipped.empty()) return fmt::format("{}\nskipped: {}\n", table.title, table.skipped);
  std::vector<std::vector<std::string>> cells{
      {"quantity", "unit", table.row, table.ours, table.published, "error [%]", "tolerance", ""}};
  for (const ValidationColumn& column : table.columns) {
    std::string name = column.name;
    std::string unit = column.unit.empty() ? "-" : column.unit;
    for_each_line(table, column, [&](const Line& line) {
      const auto error = relative_error(line.pair);
      cells.push_back({name, unit, line.row, number_text(line.pair.ours),
                       number_text(line.pair.published),
                       error ? fmt::format("{:.2f}", 100.0 * *error) : "-",
                       line.tolerance ? text(*line.tolerance) : "none", mark(line)});
      name.clear();
      unit.clear();
    });
  }
  std::string result = table.title + "\n" + text_table(cells);
  for (const std::string& note : table.notes) result += note + "\n";
  return result;
}

}  // namespace tilewise
