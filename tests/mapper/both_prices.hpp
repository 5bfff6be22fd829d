#pragma once

#include <cstdint>
#include <vector>

#include "bench/mapping_sampler.hpp"
#include "brute_force.hpp"
#include "sim/energy.hpp"
#include "sim/evaluate.hpp"

namespace tilewise::testing {

/// What the pricer of the mapper and evaluate say of one mapping.
struct BothPrices {
  CostPoint priced;
  CostPoint evaluated;
  double least_latency = 0.0;  ///< the pricer's bound
};

/// Those of `count` random mappings of `problem`, less those that do not fit.
inline std::vector<BothPrices> both_prices(const tilewise::Problem& problem, std::uint64_t seed,
                                           int count) {
  MappingSampler sampler(problem, seed);
  NestTableCache tables(problem);
  const double per_cycle = static_energy_per_cycle(problem.architecture).count();
  std::vector<BothPrices> all;
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
    all.push_back({{latency, energy + per_cycle * latency},
                   point_of(evaluate(problem.architecture, problem.layer, sampled->mapping)),
                   pricer.least_latency(nest)});
  }
  return all;
}

}  // namespace tilewise::testing
