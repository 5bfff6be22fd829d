#include "report/table_of_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/csv.hpp"

namespace tilewise {
namespace {

/// A value of a JSON document as a cell; what is null or not there is empty.
std::string cell_of(const nlohmann::json& json, const std::string& pointer) {
  const nlohmann::json::json_pointer at(pointer);
  if (!json.contains(at) || json.at(at).is_null()) return "";
  const nlohmann::json& value = json.at(at);
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number_integer()) return fmt::format("{}", value.get<std::int64_t>());
  return fmt::format("{}", value.get<double>());
}

}  // namespace

CsvRows parsed_csv(const std::string& csv) {
  std::string_view text = csv;
  CsvRows read{take_csv_line(text), {}};
  std::vector<std::string> names = read.header;
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  while (!text.empty()) {
    read.rows.push_back(take_csv_line(text));
    CHECK(read.rows.back().size() == read.header.size());
  }
  return read;
}

std::vector<std::string> places(const std::string& list, std::size_t count) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(fmt::format("{}/{}", list, i));
  return all;
}

CsvRows check_same(const Report& report, const std::vector<std::string>& rows,
                   const SameColumns& columns) {
  const nlohmann::json json = nlohmann::json::parse(formatted(report, Format::Json));
  CsvRows read = parsed_csv(formatted(report, Format::Csv));
  REQUIRE(read.rows.size() == rows.size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (const auto& [column, pointer] : columns) {
      CAPTURE(rows[r]);
      CAPTURE(column);
      CHECK(read.cell(r, column) == cell_of(json, rows[r] + pointer));
    }
  }
  for (const auto& [column, pointer] : columns) {
    CAPTURE(column);  // a pointer that leads nowhere would make all of them empty
    CHECK(std::any_of(rows.begin(), rows.end(), [&, &below = pointer](const std::string& row) {
      return json.contains(nlohmann::json::json_pointer(row + below));
    }));
  }
  return read;
}

}  // namespace tilewise
