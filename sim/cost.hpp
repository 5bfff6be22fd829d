#pragma once

#include "base/units.hpp"
#include "sim/evaluate.hpp"

namespace tilewise {

/// What a layer, or several one after the other, cost on one device.
struct Cost {
  Milliseconds latency;
  Millijoules energy;
  double dram_bytes = 0.0;  ///< over the off-chip boundary, both ways
  /// How far below and above that energy the other published energies of the components put it.
  Millijoules energy_below = {};
  Millijoules energy_above = {};

  Cost& operator+=(const Cost& other) {
    latency += other.latency;
    energy += other.energy;
    dram_bytes += other.dram_bytes;
    energy_below += other.energy_below;
    energy_above += other.energy_above;
    return *this;
  }
  bool operator==(const Cost&) const = default;
};

/// Of a layer: its breakdown left out.
inline Cost cost_of(const LayerCost& cost) {
  return {milliseconds(cost.time), millijoules(cost.energy.total),
          in_bytes(Bits{cost.off_chip_bits}), millijoules(cost.energy.below),
          millijoules(cost.energy.above)};
}

}  // namespace tilewise
