#pragma once

#include <cstdint>
#include <string>

#include "arch/architecture.hpp"
#include "arch/energy/energy_tables.hpp"
#include "base/units.hpp"

namespace tilewise {

/// Gemmini as in its paper (Genc et al., DAC 2021); change a number for a relative. Clock and node
/// are that paper's, the rest ucb-bar/gemmini, Configs.scala, defaultConfig.
struct GemminiParameters {
  std::string name = "gemmini";
  std::int64_t array = 16;               ///< rows and columns of PEs
  std::int64_t scratchpad_rows = 16384;  ///< of `array` operands, in 4 banks
  std::int64_t accumulator_rows = 1024;  ///< of `array` sums, in 2 banks
  Bits operand_width{8};
  Bits sum_width{32};
  Megahertz clock{1000.0};
  std::int64_t block_cycles = 8;  ///< at least, of a block of up to `array` columns: its issue
  BitsPerCycle bus{128.0};        ///< to off-chip memory; reads and writes share it
  Bits request{64 * 8};           ///< what a transfer over it is rounded up to
  std::string dram = "lpddr4";    ///< of configs/energy/dram.yaml; the paper names none
  TechnologyPoint technology{Nanometers{22}, Volts{0.9}, Devices::HighPerformance};
};

/// The mapped architecture: DRAM, the scratchpad of Input and Weight over columns of M, in each
/// the accumulator of one column over rows of C, and PEs in which weights wait beside those in use.
/// Tiles of the scratchpad are loaded again at each turn; an instruction runs up to `array`
/// columns. Throws InputError where the energy tables do not cover the parameters.
Architecture build_gemmini(const GemminiParameters& parameters,
                           const EnergyTables& tables = load_energy_tables());

}  // namespace tilewise
