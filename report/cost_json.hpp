#pragma once

#include <string>

#include "arch/architecture.hpp"
#include "mapper/search.hpp"
#include "sim/evaluate.hpp"
#include "sim/mapping.hpp"
#include "sweep/device.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// A layer on an architecture under one mapping: names, mapping, transfers, latency and energy with
/// their breakdowns, as one JSON object. Units stand in the keys. docs/formats.md lists them.
std::string cost_json(const LayerCost& cost, const Mapping& mapping, const Layer& layer,
                      const Architecture& architecture);

/// The same of the best mapping, with an object `search`: objective, size of the space, evaluated
/// mappings, proof. Assumes that there is a best.
std::string search_json(const SearchResult& result, const SearchOptions& options,
                        const Layer& layer, const Architecture& architecture);

/// A cost without a mapping, of fixed control: `control` is "fixed", `mapping` null; there are
/// no transfers, tile times and ports.
std::string fixed_cost_json(const LayerCost& cost, const Layer& layer, const Device& device);

/// The breakdown of an energy as a JSON array, those of one place, tensor and cause added up.
std::string energy_items_json(const Energy& energy);

}  // namespace tilewise
