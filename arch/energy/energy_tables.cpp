#include "arch/energy/energy_tables.hpp"

#include <filesystem>
#include <map>
#include <mutex>

#include "arch/energy/other_sources.hpp"
#include "base/file.hpp"

namespace tilewise {
namespace {

EnergyTables read_tables(const std::filesystem::path& folder) {
  EnergyTables tables{load_sram_table(folder / "sram.csv"),
                      load_dram_table(folder / "dram.yaml"),
                      load_compute_table(folder / "compute.yaml"),
                      load_register_bit(folder / "register.yaml"),
                      load_technology_scaling(folder / "scaling.yaml"),
                      load_fpga_activity(folder / "fpga.yaml")};
  add_other_sources(folder / "other_sources.yaml", tables);
  return tables;
}

}  // namespace

const EnergyTables& load_energy_tables() {
  // Read once: else that takes most of the time of reading an architecture or a study.
  static std::mutex mutex;
  static std::map<std::filesystem::path, EnergyTables>
      known;  // by folder: the environment names it
  const auto folder = std::filesystem::absolute(config_folder() / "energy");
  const std::lock_guard lock(mutex);
  auto found = known.find(folder);
  if (found == known.end()) found = known.emplace(folder, read_tables(folder)).first;
  return found->second;
}

MemoryCost sram_cost(const EnergyTables& tables, const Sram& sram) {
  MemoryCost cost = sram_cost(tables.sram, sram);
  cost.spread = tables.sram_spread[sram.flavour];
  return cost;
}

}  // namespace tilewise
