#include <doctest/doctest.h>

#include "arch/energy/energy_tables.hpp"
#include "base/error.hpp"

namespace tilewise {
namespace {

constexpr TechnologyPoint kPublished{Nanometers{45}, Volts{0.9}, Devices::HighPerformance};

ComputeCost at_45_nm(const EnergyTables& tables, std::int64_t operand, std::int64_t accumulator) {
  return multiply_add_cost(tables.compute, tables.scaling, Bits{operand}, Bits{accumulator},
                           kPublished);
}

}  // namespace

TEST_CASE("a MAC is a multiplier and an adder of the table") {
  const EnergyTables tables = load_energy_tables();
  const ComputeCost cost = at_45_nm(tables, 8, 32);  // 0.2 + 0.1 pJ, 282 + 137 um2
  CHECK(cost.multiply_add.count() == doctest::Approx(0.3));
  CHECK(cost.add.count() == doctest::Approx(0.1));
  CHECK(cost.area.count() == doctest::Approx(419e-6));
  CHECK(cost.gated.count() == doctest::Approx(0.3 * 0.0467));
}

TEST_CASE("between the widths of the table a multiplier is quadratic and an adder linear") {
  const EnergyTables tables = load_energy_tables();
  // 24 bit: 1.0 + (3.1 - 1.0) * (576 - 256) / (1024 - 256) = 1.875; adder 0.05 + 0.05 / 2.
  CHECK(at_45_nm(tables, 24, 24).multiply_add.count() == doctest::Approx(1.875 + 0.075));
  // 4 bit: a quarter of 8 bit; adder of 64 bit: twice 32 bit.
  CHECK(at_45_nm(tables, 4, 64).multiply_add.count() == doctest::Approx(0.05 + 0.2));
}

TEST_CASE("the 16-bit MAC of Eyeriss costs what nn_dataflow takes for it, 2 pJ at 65 nm") {
  const EnergyTables tables = load_energy_tables();
  // EF: 65 nm 1.0 V 1.332; HP45 0.9 V 0.69885. 1.05 pJ * 1.332 / 0.69885 = 2.0013 pJ.
  const ComputeCost cost = multiply_add_cost(tables.compute, tables.scaling, Bits{16}, Bits{16},
                                             {Nanometers{65}, Volts{1.0}});
  CHECK(cost.multiply_add.count() == doctest::Approx(2.0013).epsilon(1e-4));
  CHECK(cost.source ==
        "Horowitz ISSCC 2014 Fig. 1.1.9: multiplier 16 bit (estimated) + adder 16 bit, 45 nm, "
        "scaled to 65 nm, 1 V (Stillmaker & Baas 2017)");
}

TEST_CASE("arithmetic of no or absurd width is refused") {
  const EnergyTables tables = load_energy_tables();
  CHECK_THROWS_WITH_AS(at_45_nm(tables, 0, 16), "arithmetic of 0 bit: expected 1 to 128 bit",
                       InputError);
  CHECK_THROWS_WITH_AS(at_45_nm(tables, 16, 4096), "arithmetic of 4096 bit: expected 1 to 128 bit",
                       InputError);
}

}  // namespace tilewise
