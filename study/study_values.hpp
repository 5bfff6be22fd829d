#pragma once

#include <vector>

#include "base/yaml.hpp"

namespace tilewise {

inline constexpr std::size_t kMostStudyValues = 1'000'000;  ///< of one parameter

/// What a parameter may be, in order: of a single value, a list, a range "4 .. 32" of counts, or a
/// range with a step, [32 KiB .. 512 KiB, x2] or [8 .. 32, +8], which ends at or before its end.
/// Throws InputError with the place where there is none, one twice, more than a million, or the
/// units of a range measure different things.
std::vector<YamlNode> parameter_values(const YamlNode& yaml);

}  // namespace tilewise
