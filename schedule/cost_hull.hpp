#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/evaluate.hpp"
#include "sim/mapping.hpp"

namespace tilewise {

/// What schedules are made least for, as what the layers have to be asked.
enum class Totals { Energy, Latency, Both };

/// What one or more layers cost.
struct TotalCost {
  double energy_pj = 0.0;
  double latency_cycles = 0.0;
  double off_chip_bits = 0.0;

  TotalCost& operator+=(const TotalCost& other) {
    energy_pj += other.energy_pj;
    latency_cycles += other.latency_cycles;
    off_chip_bits += other.off_chip_bits;
    return *this;
  }
  auto operator<=>(const TotalCost&) const = default;
};
inline TotalCost total_of(const LayerCost& cost) {
  return {cost.energy.total.count(), cost.latency.total.count(),
          static_cast<double>(cost.off_chip_bits)};
}
inline TotalCost operator*(double times, const TotalCost& cost) {
  return {times * cost.energy_pj, times * cost.latency_cycles, times * cost.off_chip_bits};
}

/// A mapping of a layer, as one of those that may be best in a schedule.
struct CostPoint {
  TotalCost cost;
  Mapping mapping;
};

/// A sum of energy and latency with weights that are not negative; what two share goes to the one
/// with less of what has no weight.
struct Weights {
  double energy = 1.0;   ///< a pJ
  double latency = 0.0;  ///< a cycle

  /// Compared first by the sum, then by what has no weight.
  std::pair<double, double> of(const TotalCost& cost) const {
    const double sum = energy * cost.energy_pj + latency * cost.latency_cycles;
    if (latency == 0.0) return {sum, cost.latency_cycles};
    return {sum, energy == 0.0 ? cost.energy_pj : 0.0};
  }
};

/// Keeps what is least for some weights: of Energy and Latency one point, of Both the corners of
/// the convex hull, by rising latency. Of equal points the smaller mapping stays.
void keep_extremes(std::vector<CostPoint>& points, Totals totals);

/// The totals that are least for some weights, as keep_extremes leaves them.
using CostHull = std::vector<TotalCost>;

/// The totals of points that keep_extremes left.
CostHull hull_of(const std::vector<CostPoint>& points);
/// All sums of a total of each.
CostHull sum(const CostHull& a, const CostHull& b, Totals totals);
/// All totals of both.
CostHull join(const CostHull& a, const CostHull& b, Totals totals);

}  // namespace tilewise
