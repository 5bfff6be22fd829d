#pragma once

#include "mapper/problem.hpp"

namespace tilewise {

/// What no mapping of a problem avoids: each word crosses a port of off-chip memory once.
struct Compulsory {
  double energy = 0.0;   ///< pJ of these accesses
  double latency = 0.0;  ///< cycles that they keep the busiest of these ports in use
};
Compulsory compulsory(const Problem& problem);

}  // namespace tilewise
