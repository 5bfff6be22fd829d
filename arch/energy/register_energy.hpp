#pragma once

#include <filesystem>
#include <string>

#include "arch/energy/memory_cost.hpp"
#include "arch/energy/technology_scaling.hpp"
#include "base/units.hpp"

namespace tilewise {

/// One bit of register at the technology point it was published for.
struct RegisterBit {
  TechnologyPoint technology;
  Picojoules energy;  ///< of one read or write
  Milliwatts leakage;
  SquareMillimeters area;
  std::string source;
  EnergySpread spread = {};  ///< of other published energies
};

/// Throws InputError where the file breaks the format of configs/energy/register.yaml.
RegisterBit load_register_bit(const std::filesystem::path& path);

/// Registers of `size` that read or write a word of `width` at a time: energy by the word, leakage
/// and area by the size. Selecting the word is not counted; leakage is not scaled, since the
/// published scaling has none.
MemoryCost register_cost(const RegisterBit& bit, const TechnologyScaling& scaling, Bits size,
                         Bits width, const TechnologyPoint& at);

}  // namespace tilewise
