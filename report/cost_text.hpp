#pragma once

#include <span>
#include <string>
#include <vector>

#include "arch/architecture.hpp"
#include "sim/evaluate.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// "convolution conv1: N 1, M 96, ..., stride 4 x 4": one line of heading.
std::string layer_line(const Layer& layer);
/// The words of each tensor that cross from a level to the next that keeps it.
std::string transfers_text(const AccessCounts& counts, std::span<const std::string> level_names);
std::string transfers_text(const AccessCounts& counts, const Architecture& architecture);
/// Cycles and milliseconds, what bounds them and `why`, the mean tile time of each level, the busy
/// ports.
std::string latency_text(const LayerCost& cost, const Architecture& architecture,
                         const std::string& why);
/// The items of a breakdown, those of one place, tensor and cause added up.
std::vector<EnergyItem> merged_items(const Energy& energy);
/// The energy by place, tensor and cause in pJ with its share; the last row is the total.
std::string energy_text(const Energy& energy);
/// The loop nest, and below it the parameters of row stationary where the mapping has them.
std::string mapping_text(const Mapping& mapping, const Layer& layer,
                         const Architecture& architecture);
/// The three tables, each below a heading, and why the latency is what it is.
std::string cost_text(const LayerCost& cost, const Mapping& mapping, const Layer& layer,
                      const Architecture& architecture);

/// A cost without a mapping: latency, what bounds it and the energy of fixed control.
std::string fixed_cost_text(const LayerCost& cost);

/// The name of a level, "MAC" for the compute unit.
std::string level_name(std::span<const std::string> names, std::size_t level);
std::string level_name(const Architecture& architecture, std::size_t level);

}  // namespace tilewise
