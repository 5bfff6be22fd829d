#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "workload/layer.hpp"

namespace tilewise {

using RtlRow = std::map<std::string, std::string>;

/// The rows of a file of the reference folder by their column; none where it is not there.
inline std::vector<RtlRow> rtl_rows(const std::string& file) {
  const std::filesystem::path path = reference_folder() / file;
  if (!std::filesystem::exists(path)) {
    std::cout << "skipped: reference data not found: " << file << "\n";
    return {};
  }
  const std::string text = read_file(path);
  std::string_view left = text;
  const std::vector<std::string> header = take_csv_line(left);
  std::vector<RtlRow> rows;
  while (!left.empty()) {
    const std::vector<std::string> cells = take_csv_line(left);
    REQUIRE(cells.size() == header.size());
    RtlRow row;
    for (std::size_t i = 0; i < cells.size(); ++i) row[header[i]] = cells[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

inline std::int64_t rtl_count(const RtlRow& row, const std::string& column) {
  return csv_count(row.at(column), column);
}

/// An int8 layer with sums of 32 bit.
inline Layer rtl_layer(const RtlRow& row) {
  Layer layer;
  for (const Dim d : {Dim::M, Dim::C, Dim::P, Dim::Q, Dim::R, Dim::S}) {
    layer.bounds[d] = rtl_count(row, std::string(name(d)));
  }
  layer.stride = {rtl_count(row, "stride_vertical"), rtl_count(row, "stride_horizontal")};
  layer.widths.tensor = {{Bits{8}, Bits{8}, Bits{8}}};
  layer.widths.partial_sum = Bits{32};
  return layer;
}

/// Relative errors of cycles.
struct RtlErrors {
  std::vector<double> all;
  void add(double model, double rtl) { all.push_back(model / rtl - 1.0); }
  double mean_absolute() const {
    double sum = 0.0;
    for (const double error : all) sum += std::abs(error);
    return sum / static_cast<double>(all.size());
  }
};

/// Spearman's correlation of two lists.
inline double rtl_rank_correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto ranks = [](const std::vector<double>& values) {
    std::vector<double> made;
    for (const double value : values) {
      const auto below =
          std::count_if(values.begin(), values.end(), [&](double other) { return other < value; });
      const auto equal = std::count(values.begin(), values.end(), value);
      made.push_back(static_cast<double>(below) + static_cast<double>(equal - 1) / 2.0);
    }
    return made;
  };
  const std::vector<double> x = ranks(a);
  const std::vector<double> y = ranks(b);
  const double mean = static_cast<double>(x.size() - 1) / 2.0;
  double xy = 0.0;
  double xx = 0.0;
  double yy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mean) * (y[i] - mean);
    xx += (x[i] - mean) * (x[i] - mean);
    yy += (y[i] - mean) * (y[i] - mean);
  }
  return xy / std::sqrt(xx * yy);
}

}  // namespace tilewise
