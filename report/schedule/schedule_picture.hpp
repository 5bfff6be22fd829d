#pragma once

#include <cstddef>
#include <string>

#include "base/units.hpp"
#include "sweep/kept_summary.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// "24.5": KiB.
std::string kib_text(Bits size);

/// A row a layer with what lies in the home while it runs, a lane a tensor; above it what the marks
/// mean. `line`: characters of a line.
std::string schedule_picture(const Network& network, const KeptSummary& of, std::size_t line);

}  // namespace tilewise
