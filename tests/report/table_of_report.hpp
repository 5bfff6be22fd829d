#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
CsvRows parsed_csv(const std::string& csv);

/// Columns of a CSV table, and where the JSON has the same, below the place of a row.
using SameColumns = std::vector<std::pair<std::string, std::string>>;

/// "/layers/0", "/layers/1", ...
std::vector<std::string> places(const std::string& list, std::size_t count);

/// Checks that the CSV table says what the JSON document says at the place of each row.
CsvRows check_same(const Report& report, const std::vector<std::string>& rows,
                   const SameColumns& columns);

}  // namespace tilewise
