#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "space/fbnet_table.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kArchitectures = 10'000'000;

/// A table whose layers cost what they have of MACs and weights: sums do not depend on the numbers.
FbnetTable any_table() {
  return fbnet_table(FbnetDataset::ImageNet, 1, [](const Layer& layer, std::size_t) {
    return CostSum{static_cast<double>(macs(layer)), static_cast<double>(parameters(layer)), 1.0};
  });
}

/// Architectures a second.
void count_architectures(benchmark::State& state) {
  state.counters["architectures"] = benchmark::Counter(
      static_cast<double>(state.iterations() * kArchitectures), benchmark::Counter::kIsRate);
}

/// Latency and energy on one device of ten million architectures; wall time.
void query_fbnet(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(0));
  const FbnetTable table = any_table();
  const auto architectures = sample_fbnet(1, kArchitectures, threads);
  std::vector<double> totals(architectures.size());
  for (auto _ : state) {
    for (const FbnetMetric* metric : {&table.devices[0].latency_ms, &table.devices[0].energy_mj}) {
      fill_totals(*metric, architectures, threads, totals);
      benchmark::DoNotOptimize(totals.data());
    }
  }
  count_architectures(state);
}
BENCHMARK(query_fbnet)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

/// Ten million random architectures.
void draw_fbnet(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(sample_fbnet(1, kArchitectures, threads));
  count_architectures(state);
}
BENCHMARK(draw_fbnet)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tilewise
