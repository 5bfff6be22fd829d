#pragma once

#include "report/format.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// The layers of a network, below them MACs, parameters, peak memory and what no
/// layer stands for. CSV: a layer a row, then an omission a row, whose last cell says it.
Report network_report(const Network& network);

}  // namespace tilewise
