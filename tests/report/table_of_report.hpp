#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/csv.hpp"
#include "report/format.hpp"

namespace tilewise {

/// A CSV table that was read.
struct CsvRows {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;

  const std::string& cell(std::size_t row, std::string_view column) const {
    const auto at = std::find(header.begin(), header.end(), column);
    CAPTURE(column);
    REQUIRE(at != header.end());
    return rows.at(row).at(static_cast<std::size_t>(at - header.begin()));
  }
};

/// Checks that no two columns have one name and that each row has a cell for each column.
inline CsvRows parsed_csv(const std::string& csv) {
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

/// A value of a JSON document as a cell; what is null or not there is empty.
inline std::string cell_of(const nlohmann::json& json, const std::string& pointer) {
  const nlohmann::json::json_pointer at(pointer);
  if (!json.contains(at) || json.at(at).is_null()) return "";
  const nlohmann::json& value = json.at(at);
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number_integer()) return fmt::format("{}", value.get<std::int64_t>());
  return fmt::format("{}", value.get<double>());
}

/// Columns of a CSV table, and where the JSON has the same, below the place of a row.
using SameColumns = std::vector<std::pair<std::string, std::string>>;

/// "/layers/0", "/layers/1", ...
inline std::vector<std::string> places(const std::string& list, std::size_t count) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(fmt::format("{}/{}", list, i));
  return all;
}

/// Checks that the CSV table says what the JSON document says at the place of each row.
inline CsvRows check_same(const Report& report, const std::vector<std::string>& rows,
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
