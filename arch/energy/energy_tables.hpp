#pragma once

#include "arch/energy/compute_energy.hpp"
#include "arch/energy/dram_table.hpp"
#include "arch/energy/register_energy.hpp"
#include "arch/energy/sram_table.hpp"
#include "arch/energy/technology_scaling.hpp"
#include "arch/fpga/fpga_power.hpp"

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
