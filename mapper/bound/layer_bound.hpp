#pragma once

#include <optional>

#include "arch/architecture.hpp"
#include "base/units.hpp"
#include "mapper/factors.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// What no mapping undercuts: each alone, not both at once.
struct LayerBound {
  Cycles latency;
  Picojoules energy;  ///< leakage and clock over `latency` included
};

/// The least latency and the least energy over the subtrees of the map space that `search` with
/// these factors looks at (docs/mapper.md, The lower bound), without looking into one. Whether a
/// mapping fits the memories does not enter. Zero where the space is too large for `search` to
/// list; empty: the space has no member.
std::optional<LayerBound> layer_bound(const Architecture& architecture, const Layer& layer,
                                      std::optional<Factors> factors);

}  // namespace tilewise
