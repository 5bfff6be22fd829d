#pragma once

#include <string>

#include "report/network_sweep_text.hpp"
#include "sweep/network_sweep.hpp"

namespace tilewise {

/// One object: how layers were mapped, and `costs`, an object a network and device with its rows,
/// totals and shares. docs/formats.md lists the keys.
std::string network_sweep_json(const NetworkSweep& sweep, CostRows by);

}  // namespace tilewise
