#pragma once

#include <cstdint>
#include <string>

#include "arch/architecture.hpp"
#include "arch/energy_tables.hpp"
#include "arch/fpga_board.hpp"
#include "base/enum_array.hpp"
#include "base/units.hpp"

namespace tilewise {

/// The tiled engine of Zhang et al., FPGA 2015: Tm x Tn multipliers between three banked buffers.
struct FpgaEngineParameters {
  std::string name = "fpga_tiled_engine";
  FpgaBoard board;
  Megahertz clock{200.0};
  std::int64_t tm = 32;  ///< output channels (or groups) at once
  std::int64_t tn = 16;  ///< input channels at once
  Bits operand_width{16};
  EnumArray<Tensor, Bits> buffer{{kibibytes(256), kibibytes(63), kibibytes(256)}};  ///< one copy
  EnumArray<Tensor, bool> double_buffered{{true, true, true}};
};

/// What an engine takes of a board. `lut` counts memories only: less than the engine needs.
struct FpgaResources {
  std::int64_t dsp = 0;
  std::int64_t bram18 = 0;
  std::int64_t lut = 0;
};

/// Blocks of 18 Kibit for a memory of `depth` words of `width` bits: the best of 1x16384, 2x8192,
/// 4x4096, 9x2048, 18x1024 and 36x512; none below 1024 bit, which LUTs hold (fpgaConvNet).
std::int64_t bram18_blocks(std::int64_t depth, std::int64_t width);

/// Banks of a buffer: Tn for Input, Tm Tn for Weight, Tm for Output, one word a cycle each.
std::int64_t buffer_banks(const FpgaEngineParameters& parameters, Tensor t);

/// DSP: ceil(w/18) ceil(w/27) a MAC. BRAM18: copies x banks x blocks of a bank. Throws InputError
/// where a bank holds no word or a count does not fit in 63 bits.
FpgaResources resources(const FpgaEngineParameters& parameters);

/// Off-chip memory, buffers, Tm x Tn MACs, and the loop orders that an engine can run. Throws
/// InputError that names every resource the board lacks and how much of it.
Architecture build_fpga_engine(const FpgaEngineParameters& parameters,
                               const EnergyTables& tables = load_energy_tables());

}  // namespace tilewise
