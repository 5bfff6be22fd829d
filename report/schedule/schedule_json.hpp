#pragma once

#include <cstddef>
#include <string>

#include "sweep/network_sweep.hpp"

namespace tilewise {

/// What the schedule of one network on one device keeps on chip, what that is worth and how far it
/// is proven: an object of docs/formats.md. Of a sweep that has schedules.
std::string schedule_json(const NetworkSweep& sweep, std::size_t network, std::size_t device);

}  // namespace tilewise
