#include "arch/energy/energy_tables.hpp"

#include "base/file.hpp"

namespace tilewise {

EnergyTables load_energy_tables() {
  const auto folder = config_folder() / "energy";
  return {load_sram_table(folder / "sram.csv"),
          load_dram_table(folder / "dram.yaml"),
          load_compute_table(folder / "compute.yaml"),
          load_register_bit(folder / "register.yaml"),
          load_technology_scaling(folder / "scaling.yaml"),
          load_fpga_activity(folder / "fpga.yaml")};
}

}  // namespace tilewise
