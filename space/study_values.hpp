#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.hpp"

namespace tilewise {

inline constexpr std::size_t kMostStudyValues = 1'000'000;  ///< of one parameter

/// A number and the unit that follows it, which may be none.
struct UnitValue {
  double number = 0.0;
  std::string unit;
};
/// Empty: the text does not begin with a finite number, or goes on after one word.
std::optional<UnitValue> parse_unit_value(std::string_view text);

/// What a unit measures ("size", "energy"; "count" without one), and its factor to the base of the
/// kind. Empty: no unit that architectures and limits know.
struct UnitKind {
  std::string_view kind;
  double factor = 1.0;
};
std::optional<UnitKind> unit_kind(std::string_view unit);

/// What a parameter may be, in order: of a single value, a list, a range "4 .. 32" of counts, or a
/// range with a step, [32 KiB .. 512 KiB, x2] or [8 .. 32, +8], which ends at or before its end.
/// Throws InputError with the place where there is none, one twice, more than a million, or the
/// units of a range measure different things.
std::vector<YamlNode> parameter_values(const YamlNode& yaml);

}  // namespace tilewise
