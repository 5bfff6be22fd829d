#pragma once

#include <cstdint>
#include <span>

#include "design/engine_design.hpp"

namespace tilewise {

/// Engines side by side: which there are and which units each runs, for the least interval, sum
/// of times or energy. Exact over all partitions where there are few enough, over runs of units
/// in order where not; the certificate says which, and how far no partition at all can be better.
/// At the least interval the answer takes the fewest DSP.
EngineSearchResult search_several_engines(std::span<const EngineUnit> units,
                                          const DesignTarget& target, DesignObjective objective);

/// No engines finish all units in less: all lanes busy all the time, or the port.
std::int64_t ideal_interval(std::span<const EngineUnit> units, const DesignTarget& target);

}  // namespace tilewise
