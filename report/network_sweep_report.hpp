#pragma once

#include "report/format.hpp"
#include "report/network_sweep_text.hpp"
#include "sweep/network_sweep.hpp"

namespace tilewise {

/// What networks cost on devices. CSV: the rows of `by`, then a row `total`, for each network and
/// device; what is not in the total is a row of its own, with the reason. `line`: of the text.
Report network_sweep_report(const NetworkSweep& sweep, CostRows by, std::size_t line = kLineWidth);

}  // namespace tilewise
