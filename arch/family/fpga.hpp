#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "arch/architecture.hpp"
#include "arch/energy/energy_tables.hpp"
#include "arch/fpga/fpga_board.hpp"
#include "arch/fpga/fpga_resources.hpp"
#include "base/enum_array.hpp"
#include "base/units.hpp"

namespace tilewise {

/// Where the energies of an engine come from.
enum class FpgaEnergy {
  Activity,  ///< F13: power of what the engine takes, all the time; off-chip words by their bits
  Accesses,  ///< ASIC estimates of each access and MAC over the board's power
};

/// The tiled engine of Zhang et al., FPGA 2015: Tm x Tn multipliers between three banked buffers;
/// with pixel lanes Tp x Tq copies of it side by side, with a window convolvers in place of
/// multipliers (Qiu et al., FPGA 2016).
struct FpgaEngineParameters {
  std::string name = "fpga_tiled_engine";
  FpgaBoard board;
  Megahertz clock{200.0};
  std::int64_t tm = 32;          ///< output channels (or groups) at once
  std::int64_t tn = 16;          ///< input channels at once
  std::int64_t tp = 1;           ///< output rows at once
  std::int64_t tq = 1;           ///< output columns at once
  std::int64_t window = 1;       ///< filter rows and columns at once, fed by line buffers
  std::int64_t line_words = 64;  ///< words of a row in a line buffer; only with a window
  FpgaPrecision precision;
  std::optional<std::int64_t> dsp_packing;         ///< products a DSP; empty: by precision (F1)
  std::optional<std::int64_t> multipliers_on_dsp;  ///< the others in LUTs; empty: all
  EnumArray<Tensor, Bits> buffer{{kibibytes(256), kibibytes(63), kibibytes(256)}};  ///< one copy
  EnumArray<Tensor, bool> double_buffered{{true, true, true}};
  EnumArray<Tensor, std::optional<std::int64_t>> banks{};  ///< empty: a word a cycle and lane (F4)
  /// Words that a buffer takes from off chip in a cycle; empty: as many as the port brings. Not of
  /// Output, whose sums the lanes write as well.
  EnumArray<Tensor, std::optional<std::int64_t>> fill{};
  std::optional<std::int64_t> interval;  ///< cycles a step; empty: by H2's ports
  std::int64_t pass_overhead = 0;        ///< cycles that each run of the on-chip nest pays (H1, H3)
  FpgaEnergy energy = FpgaEnergy::Activity;
};

/// Off-chip memory, buffers, the lanes, and the loop orders that an engine can run. Throws
/// InputError that names every resource the whole device lacks and how much of it.
Architecture build_fpga_engine(const FpgaEngineParameters& parameters,
                               const EnergyTables& tables = load_energy_tables());
/// The same on a board that may be too small: what a design that does not fit would cost.
Architecture unbounded_fpga_engine(const FpgaEngineParameters& parameters,
                                   const EnergyTables& tables);

}  // namespace tilewise
