#pragma once

#include <cstdint>
#include <string>
#include <utility>

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

/// As many such arrays, of which an access reads one: leakage and area count them all.
MemoryCost of_banks(MemoryCost one, std::int64_t banks);

/// All of it to a memory.
inline void set_cost(Memory& memory, MemoryCost cost) {
  memory.energy = cost.energy;
  memory.leakage = cost.leakage;
  memory.area = cost.area;
  memory.source = std::move(cost.source);
  memory.spread = cost.spread;
}

}  // namespace tilewise
