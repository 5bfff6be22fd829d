#pragma once

#include "base/units.hpp"
#include "sim/evaluate.hpp"

namespace tilewise {

/// What a layer, or several one after the other, cost on one device.
struct Cost {
  Milliseconds latency;
  Millijoules energy;
  double dram_bytes = 0.0;  ///< over the off-chip boundary, both ways

  Cost& operator+=(const Cost& other) {
    latency += other.latency;
    energy += other.energy;
    dram_bytes += other.dram_bytes;
    return *this;
  }
  bool operator==(const Cost&) const = default;
};

/// Of a layer: its breakdown left out.
inline Cost cost_of(const LayerCost& cost) {
  return {milliseconds(cost.time), millijoules(cost.energy.total),
          in_bytes(Bits{cost.off_chip_bits})};
}

}  // namespace tilewise
