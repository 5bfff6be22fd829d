#pragma once

#include <string>

#include "arch/architecture.hpp"
#include "base/units.hpp"

namespace tilewise {

/// What a memory costs: per access of its word, by being there, and who says so.
struct MemoryCost {
  AccessEnergy energy;
  Milliwatts leakage;
  SquareMillimeters area;
  std::string source;
  EnergySpread spread = {};  ///< of other published energies
};

}  // namespace tilewise
