#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tilewise {

/// What a unit measures. Bandwidths by time and by cycle are two kinds: a clock turns one into the
/// other. Traffic is counted in decimal multiples of a byte, as published tables have it.
enum class UnitKind {
  Count,
  Size,
  Traffic,
  Frequency,
  CycleBandwidth,
  Bandwidth,
  Energy,
  Power,
  Time,
  Area,
  Voltage,
  Node,
  EnergyTime,
};
/// "size", "energy", as errors name it.
std::string_view name(UnitKind kind);

/// The kind of a unit; "" is a count, "B" a size. Empty: no unit that is known.
std::optional<UnitKind> unit_kind(std::string_view unit);

/// How many `in` one `unit` of that kind is, the nearest double: 1e-3 for ns in us. Empty: the kind
/// has no such unit. Assumes that it has `in`.
std::optional<double> unit_factor(UnitKind kind, std::string_view unit, std::string_view in);

/// The unit that all others of its kind are whole multiples of.
std::string_view smallest_unit(UnitKind kind);

/// The units of a kind from small to large, for errors: "fJ, pJ, nJ, uJ, mJ, J".
std::string unit_names(UnitKind kind);

/// A number and the unit that follows it, which may be none.
struct UnitValue {
  double number = 0.0;
  std::string unit;
};
/// "2s", "500 ms", "1.5": spaces around number and unit do not count. Empty: the text does not
/// begin with a finite number.
std::optional<UnitValue> parse_unit_value(std::string_view text);

}  // namespace tilewise
