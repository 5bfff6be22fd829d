#include "sweep/layer_loads.hpp"

#include <variant>

namespace tilewise {

std::vector<PartLoad> loads_of(const LayerCost& cost, const Device& device) {
  const auto* architecture = std::get_if<Architecture>(&device);
  return architecture != nullptr ? part_loads(cost.latency, *architecture) : cost.engine_loads;
}

std::string off_chip_place(const Device& device) {
  const auto* architecture = std::get_if<Architecture>(&device);
  return architecture != nullptr ? architecture->levels.front().name : "DRAM";
}

std::vector<const LayerCost*> costs_of_layer(const NetworkSweep& sweep, std::size_t network,
                                             std::size_t layer, std::size_t device) {
  std::vector<const LayerCost*> costs;
  if (const SplitLayer* split = split_of(sweep, network, layer, device)) {
    for (const SweepLayer& part : split->parts) costs.push_back(cost(part.results.front()));
  } else if (const LayerCost* known = cost(sweep.layers[network][layer].results[device])) {
    costs.push_back(known);
  }
  return costs;
}

}  // namespace tilewise
