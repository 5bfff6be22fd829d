#pragma once

#include <algorithm>

#include "mapper/boundary_cost.hpp"
#include "mapper/incumbent.hpp"

namespace tilewise {

/// A lower bound on the cost of a mapping, put together boundary by boundary from the compute unit
/// outwards: energy adds up; a boundary's transfers run beside what is inside it, or after it.
struct CostBound {
  double energy = 0.0;      ///< pJ, without leakage and clock
  double cycles = 0.0;      ///< with all that is inside
  SharedBusy shared{};      ///< cycles that each shared port is in use
  double with_rests = 0.0;  ///< as `cycles`, with bounds that never decide between equals

  /// With `least` around it.
  CostBound with(const BoundaryLeast& least) const {
    CostBound made = *this;
    made.energy += least.energy;
    made.cycles = std::max(cycles + std::max(least.serial, least.ends), least.busy);
    // A port without queues rests during the first tile; where it takes no part in the cold fill or
    // the last drain, it rests then too.
    made.with_rests = std::max({with_rests + std::max(least.serial, least.edges), least.apart,
                                least.prompt + with_rests * least.share});
    for (std::size_t i = 0; i < kSharedPorts; ++i) made.shared[i] += least.shared[i];
    return made;
  }
  /// Cycles.
  double latency() const {
    return std::max(cycles, *std::max_element(shared.begin(), shared.end()));
  }

  /// Whether no mapping that costs at least this improves on `best`. `leakage`: pJ a cycle.
  bool excluded_by(Incumbent& best, double leakage) const {
    const double least = latency();
    if (best.excludes(energy + leakage * least, least)) return true;
    return with_rests > least && best.beats(energy + leakage * with_rests, with_rests);
  }
};

}  // namespace tilewise
