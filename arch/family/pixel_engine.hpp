#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "arch/family/fixed_engine.hpp"
#include "base/units.hpp"

namespace tilewise {

struct Family;

/// M output channels x P output pixels at once, pixels in the order of the flattened map (FPGA
/// I1 to I11 of docs/fpga_engines.md). Defaults: the design measured as m32p32.
struct PixelEngine : FixedEngine {
  std::int64_t m = 32;             ///< output channels at once
  std::int64_t p = 32;             ///< output pixels at once
  Bits beat = bytes(64);           ///< what the image port carries at once
  Bits weight_port = bytes(64);    ///< what the weight port carries in the time of a beat
  std::int64_t channel_group = 4;  ///< input channels side by side in a beat
  std::int64_t pass_slot = 1;      ///< beats (loader), group slots (array) lost a pixel tile: I7
  std::optional<std::int64_t> input_ring = {};  ///< beats between loader and array; empty: any
  /// Steps of a dot product at the least; empty: M above 32 outputs, else any number: I10
  std::optional<std::int64_t> least_steps = {};
  std::optional<Bits> weight_memory = {};  ///< of weights that stay on chip; empty: none: I11
  Microseconds layer_overhead;             ///< before each layer
};

/// `least_steps`, or what stands for it where it is empty.
std::int64_t steps_at_least(const PixelEngine& engine);

/// Throws InputError that names the parameter where an engine contradicts itself: a beat that holds
/// no whole pixels of a channel group, a bandwidth that is unlimited.
void check_engine(const PixelEngine& engine);

/// Every parameter with its unit, energies with their source, as plain text for a terminal.
std::string describe(const PixelEngine& engine);

/// `fpga_pixel_engine` (docs/fpga_engines.md).
Family pixel_engine_family();

}  // namespace tilewise
