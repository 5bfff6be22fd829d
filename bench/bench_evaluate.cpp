#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "arch/architecture_yaml.hpp"
#include "bench/mapping_sampler.hpp"
#include "mapper/search.hpp"
#include "sim/energy.hpp"
#include "sim/evaluate.hpp"
#include "space/nasbench201_counts.hpp"

namespace tilewise {
namespace {

/// The 3x3 convolution of the second stage: 32 channels in and out, 16 x 16.
Layer stage_two_convolution() {
  const Nasbench201Layers space = nasbench201_layers(Dataset::Cifar10);
  return space.layers[*space.stages[1].op[Nasbench201Op::NorConv3x3]];
}

/// One full evaluation, names and breakdown included.
void report_one_mapping(benchmark::State& state) {
  const Architecture architecture = find_architecture("zc706");
  const Layer layer = stage_two_convolution();
  const SearchResult found = search(architecture, layer, {{.factors = Factors::Divisors}});
  for (auto _ : state)
    benchmark::DoNotOptimize(evaluate(architecture, layer, *best_mapping(found)));
}
BENCHMARK(report_one_mapping)->Unit(benchmark::kMicrosecond);

/// Counts, latency and energy of random mappings that fit, as the search prices them: from tables
/// of each dimension group, which many mappings share. The counter is evaluations a second.
void price_random_mappings(benchmark::State& state, const char* device) {
  const Architecture architecture = find_architecture(device);
  const Layer layer = stage_two_convolution();
  const Problem problem = make_problem(architecture, layer, Factors::Divisors);
  MappingSampler sampler(problem, 1);
  NestTableCache tables(problem);
  std::vector<std::unique_ptr<NestPricer>> pricers(problem.keeps.size());
  struct Priced {
    NestPricer* pricer;
    LeanNest nest;
  };
  std::vector<Priced> mappings;
  while (mappings.size() < 1000) {
    const auto sampled = sampler.next(1'000'000);
    auto& pricer = pricers[sampled->keep];
    if (!pricer) pricer = std::make_unique<NestPricer>(problem, problem.keeps[sampled->keep]);
    mappings.push_back({pricer.get(), lean_nest(problem, *sampled, *pricer, tables)});
  }
  const double per_cycle = static_energy_per_cycle(architecture).count();
  std::size_t next = 0;
  for (auto _ : state) {
    const auto& [pricer, nest] = mappings[next];
    next = next + 1 < mappings.size() ? next + 1 : 0;
    double energy = pricer->operation_energy();
    for (std::size_t boundary = 1; boundary <= problem.levels; ++boundary) {
      energy += pricer->boundary_energy(nest, boundary).pj;
    }
    const double latency = pricer->latency(nest);
    benchmark::DoNotOptimize(energy + per_cycle * latency);
  }
  state.counters["evaluations"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(price_random_mappings, eyeriss, "eyeriss");
BENCHMARK_CAPTURE(price_random_mappings, eyeriss_free, "eyeriss_free");
BENCHMARK_CAPTURE(price_random_mappings, zc706, "zc706");

/// An exact search, proof included.
void search_layer(benchmark::State& state, const char* device) {
  const Architecture architecture = find_architecture(device);
  const Layer layer = stage_two_convolution();
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        search(architecture, layer, {{.factors = Factors::Divisors, .run = {.threads = 1}}}));
  }
}
BENCHMARK_CAPTURE(search_layer, eyeriss, "eyeriss")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_layer, eyeriss_free, "eyeriss_free")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_layer, zc706, "zc706")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tilewise
