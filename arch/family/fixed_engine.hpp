#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/energy/energy_tables.hpp"
#include "arch/fpga/fpga_board.hpp"
#include "base/units.hpp"
#include "base/yaml.hpp"

namespace tilewise {

/// What the actions of an engine cost. Nobody has published these: MACs are ASIC estimates, on-chip
/// memories are not counted.
struct EngineEnergy {
  Picojoules multiply_add;  ///< one MAC
  Picojoules add;           ///< one operation without multiplier (pool, add)
  std::string compute_source;
  EnergySpread compute_spread;
  Picojoules off_chip_bit;  ///< one bit over the boundary of off-chip memory
  std::string off_chip_source;
  EnergySpread off_chip_spread;
  Milliwatts board_power;  ///< all the time; 0 where no board is given
  std::string board_power_source;
};

/// What engines with fixed control have in common: the layer alone says how it runs on them,
/// there is no mapping to choose.
struct FixedEngine {
  std::string name;
  std::string description;
  std::string family;  ///< that its file names
  Megahertz clock{100.0};
  BitsPerCycle bandwidth{64.0};  ///< off-chip, of one port, a cycle of `clock`
  Bits operand_width{16};        ///< of every word, whatever widths a layer has
  EngineEnergy energy;
};

/// Where products are summed up.
struct EngineAccumulator {
  Bits width{48};  ///< the adder of a DSP slice (UG479)
  std::string source = "ASIC estimate, no published DSP energy: ";  ///< begins that of the MAC
};

/// Energies of words of `width`: a MAC at `technology`, off-chip bits of `dram`. Throws InputError
/// where a table knows no such thing.
EngineEnergy engine_energy(const EnergyTables& tables, const std::string& dram, Bits width,
                           const TechnologyPoint& technology,
                           const EngineAccumulator& accumulator = {});

/// Throws InputError where the bandwidth is unlimited: the schedule waits for this port.
void check_port(const FixedEngine& engine);

/// All of it as plain text for a terminal: `rows` (parameter, value, unit) below those that all
/// engines have, then the energies with their source.
std::string describe_fixed(const FixedEngine& engine, std::vector<std::vector<std::string>> rows);

/// What a file says of the energies: a board, or these two; a key beside a board overrides it.
struct EngineEnergyKeys {
  std::optional<FpgaBoard> board;
  std::optional<std::string> dram;
  std::optional<TechnologyPoint> technology;
  EngineAccumulator accumulator{};  ///< of the family, not of a file
};
/// Throws InputError at the place of `parameters` where a key is missing.
EngineEnergy engine_energy(const EngineEnergyKeys& keys, Bits width, const YamlNode& parameters,
                           const EnergyTables& tables);

/// 1 to 128 bit; throws InputError with the place.
Bits read_operand_width(const YamlNode& yaml);

}  // namespace tilewise
