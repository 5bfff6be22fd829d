#pragma once

#include <cstddef>
#include <vector>

#include "base/units.hpp"
#include "sim/cost.hpp"
#include "sweep/kept_summary.hpp"
#include "sweep/network_sweep.hpp"

namespace tilewise {

/// Images one after another, over which weights may stay on chip.
struct ImageSummary {
  std::vector<std::size_t> resident;  ///< layers whose weights stay
  std::size_t layers = 0;             ///< that have weights
  HomeMemory memory;                  ///< where they stay; without a name: nothing can
  Bits size;                          ///< of what stays
  Cost load;                          ///< of fetching it, once
  Cost first;                         ///< the first image with that
  Cost further;                       ///< each image after it
};
/// Of a sweep that has schedules.
ImageSummary image_summary(const NetworkSweep& sweep, std::size_t network, std::size_t device);

}  // namespace tilewise
