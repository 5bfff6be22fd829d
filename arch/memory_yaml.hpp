#pragma once

#include "arch/architecture.hpp"
#include "arch/energy/energy_tables.hpp"
#include "base/yaml.hpp"

namespace tilewise {

/// What the values of an architecture file refer to without saying so.
struct ArchitectureContext {
  const EnergyTables& tables;
  TechnologyPoint technology;
  Megahertz clock{1.0};
};

/// Whether a memory without capacity is one of the outermost level or a mistake.
enum class Capacity { Required, DefaultsToUnbounded };

/// One memory of a level, its energies given as numbers or derived (docs/architectures.md).
/// Throws InputError with the place.
Memory read_memory(const YamlNode& yaml, const ArchitectureContext& context, Capacity capacity);

}  // namespace tilewise
