#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mapper/mapping_memory.hpp"
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

/// How many problems were solved, equal ones counted once.
struct MappingCounts {
  std::int64_t mapped = 0;  ///< searches, and costs of fixed control
  std::int64_t known = 0;   ///< results that `memory` had
  bool operator==(const MappingCounts&) const = default;
};

/// Maps each layer on each device: fills `results`; a layer that fits a device in no way has
/// NotMapped there, with the reason. Problems of one problem_key are solved once, and those that
/// `memory` knows not at all. The same for any number of threads. Throws Interrupted: what was
/// solved by then is kept.
MappingCounts try_layers(std::span<SweepLayer> layers, const std::vector<Device>& devices,
                         const MappingOptions& options, const MappingMemory& memory = {});

/// The same for the layers of one network, of the devices on which a layer's cost depends on the
/// others: their `results` are replaced.
void cost_in_network(std::span<SweepLayer> network, const std::vector<Device>& devices,
                     const MappingOptions& options);

/// The same; throws InputError where a layer fits a device in no way.
void map_layers(std::span<SweepLayer> layers, const std::vector<Device>& devices,
                const MappingOptions& options, const MappingMemory& memory = {});

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

/// Why a layer fits a device in no way, as NotMapped says it, of a layer and a device of other
/// names: the sentence begins "no mapping of LAYER fits DEVICE;" or "no mapping of LAYER: the
/// constraints of DEVICE allow".
struct ProblemNames {
  std::string_view layer;
  std::string_view device;
};
std::string renamed(std::string_view why, const ProblemNames& from, const ProblemNames& to);

}  // namespace tilewise
