#pragma once

#include "arch/architecture.hpp"
#include "sim/evaluate.hpp"

namespace tilewise {

/// Adds `times` runs of a cost to a sum of such, one after the other: their time, energy, busy
/// ports and words off chip. Of counts and tile times there is no sum.
void add_runs(LayerCost& sum, const LayerCost& cost, double times);

/// Sets what a sum says of its runs together: its time and bound.
void finish_sum(LayerCost& sum, const Architecture& architecture);

}  // namespace tilewise
