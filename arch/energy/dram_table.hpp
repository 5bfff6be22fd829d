#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "arch/energy/memory_cost.hpp"
#include "base/units.hpp"

namespace tilewise {

/// Energy of one bit to or from an off-chip memory.
struct DramEnergy {
  Picojoules per_bit;
  std::string source;
  EnergySpread spread = {};  ///< of what others say of the same technology
};

/// By technology: "lpddr4", "ddr3", ...
using DramTable = std::map<std::string, DramEnergy>;

/// Throws InputError where the file breaks the format of configs/energy/dram.yaml.
DramTable load_dram_table(const std::filesystem::path& path);

/// A read or write of one word of `width`. Leakage and area, off the chip, are zero. Throws
/// InputError that lists the technologies where the table has none of that name.
MemoryCost dram_cost(const DramTable& table, const std::string& technology, Bits width);

}  // namespace tilewise
