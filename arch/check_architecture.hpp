#pragma once

#include "arch/architecture.hpp"

namespace tilewise {

/// Throws InputError where the architecture contradicts itself: fewer than two levels, equal names,
/// a tensor in two memories of a level, an outermost level that is bounded or lacks a tensor, a
/// fan-out outside 1..65536, an order that misses a loop, a constraint that nothing can meet, a
/// letter of mappings that stands for no loop.
void check_architecture(const Architecture& architecture);

}  // namespace tilewise
