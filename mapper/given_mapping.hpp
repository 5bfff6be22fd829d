#pragma once

#include <string>

#include "arch/architecture.hpp"
#include "sim/evaluate.hpp"
#include "sim/mapping.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// The mapping that a user names: a file, a line of nest_line as layers.csv has it, or the
/// parameters of row stationary, "m=64,n=4,...". Throws InputError.
Mapping find_mapping(const std::string& word, const Layer& layer, const Architecture& architecture);

/// What the layer costs under a mapping that nobody has checked. Throws InputError where the
/// mapping does not cover the layer or does not fit the architecture.
LayerCost evaluate_given(const Architecture& architecture, const Layer& layer,
                         const Mapping& mapping);

}  // namespace tilewise
