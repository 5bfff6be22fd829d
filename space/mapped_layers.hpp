#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mapper/search.hpp"
#include "space/device.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// How layers are mapped.
struct MappingOptions {
  Objective objective = Objective::Edp;
  std::optional<Factors> factors = {};
  int threads = 0;                                  ///< 0: one a core
  std::function<void(double share)> progress = {};  ///< of the problems, 0 to 1
  std::function<bool()> interrupted = {};  ///< any thread asks; true: Interrupted is thrown
};

/// A distinct layer of a whole sweep and how often all architectures use it.
struct SweepLayer {
  Layer layer;
  std::int64_t times_used = 0;        ///< over all rows of the sweep
  std::vector<SearchResult> results;  ///< one a device
};

/// What a layer, or several one after the other, cost on one device.
struct CostSum {
  double latency_ms = 0.0;
  double energy_mj = 0.0;
  double dram_bytes = 0.0;  ///< over the off-chip boundary
  CostSum& operator+=(const CostSum& other);
};
CostSum cost_sum(const LayerCost& cost);
CostSum cost_sum(const HwnasbenchCost& cost);

/// The devices of these names or files, in order; "board:ultra96" is the engine found for the
/// layers and how often they run. Throws InputError where one is there twice.
std::vector<Device> find_devices(const std::vector<std::string>& names,
                                 std::span<const SweepLayer> layers, Objective objective);

/// Maps each layer on each device that costs layers: fills `results`. Problems of one problem_key
/// are solved once. The same for any number of threads. Throws InputError where a layer fits a
/// device in no way.
void map_layers(std::span<SweepLayer> layers, const std::vector<Device>& devices,
                const MappingOptions& options);

/// The layers in their order, each used once, with their results on each device; equal layers are
/// mapped once. Throws InputError as map_layers does, and for a model of whole networks.
std::vector<SweepLayer> map_each(std::span<const Layer> layers, const std::vector<Device>& devices,
                                 const MappingOptions& options);

/// The sum over the layers, on each device; equal layers are mapped once. Throws InputError for a
/// model of whole networks.
std::vector<CostSum> cost_layers(std::span<const Layer> layers, const std::vector<Device>& devices,
                                 const MappingOptions& options);

}  // namespace tilewise
