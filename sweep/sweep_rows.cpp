#include "sweep/sweep_rows.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace tilewise {

SweepRows::SweepRows(const std::vector<DatasetCosts>& sweep) : sweep_(sweep) {
  for (const DatasetCosts& costs : sweep) {
    std::unordered_map<std::int64_t, std::size_t>& rows = rows_.emplace_back();
    for (std::size_t r = 0; r < costs.indices.size(); ++r) rows.emplace(costs.indices[r], r);
  }
}

std::size_t SweepRows::dataset(const std::string& name, const std::string& place) const {
  std::vector<std::string> names;
  for (std::size_t d = 0; d < sweep_.size(); ++d) {
    if (sweep_[d].dataset == name) return d;
    names.push_back(sweep_[d].dataset);
  }
  throw InputError(fmt::format("{}: the sweep has no data set \"{}\"; there are: {}", place, name,
                               fmt::join(names, ", ")));
}

std::size_t SweepRows::row(std::size_t dataset, std::int64_t index,
                           const std::string& place) const {
  const auto row = rows_[dataset].find(index);
  if (row == rows_[dataset].end()) {
    throw InputError(fmt::format("{}: the sweep has no architecture {} on {}; leave the line out",
                                 place, index, sweep_[dataset].dataset));
  }
  return row->second;
}

}  // namespace tilewise
