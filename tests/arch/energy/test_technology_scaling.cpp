#include <doctest/doctest.h>

#include <cmath>

#include "arch/energy/technology_scaling.hpp"
#include "base/error.hpp"
#include "base/file.hpp"

namespace tilewise {
namespace {

TechnologyScaling shipped() {
  return load_technology_scaling(config_folder() / "energy" / "scaling.yaml");
}

TechnologyPoint at(std::int64_t node, double volts, Devices devices = Devices::HighPerformance) {
  return {Nanometers{node}, Volts{volts}, devices};
}

}  // namespace

TEST_CASE("the corrigendum's example comes out: 65 nm 1.3 V to 32 nm 0.9 V") {
  const TechnologyScaling scaling = shipped();
  CHECK(energy_factor(scaling, at(32, 0.9)) == doctest::Approx(0.4571).epsilon(1e-4));
  CHECK(energy_factor(scaling, at(65, 1.3)) == doctest::Approx(2.604).epsilon(2e-4));
  CHECK(scale_energy(scaling, Picojoules{1.0}, at(65, 1.3), at(32, 0.9)).count() ==
        doctest::Approx(0.1755).epsilon(1e-3));
}

TEST_CASE("there and back again is the same energy") {
  const TechnologyScaling scaling = shipped();
  const auto there = scale_energy(scaling, Picojoules{3.0}, at(45, 0.9), at(7, 0.7));
  CHECK(there < Picojoules{0.5});
  CHECK(scale_energy(scaling, there, at(7, 0.7), at(45, 0.9)).count() == doctest::Approx(3.0));
}

TEST_CASE("high performance and low power differ below 65 nm only") {
  const TechnologyScaling scaling = shipped();
  CHECK(energy_factor(scaling, at(65, 1.0)) ==
        energy_factor(scaling, at(65, 1.0, Devices::LowPower)));
  // LP45 at 1 V: 1.103 - 0.362 + 0.2767; HP45: 1.018 - 0.3107 + 0.1539.
  CHECK(energy_factor(scaling, at(45, 1.0, Devices::LowPower)) == doctest::Approx(1.0177));
  CHECK(energy_factor(scaling, at(45, 1.0)) == doctest::Approx(0.8612));
}

TEST_CASE("40 nm lies between 45 and 32 nm in the logarithms") {
  const TechnologyScaling scaling = shipped();
  const double t = std::log(45.0 / 40.0) / std::log(45.0 / 32.0);
  const double expected = std::pow(energy_factor(scaling, at(45, 0.9)), 1.0 - t) *
                          std::pow(energy_factor(scaling, at(32, 0.9)), t);
  CHECK(energy_factor(scaling, at(40, 0.9)) == doctest::Approx(expected));
}

TEST_CASE("areas follow the published matrix") {
  const TechnologyScaling scaling = shipped();
  const auto scaled = [&](std::int64_t from, std::int64_t to) {
    return scale_area(scaling, SquareMillimeters{1.0}, Nanometers{from}, Nanometers{to}).count();
  };
  CHECK(scaled(65, 45) == 0.66);
  CHECK(scaled(45, 65) == 1.5);
  CHECK(scaled(180, 7) == 0.0032);
  CHECK(scaled(28, 28) == 1.0);
  CHECK(scaled(45, 28) < 0.46);  // 32 nm
  CHECK(scaled(45, 28) > 0.21);  // 20 nm
}

TEST_CASE("a node's usual voltage is known") {
  const TechnologyScaling scaling = shipped();
  CHECK(nominal_voltage(scaling, Nanometers{65}) == Volts{1.1});
  CHECK(nominal_voltage(scaling, Nanometers{28}).count() == doctest::Approx(0.9));
}

TEST_CASE("nodes and voltages outside the fit are refused with the range") {
  const TechnologyScaling scaling = shipped();
  CHECK_THROWS_WITH_AS(energy_factor(scaling, at(5, 0.7)),
                       "5 nm: Stillmaker & Baas 2017 scales between 7 and 180 nm", InputError);
  CHECK_THROWS_WITH_AS(energy_factor(scaling, at(45, 0.3)),
                       "0.3 V: the energy fit of 45 nm holds from 0.6 to 1.3 V", InputError);
}

}  // namespace tilewise
