#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/enum_array.hpp"
#include "base/units.hpp"
#include "space/fbnet.hpp"

namespace tilewise {

// The two devices that HW-NAS-Bench (Li et al., ICLR 2021) estimates instead of measuring, as
// published: docs/hwnasbench.md. Models of the physics are elsewhere; these are for comparison.

/// What a published model says of a layer, a block or a network.
struct HwnasbenchCost {
  Microseconds latency;
  Picojoules energy;
  std::int64_t macs = 0;        ///< as the model counts them, added channels included
  double off_chip_bytes = 0.0;  ///< both ways; real, as the models know fractions of a tile

  /// For parts that run one after the other.
  HwnasbenchCost& operator+=(const HwnasbenchCost& other);
  friend HwnasbenchCost operator+(HwnasbenchCost a, const HwnasbenchCost& b) { return a += b; }
  friend HwnasbenchCost operator*(std::int64_t times, const HwnasbenchCost& cost) {
    return {times * cost.latency, times * cost.energy, times * cost.macs,
            static_cast<double>(times) * cost.off_chip_bytes};
  }
  bool operator==(const HwnasbenchCost&) const = default;
};

/// A quirk of a model by the name that users write.
template <class Switches>
struct NamedSwitch {
  std::string_view name;
  bool Switches::*member;
  std::string_view on;   ///< what the model then does
  std::string_view off;  ///< what it does instead
};

/// Throws InputError that lists `names`.
[[noreturn]] void throw_unknown_switch(std::string_view name,
                                       std::span<const std::string_view> names);

/// Turns the switch of that name on or off. Throws InputError that lists the names.
template <class Switches>
void set_switch(Switches& switches, std::span<const NamedSwitch<Switches>> all,
                std::string_view name, bool value) {
  std::vector<std::string_view> names;
  for (const NamedSwitch<Switches>& each : all) {
    names.push_back(each.name);
    if (each.name != name) continue;
    switches.*each.member = value;
    return;
  }
  throw_unknown_switch(name, names);
}

/// The FBNet space on a data set: a network is its fixed part and one block at each position.
struct FbnetCostTable {
  std::array<EnumArray<FbnetOp, HwnasbenchCost>, kFbnetPositions> blocks{};
  HwnasbenchCost fixed;  ///< stem, head, average pool, classifier
  std::array<HwnasbenchCost, kFbnetFixedLayers> fixed_parts{};  ///< the same one by one
};
/// The cost of the network of these operations, first position first.
HwnasbenchCost cost(const FbnetCostTable& table, const std::array<FbnetOp, kFbnetPositions>& ops);

}  // namespace tilewise
