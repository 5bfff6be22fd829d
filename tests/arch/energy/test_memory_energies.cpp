#include <doctest/doctest.h>

#include "arch/energy/energy_tables.hpp"
#include "base/error.hpp"

namespace tilewise {

TEST_CASE("a DRAM access costs its bits") {
  const DramTable table = load_energy_tables().dram;
  const MemoryCost cost = dram_cost(table, "lpddr4", Bits{64});
  CHECK(cost.energy.read.count() == doctest::Approx(512.0));  // 64 * 8 pJ
  CHECK(cost.energy.write == cost.energy.read);
  CHECK(cost.source == "lpddr4, 8 pJ/bit: accelergy-cacti-plug-in@291018b1 cacti_wrapper.py");
}

TEST_CASE("an unknown DRAM technology is refused with those there are") {
  const DramTable table = load_energy_tables().dram;
  CHECK_THROWS_WITH_AS(dram_cost(table, "ddr9", Bits{64}),
                       "DRAM technology ddr9: unknown; there are ddr3, ddr4, eyeriss_jssc, gddr5, "
                       "hbm2, hbm3, hbm4, hmc, lpddr2, lpddr3, lpddr4",
                       InputError);
}

TEST_CASE("registers cost their word an access and their size in leakage and area") {
  const EnergyTables tables = load_energy_tables();
  const MemoryCost cost = register_cost(tables.register_bit, tables.scaling, bytes(24), Bits{16},
                                        {Nanometers{40}, Volts{0.9}, Devices::HighPerformance});
  CHECK(cost.energy.read.count() == doctest::Approx(0.144));   // 16 * 0.009 pJ
  CHECK(cost.leakage.count() == doctest::Approx(192 * 7e-5));  // mW
  CHECK(cost.area.count() == doctest::Approx(192 * 5.98e-6));  // mm2
}

TEST_CASE("the tables of all energies load") {
  const EnergyTables tables = load_energy_tables();
  // 2 flavours x 4 nodes x 2 ports x 86 arrays of at least 32 words, and 448 B x 16 bit 6 times.
  CHECK(tables.sram.size() == 2 * 4 * 2 * 86 + 6);
  CHECK(tables.scaling.nodes.size() == 11);
}

}  // namespace tilewise
