#pragma once

#include <cstdint>
#include <vector>

#include "arch/family/nvdla_engine.hpp"
#include "base/enum_array.hpp"
#include "base/units.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// A direct convolution of one image as the registers describe it: what the engine runs without a
/// stop. Stride, padding and dilation change addresses only.
struct HardwareLayer {
  std::int64_t pixels = 1;    ///< of the input, used or not: H W
  std::int64_t channels = 1;  ///< C
  std::int64_t kernels = 1;   ///< M
  std::int64_t window = 1;    ///< R S
  std::int64_t atoms = 1;     ///< output pixels: P Q
};

/// Bits of each tensor over the memory port (NVDLA N1): no choice of banks changes them.
EnumArray<Tensor, std::int64_t> port_bits(const NvdlaEngine& engine, const HardwareLayer& layer);

/// Banks of the convolution buffer.
struct BankNeed {
  std::int64_t data = 1;         ///< the whole input
  std::int64_t weights = 1;      ///< those of one kernel group: the least with which it runs
  std::int64_t all_weights = 1;  ///< more change nothing
};
BankNeed banks_needed(const NvdlaEngine& engine, const HardwareLayer& layer);

/// Output atoms of each stripe (NVDLA N3).
std::vector<std::int64_t> stripes(const NvdlaEngine& engine, std::int64_t atoms);

/// In which an output atom leaves: the accumulator's time, or that of a write port as fast as
/// reads.
Cycles atom_drain(const NvdlaEngine& engine);

/// Multiplier operations of the layer, one a cycle, with what short stripes wait.
Cycles operation_cycles(const NvdlaEngine& engine, const HardwareLayer& layer);

/// From the first to the last activity (NVDLA N4 to N8). `weight_banks` hold a kernel group at
/// least, and the input has the banks that it needs.
Cycles hardware_layer_cycles(const NvdlaEngine& engine, const HardwareLayer& layer,
                             std::int64_t weight_banks);

}  // namespace tilewise
