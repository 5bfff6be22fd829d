#include "mapper/nest_pricer.hpp"

#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "bench/mapping_sampler.hpp"
#include "random_problem.hpp"
#include "scale.hpp"
#include "sim/energy.hpp"
#include "sim/evaluate.hpp"
#include "sim/rare_hardware.hpp"

namespace tilewise {
namespace {

/// Prices `count` random mappings of `problem` both ways; returns how many there were.
int compare_prices(const Problem& problem, std::uint64_t seed, int count) {
  MappingSampler sampler(problem, seed);
  NestTableCache tables(problem);
  const double per_cycle = static_energy_per_cycle(problem.architecture).count();
  int compared = 0;
  for (int i = 0; i < count; ++i) {
    const auto sampled = sampler.next(200);
    if (!sampled) continue;
    NestPricer pricer(problem, problem.keeps[sampled->keep]);
    const LeanNest nest = lean_nest(problem, *sampled, pricer, tables);
    double energy = pricer.operation_energy();
    for (std::size_t boundary = 1; boundary <= problem.levels; ++boundary) {
      energy += pricer.boundary_energy(nest, boundary).pj;
    }
    const double latency = pricer.latency(nest);
    const LayerCost cost = evaluate(problem.architecture, problem.layer, sampled->mapping);
    CHECK(latency == doctest::Approx(cost.latency.total.count()).epsilon(1e-12));
    CHECK(energy + per_cycle * latency ==
          doctest::Approx(cost.energy.total.count()).epsilon(1e-12));
    CHECK(pricer.least_latency(nest) <= latency * (1.0 + 1e-12));
    ++compared;
  }
  return compared;
}

TEST_SUITE("nest_pricer") {
  TEST_CASE("the pricer gives the numbers of evaluate on random problems") {
    testing::RandomProblems problems(77);
    int compared = 0;
    for (int trial = 0; trial < testing::scaled(60); ++trial) {
      const testing::Problem drawn = problems.any(6000);
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
      testing::Problem drawn = problems.any(6000);
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
