#pragma once

#include <filesystem>

#include "arch/energy/energy_tables.hpp"

namespace tilewise {

/// Sets the spreads of SRAM, registers and arithmetic in `tables` from what configs/energy/
/// other_sources.yaml lists: each figure over ours at its point (Eq. 23). Throws InputError with
/// the place where the file breaks its format or our tables have no such point.
void add_other_sources(const std::filesystem::path& path, EnergyTables& tables);

}  // namespace tilewise
