#pragma once

#include <string>

#include "arch/architecture.hpp"

namespace tilewise {

/// The architecture as plain text for a terminal: its memories, fan-outs, networks and compute
/// unit as tables that line up with the unit in each header, the dataflow in words, and totals.
std::string describe(const Architecture& architecture);

}  // namespace tilewise
