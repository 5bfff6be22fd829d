#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/architecture.hpp"
#include "sim/evaluate.hpp"
#include "sim/mapping.hpp"
#include "sweep/network_shares.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Why a layer takes as long as it does under a mapping: a sentence of what it waits for and what
/// would help, then, where it waits, the latency of the same mapping with one port infinitely wide,
/// for the three that save most.
std::string why_text(const LayerCost& cost, const Mapping& mapping, const Layer& layer,
                     const Architecture& architecture);

/// A sentence of why a network takes as long as it does: what bounds most of it and in which
/// layers, and what the ports that save most would save if they were infinitely wide.
std::string network_why_text(const NetworkShares& shares, const std::optional<NetworkWaits>& waits);

/// "conv1, conv2, ...": the first few of these layers, long names without their middle.
std::string layer_names(const std::vector<CostShare>& layers,
                        const std::vector<std::size_t>& places);

}  // namespace tilewise
