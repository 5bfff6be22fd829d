#include "base/unit_table.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "base/text.hpp"

namespace tilewise {
namespace {

/// A unit as a whole number of the smallest unit of its kind: quotients of two are the nearest
/// doubles.
struct KnownUnit {
  std::string_view name;
  UnitKind kind;
  std::int64_t amount;
};

constexpr std::int64_t kKilo = 1'000;
constexpr std::int64_t kMega = 1'000'000;
constexpr std::int64_t kGiga = 1'000'000'000;
constexpr std::int64_t kTera = 1'000'000'000'000;
constexpr std::int64_t kPeta = 1'000'000'000'000'000;

constexpr std::array kUnits{
    KnownUnit{"", UnitKind::Count, 1},
    KnownUnit{"bit", UnitKind::Size, 1},
    KnownUnit{"B", UnitKind::Size, 8},
    KnownUnit{"KiB", UnitKind::Size, std::int64_t{8} << 10},
    KnownUnit{"MiB", UnitKind::Size, std::int64_t{8} << 20},
    KnownUnit{"GiB", UnitKind::Size, std::int64_t{8} << 30},
    KnownUnit{"B", UnitKind::Traffic, 1},
    KnownUnit{"kB", UnitKind::Traffic, kKilo},
    KnownUnit{"MB", UnitKind::Traffic, kMega},
    KnownUnit{"GB", UnitKind::Traffic, kGiga},
    KnownUnit{"kHz", UnitKind::Frequency, 1},
    KnownUnit{"MHz", UnitKind::Frequency, kKilo},
    KnownUnit{"GHz", UnitKind::Frequency, kMega},
    KnownUnit{"bit/cycle", UnitKind::CycleBandwidth, 1},
    KnownUnit{"B/cycle", UnitKind::CycleBandwidth, 8},
    KnownUnit{"MB/s", UnitKind::Bandwidth, 1},
    KnownUnit{"GB/s", UnitKind::Bandwidth, kKilo},
    KnownUnit{"fJ", UnitKind::Energy, 1},
    KnownUnit{"pJ", UnitKind::Energy, kKilo},
    KnownUnit{"nJ", UnitKind::Energy, kMega},
    KnownUnit{"uJ", UnitKind::Energy, kGiga},
    KnownUnit{"mJ", UnitKind::Energy, kTera},
    KnownUnit{"J", UnitKind::Energy, kPeta},
    KnownUnit{"uW", UnitKind::Power, 1},
    KnownUnit{"mW", UnitKind::Power, kKilo},
    KnownUnit{"W", UnitKind::Power, kMega},
    KnownUnit{"ns", UnitKind::Time, 1},
    KnownUnit{"us", UnitKind::Time, kKilo},
    KnownUnit{"ms", UnitKind::Time, kMega},
    KnownUnit{"s", UnitKind::Time, kGiga},
    KnownUnit{"min", UnitKind::Time, 60 * kGiga},
    KnownUnit{"um2", UnitKind::Area, 1},
    KnownUnit{"mm2", UnitKind::Area, kMega},
    KnownUnit{"mV", UnitKind::Voltage, 1},
    KnownUnit{"V", UnitKind::Voltage, kKilo},
    KnownUnit{"nm", UnitKind::Node, 1},
    KnownUnit{"mJ ms", UnitKind::EnergyTime, 1},
    KnownUnit{"J s", UnitKind::EnergyTime, kMega},
};

const KnownUnit* find_unit(UnitKind kind, std::string_view unit) {
  for (const KnownUnit& known : kUnits) {
    if (known.kind == kind && known.name == unit) return &known;
  }
  return nullptr;
}

}  // namespace

std::string_view name(UnitKind kind) {
  switch (kind) {
    case UnitKind::Count: return "count";
    case UnitKind::Size: return "size";
    case UnitKind::Traffic: return "traffic";
    case UnitKind::Frequency: return "frequency";
    case UnitKind::CycleBandwidth: return "bandwidth a cycle";
    case UnitKind::Bandwidth: return "bandwidth";
    case UnitKind::Energy: return "energy";
    case UnitKind::Power: return "power";
    case UnitKind::Time: return "time";
    case UnitKind::Area: return "area";
    case UnitKind::Voltage: return "voltage";
    case UnitKind::Node: return "node";
    case UnitKind::EnergyTime: return "energy times time";
  }
  return "";
}

std::optional<UnitKind> unit_kind(std::string_view unit) {
  for (const KnownUnit& known : kUnits) {
    if (known.name == unit) return known.kind;
  }
  return std::nullopt;
}

std::optional<double> unit_factor(UnitKind kind, std::string_view unit, std::string_view in) {
  const KnownUnit* from = find_unit(kind, unit);
  const KnownUnit* to = find_unit(kind, in);
  if (from == nullptr || to == nullptr) return std::nullopt;
  return static_cast<double>(from->amount) / static_cast<double>(to->amount);
}

std::string_view smallest_unit(UnitKind kind) {
  for (const KnownUnit& known : kUnits) {
    if (known.kind == kind) return known.name;
  }
  return "";
}

std::string unit_names(UnitKind kind) {
  std::string names;
  for (const KnownUnit& known : kUnits) {
    if (known.kind != kind) continue;
    names += (names.empty() ? "" : ", ") + std::string(known.name);
  }
  return names;
}

std::optional<UnitValue> parse_unit_value(std::string_view text) {
  text = trimmed(text);
  UnitValue value;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value.number);
  if (error != std::errc{} || !std::isfinite(value.number)) return std::nullopt;
  value.unit = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
  return value;
}

}  // namespace tilewise
