#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.hpp"
#include "validation/validation_table.hpp"

namespace tilewise {

/// published.csv: numbers as their source prints them. docs/formats.md, Validation case.
struct PublishedTable {
  struct Row {
    std::string name;
    int line = 0;
    std::vector<std::optional<double>> cells;  ///< one a column; empty: not published
  };
  std::string file;
  int header_line = 0;
  std::vector<std::string> columns;  ///< without the first, which names the rows
  std::vector<Row> rows;
};

/// Throws InputError with file, line and cure: no header, a row of another length, a cell that is
/// no number, a name that is there twice.
PublishedTable load_published(const std::filesystem::path& path);
PublishedTable parse_published(std::string_view text, const std::string& file);

/// "exact", "5 %" or an absolute number.
Tolerance read_tolerance(const YamlNode& yaml);
/// The keys of a quantity that every kind of case has: name, tolerance, total_tolerance.
ValidationColumn read_validation_column(YamlMap& map);

/// Whether published.csv ends in a row "Total" of the source's own.
enum class TotalRow { None, Last };

/// Sets the published side of all cells, and of the totals that the table has. Throws InputError
/// where rows or columns are others than the case names, or the rows in another order.
void fill_published(const PublishedTable& published, TotalRow total_row, ValidationTable& table);

}  // namespace tilewise
