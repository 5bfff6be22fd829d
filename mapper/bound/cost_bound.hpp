#pragma once

#include <algorithm>

#include "mapper/bound/boundary_cost.hpp"
#include "mapper/incumbent.hpp"

namespace tilewise {

/// A lower bound on the cost of a mapping, put together boundary by boundary from the compute unit
/// outwards: energy adds up; a boundary's transfers run beside what is inside it, or after it.
struct CostBound {
  double energy_pj = 0.0;         ///< without leakage and clock
  double cycles = 0.0;            ///< with all that is inside
  SharedBusy shared_busy{};       ///< cycles that each shared port is in use
  double cycles_with_idle = 0.0;  ///< as `cycles`, with bounds that never decide between equals

  /// With the transfers across the next boundary outwards.
  CostBound with(const TransferBound& transfers) const {
    CostBound made = *this;
    made.energy_pj += transfers.energy_pj;
    made.cycles = std::max(cycles + std::max(transfers.exposed_cycles, transfers.fill_drain_cycles),
                           transfers.busy_cycles);
    // A port without queues is idle during the first tile; where it takes no part in the cold fill
    // or the last drain, it is idle then too.
    made.cycles_with_idle = std::max(
        {cycles_with_idle + std::max(transfers.exposed_cycles, transfers.tight_fill_drain_cycles),
         transfers.port_span_cycles,
         transfers.unqueued_span_cycles + cycles_with_idle * transfers.tile_share});
    for (std::size_t i = 0; i < kSharedPorts; ++i) made.shared_busy[i] += transfers.shared_busy[i];
    return made;
  }
  /// Cycles.
  double latency_cycles() const {
    return std::max(cycles, *std::max_element(shared_busy.begin(), shared_busy.end()));
  }

  /// Whether no mapping that costs at least this improves on the incumbent `best`.
  bool excluded_by(Incumbent& best, double static_pj_per_cycle) const {
    const double least = latency_cycles();
    if (best.excludes(energy_pj + static_pj_per_cycle * least, least)) return true;
    return cycles_with_idle > least &&
           best.beats(energy_pj + static_pj_per_cycle * cycles_with_idle, cycles_with_idle);
  }
};

}  // namespace tilewise
