#include "validation/validation_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/csv.hpp"
#include "validation/evidence_of_cases.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json pair_json(const NumberPair& pair, const std::optional<Tolerance>& tolerance) {
  const auto error = relative_error(pair);
  const bool held = tolerance && pair.published;
  return {{"ours", number(pair.ours)},
          {"published", number(pair.published)},
          {"error_percent", error ? Json(100.0 * *error) : Json(nullptr)},
          {"tolerance", tolerance ? Json(text(*tolerance)) : Json(nullptr)},
          {"within", held ? Json(!is_outside(pair, *tolerance)) : Json(nullptr)}};
}

Json table_json(const ValidationTable& table) {
  Json quantities = Json::array();
  for (const ValidationColumn& column : table.columns) {
    Json rows = Json::array();
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      Json row{{"name", table.rows[r]}};
      row.update(pair_json(column.cells[r], column.tolerance));
      rows.push_back(std::move(row));
    }
    quantities.push_back({{"name", column.name},
                          {"unit", column.unit},
                          {"rows", rows},
                          {"total", column.total ? pair_json(*column.total, column.total_tolerance)
                                                 : Json(nullptr)}});
  }
  return {{"title", table.title},
          {"ours", table.ours},
          {"published", table.published},
          {"quantities", quantities},
          {"notes", table.notes}};
}

Json points_json(const ValidationResult& result) {
  Json points = Json::array();
  for (const ComparedPoint& each : result.points) {
    points.push_back(
        {{"design", each.design},
         {"network", each.network},
         {"kind", name(each.kind)},
         {"quantity", each.quantity == ComparedQuantity::Latency ? "latency" : "energy"},
         {"ours", each.ours},
         {"measured", each.measured}});
  }
  return points;
}

std::string validation_json(const std::vector<ValidationResult>& results) {
  Json cases = Json::array();
  bool within = true;
  for (const ValidationResult& result : results) {
    const ValidationTally sum = tally(result);
    within = within && sum.outside == 0;
    const std::string why = skipped(result);
    Json tables = Json::array();
    for (const ValidationTable& table : result.tables) tables.push_back(table_json(table));
    cases.push_back({{"name", result.name},
                     {"title", result.title},
                     {"source", result.source},
                     {"checked", sum.checked},
                     {"outside", sum.outside},
                     {"skipped", why.empty() ? Json(nullptr) : Json(why)},
                     {"tables", tables},
                     {"points", points_json(result)}});
  }
  const Json json{{"within", within}, {"cases", cases}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

using Cells = std::vector<std::string>;

const Cells kColumns{"case",      "table",         "quantity",  "unit",   "row",    "ours",
                     "published", "error_percent", "tolerance", "within", "skipped"};

std::string number_cell(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "";
}

/// From `ours` to `within`.
Cells pair_cells(const NumberPair& pair, const std::optional<Tolerance>& tolerance) {
  const auto error = relative_error(pair);
  const bool held = tolerance && pair.published;
  return {number_cell(pair.ours), number_cell(pair.published),
          number_cell(error ? std::optional(100.0 * *error) : std::nullopt),
          tolerance ? text(*tolerance) : "",
          !held                          ? ""
          : is_outside(pair, *tolerance) ? "no"
                                         : "yes"};
}

void add_rows(std::vector<Cells>& rows, const std::string& of, const ValidationTable& table) {
  if (!table.skipped.empty()) {
    Cells row(kColumns.size());
    row.front() = of;
    row[1] = table.title;
    row.back() = table.skipped;
    rows.push_back(std::move(row));
    return;
  }
  for (const ValidationColumn& column : table.columns) {
    const auto add = [&](const std::string& row, const NumberPair& pair,
                         const std::optional<Tolerance>& tolerance) {
      Cells cells{of, table.title, column.name, column.unit, row};
      for (const std::string& cell : pair_cells(pair, tolerance)) cells.push_back(cell);
      cells.emplace_back();
      rows.push_back(std::move(cells));
    };
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      add(table.rows[r], column.cells[r], column.tolerance);
    }
    if (column.total) add("total", *column.total, column.total_tolerance);
  }
}

std::string validation_csv(const std::vector<ValidationResult>& results) {
  std::vector<Cells> rows{kColumns};
  for (const ValidationResult& result : results) {
    for (const ValidationTable& table : result.tables) add_rows(rows, result.name, table);
  }
  return csv_table(rows);
}

}  // namespace

Report validation_report(const std::vector<ValidationResult>& results) {
  return {[&] {
            const std::vector<DesignEvidence> evidence = evidence_of_cases(results);
            if (evidence.empty()) return validation_summary(results);
            return validation_summary(results) +
                   "\nHardware that was compared; errors are |measured / ours|\n" +
                   evidence_table(evidence);
          },
          [&] { return validation_json(results); }, [&] { return validation_csv(results); }};
}

}  // namespace tilewise
