#pragma once

#include "arch/architecture.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Throws InputError where a mapping may cost more than a number can say: one that moves every
/// operand of every step through every memory, one after the other.
void check_finite_cost(const Architecture& architecture, const Layer& layer);

}  // namespace tilewise
