#pragma once

#include <cstddef>
#include <vector>

#include "sim/cost.hpp"
#include "sweep/network_sweep.hpp"

namespace tilewise {

/// A corner of the convex hull of all totals of a network.
struct HullCorner {
  Cost cost;
  double cycles = 0.0;
  double energy_pj = 0.0;
  double edp_mj_ms = 0.0;  ///< energy x latency
};
/// By rising latency; none unless the objective is Pareto. Of a sweep that has schedules.
std::vector<HullCorner> hull_corners(const NetworkSweep& sweep, std::size_t network,
                                     std::size_t device);

}  // namespace tilewise
