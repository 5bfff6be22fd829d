#pragma once

#include <vector>

#include "arch/architecture.hpp"
#include "base/units.hpp"
#include "sim/access_counts.hpp"
#include "sim/energy.hpp"
#include "sim/latency.hpp"
#include "sim/mapping.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// What one layer costs under one mapping.
struct LayerCost {
  AccessCounts counts;
  Latency latency;
  Microseconds time;
  Energy energy;
  std::string bound;         ///< "compute" or the busiest port
  double utilisation = 0.0;  ///< iterations / (compute units x latency cycles)

  /// Bits that cross the boundary of off-chip memory, both ways.
  std::int64_t off_chip_bits = 0;

  /// Of an engine with a control of its own: what may bound it, compute first. Under a mapping it
  /// is empty: part_loads has them of the latency.
  std::vector<PartLoad> engine_loads = {};
};

/// Counts, latency, energy of a mapping that has passed check_mapping and find_misfit. A pure
/// function; the slow path with everything named. The mapper has a lean one of its own.
LayerCost evaluate(const Architecture& architecture, const Layer& layer, const Mapping& mapping);

/// What the mapping of `known` costs on an architecture that differs from that one in capacities,
/// energies and leakage alone: as `evaluate` says, by counts and times that are known.
LayerCost evaluate_relative(const Architecture& architecture, const Layer& layer,
                            const Mapping& mapping, LayerCost known);

/// The latency as if off-chip memory had no limited rate: the time of the work on chip.
Cycles on_chip_latency(const Architecture& architecture, const Layer& layer,
                       const Mapping& mapping);

/// Compute units that work where no loop runs short: the product of the spatial loops.
std::int64_t active_units(const Mapping& mapping);

}  // namespace tilewise
