#pragma once

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "space/fbnet.hpp"

namespace tilewise::testing {

/// A line of a table by the names of its columns.
using TableRow = std::map<std::string, std::string>;

/// A table of HW-NAS-Bench's reference in $TILEWISE_REFERENCE_DIR, else beside the working tree.
/// Empty, with a word about it, where there is none.
inline std::vector<TableRow> hwnasbench_table(const std::string& file) {
  std::ifstream in(reference_folder() / "hwnasbench" / file);
  if (!in) std::cout << "skipped: reference data not found: hwnasbench/" << file << "\n";
  std::vector<TableRow> rows;
  std::vector<std::string> columns;
  for (std::string line; std::getline(in, line);) {
    std::string_view rest = line;
    const auto fields = take_csv_line(rest);
    if (columns.empty()) {
      columns = fields;
      continue;
    }
    TableRow row;
    for (std::size_t i = 0; i < columns.size(); ++i) row[columns[i]] = fields.at(i);
    rows.push_back(row);
  }
  return rows;
}

inline double number(const TableRow& row, const std::string& column) {
  return std::stod(row.at(column));
}

inline FbnetDataset fbnet_dataset(const TableRow& row) {
  return row.at("dataset") == "ImageNet" ? FbnetDataset::ImageNet : FbnetDataset::Cifar100;
}

/// The operation of a row of blocks; none for stem, head, pool, classifier.
inline std::optional<FbnetOp> fbnet_op(const TableRow& row) {
  if (row.at("op") == "Skip") return FbnetOp::Skip;
  for (const FbnetOp op : all_of<FbnetOp>()) {
    if (row.at("op") == name(op)) return op;
  }
  return std::nullopt;
}

/// The positions, from 0, at which a row of blocks stands.
inline std::vector<std::size_t> fbnet_positions_of(const TableRow& row) {
  std::istringstream in(row.at("layers_1based"));
  std::vector<std::size_t> positions;
  for (std::size_t position = 0; in >> position;) positions.push_back(position - 1);
  return positions;
}

}  // namespace tilewise::testing
