#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "arch/architecture.hpp"
#include "arch/energy/energy_tables.hpp"
#include "base/enum_array.hpp"
#include "base/units.hpp"

namespace tilewise {

/// What the control of the array fixes in the map space.
enum class EyerissDataflow {
  RowStationary,  ///< as built
  None,           ///< the same memories and buses under a control that can do anything
};
template <>
inline constexpr std::size_t enum_size<EyerissDataflow> = 2;
/// "row_stationary" or "none".
std::string_view name(EyerissDataflow dataflow);

/// Energy of one word at each place, instead of the derived ones: as in the paper on row stationary
/// (ISCA 2016), which charges a word where it is read, and a partial sum at every update as well.
struct WordEnergies {
  Picojoules dram;
  Picojoules buffer;
  Picojoules hop;
  Picojoules spad;
  Picojoules mac;
};

/// Eyeriss as built (Chen et al., JSSC 52(1) 2017, Table IV); change a number for a relative.
struct EyerissParameters {
  std::string name = "eyeriss";
  std::int64_t pe_rows = 12;
  std::int64_t pe_columns = 14;
  Megahertz clock{200.0};
  Megahertz link_clock{60.0};
  Bits link_width{64};                ///< off-chip, reads and writes share it
  std::string dram = "eyeriss_jssc";  ///< of configs/energy/dram.yaml
  Bits buffer = kibibytes(100);       ///< GLB of ifmap and partial sums
  Bits filter_buffer = kibibytes(8);  ///< GLB that prefetches filters
  Bits bank = kibibytes(4);           ///< one SRAM array of the GLB
  Bits buffer_width{64};              ///< of one GLB access
  std::int64_t input_spad_words = 12;
  std::int64_t filter_spad_words = 224;
  std::int64_t psum_spad_words = 24;
  Bits operand_width{16};        ///< of all tensors and of the adder
  BitsPerCycle input_bus{16.0};  ///< GLB to the PE array
  BitsPerCycle filter_bus{64.0};
  BitsPerCycle psum_bus{64.0};  ///< each way
  TechnologyPoint technology{Nanometers{65}, Volts{1.0}, Devices::LowPower};
  /// Clock and control of the chip, for each PE and cycle, busy or not; and the registers and
  /// control of a PE, for each operation that is not gated. Empty: as calibrated on the chip, moved
  /// to the technology (docs/eyeriss.md).
  std::optional<Picojoules> clock_energy;
  std::optional<Picojoules> control_energy;
  std::optional<WordEnergies> word_energies;
  EyerissDataflow dataflow = EyerissDataflow::RowStationary;
};

/// The spatial array: DRAM, GLB, a filter buffer that prefetches the next pass (with a fixed
/// dataflow a level of its own), 12 x 14 PEs of three scratchpads each, a MAC gated by zero inputs,
/// and the dataflow as constraints (docs/eyeriss.md). Throws InputError where the parameters
/// make no architecture or the energy tables do not cover them.
Architecture build_eyeriss(const EyerissParameters& parameters,
                           const EnergyTables& tables = load_energy_tables());

}  // namespace tilewise
