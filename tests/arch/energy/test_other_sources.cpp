#include "arch/energy/other_sources.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "scratch_folder.hpp"

namespace tilewise {
namespace {

constexpr TechnologyPoint kHorowitz{Nanometers{45}, Volts{0.9}, Devices::HighPerformance};

std::string sources(const std::string& sram) {
  return "sram: " + sram + "\nregister: []\nmultiply_add: []\n";
}

EnergyTables with_sources(const std::string& text) {
  const ScratchFolder folder("other_sources");
  const auto path = folder.path / "others.yaml";
  write_file(path, text);
  EnergyTables tables = load_energy_tables();
  add_other_sources(path, tables);
  return tables;
}

}  // namespace

TEST_SUITE("other published energies") {
  TEST_CASE("what they say lies in the range of ours, and the ends are theirs") {
    const EnergyTables tables = load_energy_tables();
    // Han et al. 2015: 1 pJ for 32 bit of a register file at 45 nm.
    const double register_32 =
        register_cost(tables.register_bit, tables.scaling, Bits{32}, Bits{32}, kHorowitz)
            .energy.read.count();
    const EnergySpread& registers = tables.register_bit.spread;
    CHECK(registers.low <= 1.0);
    CHECK(registers.high * register_32 >= doctest::Approx(1.0));
    // Aladdin at 1 ns: 12.89 pJ for 32 bit at 40 nm, four times what Horowitz' table gives there.
    const double multiply_32 = multiply_add_cost(tables.compute, tables.scaling, Bits{32}, Bits{32},
                                                 {Nanometers{40}, Volts{0.9}, {}})
                                   .multiply_add.count();
    CHECK(tables.compute.spread.high * multiply_32 == doctest::Approx(12.89));
    // ddr4: 15 to 25 pJ a bit about 20.
    CHECK(tables.dram.at("ddr4").spread.low == doctest::Approx(0.75));
    CHECK(tables.dram.at("ddr4").spread.high == doctest::Approx(1.25));
    CHECK(tables.dram.at("lpddr4").spread == EnergySpread{});
  }

  TEST_CASE("the widest of several stands on each side, and ours is among them") {
    const std::string point = "size: 8 KiB, width: 64 bit, node: 45 nm, source: made up";
    const double ours = sram_cost(load_energy_tables().sram,
                                  {kibibytes(8), Bits{64}, SramFlavour::Lstp300, 1, Nanometers{45}})
                            .energy.read.count();
    const EnergyTables above = with_sources(
        sources("[{" + point + ", energy: 1000 pJ}, {" + point + ", energy: 2000 pJ}]"));
    CHECK(above.sram_spread[SramFlavour::Lstp300].low == 1.0);
    CHECK(above.sram_spread[SramFlavour::Lstp300].high == doctest::Approx(2000.0 / ours));
  }

  TEST_CASE("what cannot be compared is refused with its place") {
    const auto refused = [](const std::string& sram, const char* why) {
      CHECK_THROWS_WITH_AS(with_sources(sources(sram)), doctest::Contains(why), InputError);
    };
    refused("[{size: 8 KiB, width: 64 bit, node: 45 nm, energy: 0 pJ, source: a}]",
            "others.yaml:1: sram[0].energy: expected an energy above zero");
    refused("[{size: 8 KiB, width: 64 bit, node: 45 nm, energy: 1 pJ}]",
            "others.yaml:1: sram[0]: source: missing");
    refused("[{size: 1 B, width: 64 bit, node: 45 nm, energy: 1 pJ, source: a}]",
            "others.yaml:1: sram[0]: ");
    refused("[{size: 8 KiB, width: 64 bit, node: 45 nm, energy: 1 pJ, source: a, sauce: b}]",
            "sram[0].sauce: unknown key");
  }
}

}  // namespace tilewise
