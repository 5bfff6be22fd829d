#include <nlohmann/json.hpp>

#include "report/validation_case.hpp"

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

}  // namespace

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
                     {"tables", tables}});
  }
  const Json json{{"within", within}, {"cases", cases}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tilewise
