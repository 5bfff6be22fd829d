#pragma once

#include "arch/architecture.hpp"
#include "arch/memory_yaml.hpp"
#include "base/yaml.hpp"

namespace tilewise {

/// The compute unit, its energies given as numbers or derived: {multiply_add: 16 bit}. Throws
/// InputError with the place.
ComputeUnit read_compute(const YamlNode& yaml, const ArchitectureContext& context);

}  // namespace tilewise
