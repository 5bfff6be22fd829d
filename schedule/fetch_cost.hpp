#pragma once

#include <cstdint>

#include "arch/architecture.hpp"
#include "sim/evaluate.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// What it costs to bring `words` of Input or Weight of a layer from off-chip memory to level
/// `level`, of which there is one instance, while nothing else runs: reading, the networks on the
/// way, writing, and the time of the slowest port with what the chip draws meanwhile. Memories
/// between are bypassed.
LayerCost fetch_cost(const Architecture& architecture, const Layer& layer, Tensor tensor,
                     std::int64_t words, std::size_t level);

}  // namespace tilewise
