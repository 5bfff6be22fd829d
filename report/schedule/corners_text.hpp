#pragma once

#include <cstddef>
#include <string>

#include "sweep/network_sweep.hpp"

namespace tilewise {

/// The corners of the convex hull of all totals of one network on one device, a row each, and how
/// far they are proven. Empty unless the objective is Pareto. Of a sweep that has schedules.
std::string corners_text(const NetworkSweep& sweep, std::size_t network, std::size_t device);

}  // namespace tilewise
