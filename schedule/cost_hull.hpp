#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "sim/mapping.hpp"

namespace tilewise {

/// A mapping that may be part of a best schedule.
struct CostPoint {
  double energy_pj = 0.0;
  double latency_cycles = 0.0;
  Mapping mapping;
};

/// What schedules are made least for, as what the layers have to be asked.
enum class Totals { Energy, Latency, Both };

/// A sum of energy and latency with weights that are not negative; what two share goes to the one
/// with less of what has no weight.
struct Weights {
  double energy = 1.0;   ///< a pJ
  double latency = 0.0;  ///< a cycle

  /// Compared first by the sum, then by what has no weight.
  std::pair<double, double> of(double energy_pj, double latency_cycles) const {
    const double sum = energy * energy_pj + latency * latency_cycles;
    if (latency == 0.0) return {sum, latency_cycles};
    return {sum, energy == 0.0 ? energy_pj : 0.0};
  }
};

/// Keeps what is least for some weights: of Energy and Latency one point, of Both the corners of
/// the convex hull, by rising latency. Of equal points the smaller mapping stays.
void keep_extremes(std::vector<CostPoint>& points, Totals totals);

}  // namespace tilewise
