#include "arch/energy/energy_tables.hpp"

#include "arch/energy/other_sources.hpp"
#include "base/file.hpp"

namespace tilewise {

EnergyTables load_energy_tables() {
  const auto folder = config_folder() / "energy";
  EnergyTables tables{load_sram_table(folder / "sram.csv"),
                      load_dram_table(folder / "dram.yaml"),
                      load_compute_table(folder / "compute.yaml"),
                      load_register_bit(folder / "register.yaml"),
                      load_technology_scaling(folder / "scaling.yaml"),
                      load_fpga_activity(folder / "fpga.yaml")};
  add_other_sources(folder / "other_sources.yaml", tables);
  return tables;
}

MemoryCost sram_cost(const EnergyTables& tables, const Sram& sram) {
  MemoryCost cost = sram_cost(tables.sram, sram);
  cost.spread = tables.sram_spread[sram.flavour];
  return cost;
}

}  // namespace tilewise
