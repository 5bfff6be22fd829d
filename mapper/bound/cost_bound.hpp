#pragma once

#include <algorithm>

#include "mapper/bound/boundary_cost.hpp"
#include "mapper/incumbents.hpp"

namespace tilewise {

/// A lower bound on the cost of a mapping, put together boundary by boundary from the compute unit
/// outwards: energy adds up; a boundary's transfers run beside what is inside it, or after it.
struct CostBound {
  RelativeEnergy energy;
  double cycles = 0.0;            ///< with all that is inside
  SharedBusy shared_busy{};       ///< cycles that each shared port is in use
  double cycles_with_idle = 0.0;  ///< as `cycles`, with bounds that never decide between equals

  /// With the transfers across the next boundary outwards.
  CostBound with(const TransferBound& transfers) const {
    CostBound made;
    made.energy = energy + transfers.energy;
    made.cycles = std::max(cycles + std::max(transfers.exposed_cycles, transfers.fill_drain_cycles),
                           transfers.busy_cycles);
    // A port without queues is idle during the first tile; where it takes no part in the cold fill
    // or the last drain, it is idle then too.
    made.cycles_with_idle = std::max(
        {cycles_with_idle + std::max(transfers.exposed_cycles, transfers.tight_fill_drain_cycles),
         transfers.port_span_cycles,
         transfers.unqueued_span_cycles + cycles_with_idle * transfers.tile_share});
    for (std::size_t i = 0; i < kSharedPorts; ++i) {
      made.shared_busy[i] = shared_busy[i] + transfers.shared_busy[i];
    }
    return made;
  }
  /// Cycles.
  double latency_cycles() const {
    return std::max(cycles, *std::max_element(shared_busy.begin(), shared_busy.end()));
  }

  /// Of a set of relatives those whose incumbent a mapping may improve on that costs at least this.
  RelativeSet remaining(Incumbents& best, const RelativeSet& of) const {
    const double least = latency_cycles();
    const RelativeSet left = best.remaining(energy, least, of);
    if (left.empty() || cycles_with_idle <= least) return left;
    return best.not_beaten(energy, cycles_with_idle, left);
  }
};

}  // namespace tilewise
