#pragma once

#include "arch/architecture.hpp"
#include "arch/constraints.hpp"
#include "base/yaml.hpp"

namespace tilewise {

/// {temporal: {only: [...], M: {most: 8}, S: full}, orders: [[...]], spatial: {x: {...}, y: {...}},
/// keep: [...], bypass: [...]}. Throws InputError with the place.
LevelConstraint read_constraint(const YamlNode& yaml);

/// Fixes to 1 what the fan-out does not allow along an axis, unless the constraint asks for it.
void limit_to_fan_out(const FanOut& fan_out, LevelConstraint& constraint);

}  // namespace tilewise
