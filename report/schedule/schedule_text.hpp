#pragma once

#include <cstddef>
#include <string>

#include "sweep/network_sweep.hpp"

namespace tilewise {

/// What the schedule of one network on one device keeps on chip, what that saves beside every
/// tensor off chip, and how far it is proven; below it a picture: a row a layer, with what lies in
/// the home while it runs, and a lane a kept tensor. Rows of the picture have at most `line`
/// characters where the numbers leave room for names. Of a sweep that has schedules.
std::string schedule_text(const NetworkSweep& sweep, std::size_t network, std::size_t device,
                          std::size_t line);

}  // namespace tilewise
