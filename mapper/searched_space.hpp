#pragma once

#include "arch/architecture.hpp"
#include "mapper/factors.hpp"
#include "mapper/space_size.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// The size of the space of those factors as `search` looks at it: over merged dimensions
/// (docs/mapper.md, "Names do not matter"), unless one of them has more splits than it can hold.
SpaceSize searched_space(const Architecture& architecture, const Layer& layer, Factors factors);

}  // namespace tilewise
