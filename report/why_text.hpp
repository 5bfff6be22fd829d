#pragma once

#include <string>

#include "arch/architecture.hpp"
#include "sim/evaluate.hpp"
#include "sim/mapping.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Why a layer takes as long as it does under a mapping: a sentence of what it waits for and what
/// would help, then, where it waits, the latency of the same mapping with one port infinitely wide,
/// for the three that save most.
std::string why_text(const LayerCost& cost, const Mapping& mapping, const Layer& layer,
                     const Architecture& architecture);

}  // namespace tilewise
