#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sweep/cost_metric.hpp"
#include "sweep/cost_table.hpp"

namespace tilewise {

/// A column of measurements.
struct MeasuredSeries {
  std::string name;                         ///< as the header has it
  CostMetric metric = CostMetric::Latency;  ///< what of ours it is held against
  std::string unit;  ///< "ms", as the end of the name tells; empty: it does not
};

/// Latencies and energies that were measured elsewhere.
struct Measurements {
  using Values = std::vector<std::optional<double>>;  ///< [row]; empty: not measured
  std::vector<MeasuredSeries> columns;
  std::vector<std::vector<Values>> by_dataset;  ///< [data set][column]
  bool for_every_dataset = false;               ///< the file has no column dataset
};

/// Reads index,COLUMN... or dataset,index,COLUMN..., columns in any order; not all candidates need
/// be there, and an empty cell is not measured. A column whose name ends in the metric or a unit of
/// it ("board_energy", "board_ms") is of that metric, another of `metric`, latency where none is
/// given. Throws InputError with file and line: a column that is no measurement or contradicts
/// `metric`, an index or data set that the sweep does not have, one that is there twice, a number
/// that is none or not above 0, a column without any number.
Measurements load_measurements(const std::filesystem::path& path,
                               const std::vector<DatasetCosts>& sweep,
                               std::optional<CostMetric> metric);
Measurements parse_measurements(std::string_view text, const std::string& file,
                                const std::vector<DatasetCosts>& sweep,
                                std::optional<CostMetric> metric);

}  // namespace tilewise
