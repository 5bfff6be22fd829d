#pragma once

#include "mapper/objective.hpp"
#include "mapper/problem.hpp"

namespace tilewise {

/// What all threads of a search share.
struct SearchContext {
  SearchContext(const Problem& of, Objective aim);

  /// The least latency in cycles of a mapping with that many iterations.
  double latency_of(double steps) const;
  /// The least energy in pJ of a mapping that takes so many cycles.
  double energy_in(double latency) const { return with_static(least_energy_pj, latency); }
  /// Energy in pJ that takes so many cycles, with leakage and clock.
  double with_static(double energy_pj, double cycles) const {
    return energy_pj + static_pj_per_cycle * cycles;
  }

  const Problem& problem;
  Objective objective;
  double operation_energy_pj = 0.0;
  double least_energy_pj = 0.0;       ///< operations, and every word across the off-chip port once
  double least_latency_cycles = 0.0;  ///< cycles that these words keep an off-chip port in use
  double static_pj_per_cycle = 0.0;   ///< leakage and clock
  bool narrow_sums = false;           ///< partial sums are somewhere narrower than complete ones
};

}  // namespace tilewise
