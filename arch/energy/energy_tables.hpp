#pragma once

#include "arch/energy/compute_energy.hpp"
#include "arch/energy/dram_table.hpp"
#include "arch/energy/register_energy.hpp"
#include "arch/energy/sram_table.hpp"
#include "arch/energy/technology_scaling.hpp"
#include "arch/fpga/fpga_power.hpp"
#include "base/enum_array.hpp"

namespace tilewise {

/// Everything that energies are derived from.
struct EnergyTables {
  SramTable sram;
  DramTable dram;
  ComputeTable compute;
  RegisterBit register_bit;
  TechnologyScaling scaling;
  FpgaActivity fpga;
  EnumArray<SramFlavour, EnergySpread> sram_spread = {};
};

/// As sram_cost of the table, with the spread of what others publish.
MemoryCost sram_cost(const EnergyTables& tables, const Sram& sram);

/// Those of configs/energy, as they were when they were first asked for. Throws InputError where a
/// file is missing or malformed.
const EnergyTables& load_energy_tables();

}  // namespace tilewise
