#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/cost.hpp"
#include "space/search_space.hpp"
#include "sweep/sweep.hpp"

namespace tilewise {

/// The distinct layers of a sweep with their results, seen from one of its devices.
struct DeviceLayers {
  const Device& device;
  std::size_t place;  ///< of the device in the results
  const std::vector<SweepLayer>& layers;
};

/// [data set][index] what each candidate of a space with indices costs on a device under its best
/// schedule. Pieces that candidates share are solved once. Empty: nothing can stay on chip there.
std::vector<std::vector<Cost>> scheduled_candidates(const SearchSpace& space,
                                                    const SweepOptions& options,
                                                    const DeviceLayers& on);

/// What layers in a row, each reading the one before, cost under their best schedule.
class ScheduledRows {
 public:
  /// Of a row that was given.
  const Cost& cost_of(const std::vector<Layer>& row) const;
  void add(const std::vector<Layer>& row, const Cost& cost);

 private:
  std::unordered_map<std::string, Cost> costs_;
};
/// Nothing is kept across the ends of a row. Empty: nothing can stay on chip there.
std::optional<ScheduledRows> scheduled_rows(const std::vector<std::vector<Layer>>& rows,
                                            const SweepOptions& options, const DeviceLayers& on);

}  // namespace tilewise
