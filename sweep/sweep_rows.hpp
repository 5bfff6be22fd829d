#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "sweep/cost_table.hpp"

namespace tilewise {

/// Finds the rows of a sweep for files of the user that tell candidates by data set and index. The
/// sweep must outlive it.
class SweepRows {
 public:
  explicit SweepRows(const std::vector<DatasetCosts>& sweep);

  /// The place of a data set. Throws InputError that begins with `place` and lists those there are.
  std::size_t dataset(const std::string& name, const std::string& place) const;
  /// The row of an index. Throws InputError where the sweep has no such candidate.
  std::size_t row(std::size_t dataset, std::int64_t index, const std::string& place) const;

 private:
  const std::vector<DatasetCosts>& sweep_;
  std::vector<std::unordered_map<std::int64_t, std::size_t>> rows_;
};

}  // namespace tilewise
