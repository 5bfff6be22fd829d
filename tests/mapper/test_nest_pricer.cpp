#include "mapper/nest_pricer.hpp"

#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "both_prices.hpp"
#include "random_problem.hpp"
#include "scale.hpp"
#include "sim/rare_hardware.hpp"

namespace tilewise {
namespace {

/// Prices `count` random mappings of `problem` both ways; returns how many there were.
int compare_prices(const Problem& problem, std::uint64_t seed, int count) {
  const auto compared = testing::both_prices(problem, seed, count);
  for (const testing::BothPrices& each : compared) {
    CHECK(each.priced.latency == doctest::Approx(each.evaluated.latency).epsilon(1e-12));
    CHECK(each.priced.energy == doctest::Approx(each.evaluated.energy).epsilon(1e-12));
    CHECK(each.least_latency <= each.priced.latency * (1.0 + 1e-12));
  }
  return static_cast<int>(compared.size());
}

TEST_SUITE("nest_pricer") {
  TEST_CASE("the pricer gives the numbers of evaluate on random problems") {
    testing::RandomProblems problems(77);
    int compared = 0;
    for (int trial = 0; trial < testing::scaled(60); ++trial) {
      const testing::DrawnProblem drawn = problems.any(6000);
      CAPTURE(trial);
      const Problem problem = make_problem(drawn.architecture, drawn.layer, drawn.factors);
      if (problem.why_empty.empty()) compared += compare_prices(problem, 5, 20);
    }
    CHECK(compared > testing::scaled(500));
  }

  TEST_CASE("the pricer gives the numbers of evaluate on rare hardware") {
    testing::RandomProblems problems(78);
    testing::RareHardware rare(79);
    int compared = 0;
    for (int trial = 0; trial < testing::scaled(60); ++trial) {
      testing::DrawnProblem drawn = problems.any(6000);
      rare.add_to(drawn.architecture);
      drawn = testing::merged(drawn);  // blocks of steps lie along dimensions that count others
      CAPTURE(trial);
      const Problem problem = make_problem(drawn.architecture, drawn.layer, drawn.factors);
      if (problem.why_empty.empty()) compared += compare_prices(problem, 6, 20);
    }
    CHECK(compared > testing::scaled(500));
  }

  TEST_CASE("the pricer gives the numbers of evaluate on layers of networks") {
    Layer layer;
    layer.bounds = {{2, 1, 24, 10, 13, 7, 3, 5}};
    layer.padding = {1, 2};
    layer.image = {13, 7};
    for (const char* device : {"eyeriss_free", "eyeriss", "zc706"}) {
      const Architecture architecture = find_architecture(device);
      for (const Factors factors : {Factors::Divisors, Factors::All}) {
        CAPTURE(device);
        CAPTURE(name(factors));
        CHECK(compare_prices(make_problem(architecture, layer, factors), 9, 60) > 0);
      }
    }
  }
}

}  // namespace
}  // namespace tilewise
