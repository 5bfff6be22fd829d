#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "arch/energy_tables.hpp"
#include "base/units.hpp"

namespace tilewise {

/// What the actions of an engine cost. Nobody has published these of an FPGA: MACs are ASIC
/// estimates, on-chip memories are not counted.
struct EngineEnergy {
  Picojoules multiply_add;  ///< one MAC
  Picojoules add;           ///< one operation without multiplier (pool, add)
  std::string compute_source;
  Picojoules off_chip_bit;  ///< one bit over the boundary of off-chip memory
  std::string off_chip_source;
  Milliwatts board_power;  ///< all the time; 0 where no board is given
  std::string board_power_source;
};

/// What engines with a fixed schedule have in common: the layer alone says how it runs on them,
/// there is no mapping to choose.
struct FixedEngine {
  std::string name;
  std::string description;
  Megahertz clock{100.0};
  BitsPerCycle bandwidth{64.0};  ///< off-chip, of one port, a cycle of `clock`
  Bits operand_width{16};        ///< of every word, whatever widths a layer has
  EngineEnergy energy;
};

/// M output channels x P output pixels at once, pixels in the order of the flattened map (FPGA
/// I1 to I9 of docs/fpga_engines.md). Defaults: the design measured as m32p32.
struct PixelEngine : FixedEngine {
  std::int64_t m = 32;             ///< output channels at once
  std::int64_t p = 32;             ///< output pixels at once
  Bits beat = bytes(64);           ///< what the image port carries at once
  Bits weight_port = bytes(64);    ///< what the weight port carries in the time of a beat
  std::int64_t channel_group = 4;  ///< input channels side by side in a beat
  std::int64_t pass_slot = 1;      ///< beats (loader), group slots (array) lost a pixel tile: I7
  std::optional<std::int64_t> input_ring = {};  ///< beats between loader and array; empty: any
  Microseconds layer_overhead;                  ///< before each layer
};

/// Tm x Tn convolvers of kernel x kernel behind line buffers, whole tiles of tile x tile outputs
/// (FPGA Q1 to Q3 of docs/fpga_engines.md). Defaults: Qiu et al., FPGA 2016.
struct ConvolverEngine : FixedEngine {
  std::int64_t tm = 2;      ///< output channels at once
  std::int64_t tn = 64;     ///< input channels at once
  std::int64_t kernel = 3;  ///< rows and columns of a convolver
  std::int64_t tile = 28;   ///< rows and columns of an output tile, however small the map
};

inline constexpr std::string_view kPixelEngineFamily = "fpga_pixel_engine";
inline constexpr std::string_view kConvolverEngineFamily = "fpga_convolver_engine";

/// Energies of words of `width`: a MAC with an accumulator of 48 bit (the adder of a DSP slice) at
/// `technology`, off-chip bits of `dram`. Throws InputError where a table knows no such thing.
EngineEnergy engine_energy(const EnergyTables& tables, const std::string& dram, Bits width,
                           const TechnologyPoint& technology);

/// Throws InputError that names the parameter where an engine contradicts itself: a beat that holds
/// no whole pixels of a channel group, a bandwidth that is unlimited.
void check_engine(const PixelEngine& engine);
void check_engine(const ConvolverEngine& engine);

/// Every parameter with its unit, energies with their source, as plain text for a terminal.
std::string describe(const PixelEngine& engine);
std::string describe(const ConvolverEngine& engine);

}  // namespace tilewise
