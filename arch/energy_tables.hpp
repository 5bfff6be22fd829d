#pragma once

#include "arch/compute_energy.hpp"
#include "arch/dram_table.hpp"
#include "arch/fpga_power.hpp"
#include "arch/register_energy.hpp"
#include "arch/sram_table.hpp"
#include "arch/technology_scaling.hpp"

namespace tilewise {

/// Everything that energies are derived from.
struct EnergyTables {
  SramTable sram;
  DramTable dram;
  ComputeTable compute;
  RegisterBit register_bit;
  TechnologyScaling scaling;
  FpgaActivity fpga;
};

/// Reads the files of configs/energy. Throws InputError where one is missing or malformed.
EnergyTables load_energy_tables();

}  // namespace tilewise
