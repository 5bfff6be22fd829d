#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mapper/search.hpp"
#include "sim/cost.hpp"
#include "sweep/device.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// A distinct layer of a whole sweep and how often all candidates use it.
struct SweepLayer {
  Layer layer;
  std::int64_t times_used = 0;        ///< over all rows of the sweep
  std::vector<SearchResult> results;  ///< one a device
};

/// Maps each layer on each device: fills `results`. Problems of one problem_key are solved once.
/// The same for any number of threads. Throws InputError where a layer fits a device in no way.
void map_layers(std::span<SweepLayer> layers, const std::vector<Device>& devices,
                const MappingOptions& options);

/// The layers in their order, each used once, with their results on each device; equal layers are
/// mapped once. Throws InputError as map_layers does.
std::vector<SweepLayer> map_each(std::span<const Layer> layers, const std::vector<Device>& devices,
                                 const MappingOptions& options);

/// What a network costs: layers run one after the other, each under its best mapping.
struct NetworkCosts {
  std::vector<Device> devices;
  std::vector<SweepLayer> layers;  ///< in the order in which they run, a result a device
  std::vector<Cost> totals;        ///< one a device
};
/// Equal layers are mapped once. Throws InputError as map_layers does.
NetworkCosts cost(std::span<const Layer> layers, const std::vector<Device>& devices,
                  const MappingOptions& options);

}  // namespace tilewise
