#pragma once

#include "report/format.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// The layers of a network, below them MACs, parameters and peak memory. CSV: a layer a row.
Report network_report(const Network& network);

}  // namespace tilewise
