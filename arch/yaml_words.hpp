#pragma once

#include "arch/architecture.hpp"
#include "arch/energy/technology_scaling.hpp"
#include "base/enum_array.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "base/yaml.hpp"
#include "workload/dim.hpp"

namespace tilewise {

/// The words of the field in YAML. All throw InputError with the place and the words there are.
Dim read_dim(const YamlNode& yaml);                          ///< N, G, M, C, P, Q, R or S
Tensor read_tensor(const YamlNode& yaml);                    ///< Input, Weight or Output
EnumArray<Dim, bool> read_dims(const YamlNode& yaml);        ///< a list, each once
EnumArray<Tensor, bool> read_tensors(const YamlNode& yaml);  ///< a list, each once
EnumArray<Merge, bool> read_merges(const YamlNode& yaml);    ///< a list, each once
double read_nonnegative(const YamlNode& yaml);               ///< a number without unit
/// "20 cycles", or a time such as "100 ns" in cycles of `clock`.
Cycles read_cycles(const YamlNode& yaml, Megahertz clock);

/// {node: 65 nm, voltage: 1.0 V, devices: hp}; devices default to hp, the voltage must be there.
TechnologyPoint read_technology(const YamlNode& yaml);
/// The same; the voltage defaults to the nominal one of the node.
TechnologyPoint read_technology(const YamlNode& yaml, const TechnologyScaling& scaling);

/// What `derive` returns; its InputError, which knows no place, gets the place of `yaml`.
template <class Derive>
auto at_place_of(const YamlNode& yaml, Derive derive) {
  try {
    return derive();
  } catch (const InputError& error) {
    yaml.fail(error.what());
  }
}

}  // namespace tilewise
