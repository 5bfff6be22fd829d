#pragma once

#include <cstdint>
#include <span>

#include "arch/architecture.hpp"
#include "sim/nest.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Cycles that blocks of steps take beside the steps, over the whole run (docs/model.md, Eq. 24); 0
/// where the compute unit takes none. `temporal`: the temporal loops of the nest, outermost first.
double block_overhead(const Architecture& architecture, const Layer& layer,
                      std::span<const NestLoop> temporal);

/// The least cycles of a nest whose dimensions take at least so many steps, of which no more than
/// `longest` follow one another along the blocks.
double least_block_cycles(const Architecture& architecture, const Layer& layer,
                          const Extents& steps, std::int64_t longest);

}  // namespace tilewise
