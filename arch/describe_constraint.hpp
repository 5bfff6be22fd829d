#pragma once

#include <string>

#include "arch/architecture.hpp"

namespace tilewise {

/// What a dataflow fixes at one level, in words; "anything" where it fixes nothing.
std::string describe(const LevelConstraint& constraint, const FanOut& fan_out);

}  // namespace tilewise
