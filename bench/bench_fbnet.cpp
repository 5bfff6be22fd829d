#include <benchmark/benchmark.h>

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "space/block_table.hpp"
#include "space/search_spaces.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kArchitectures = 10'000'000;

/// A table whose layers cost what they have of MACs and weights: sums do not depend on the numbers.
BlockTable any_table() {
  auto parts = std::get<BlockLayers>(find_space("fbnet").layers("ImageNet", {}));
  return block_table("ImageNet", std::move(parts), 1,
                     one_by_one([](const Layer& layer, std::size_t) {
                       return Cost{Milliseconds{static_cast<double>(macs(layer))},
                                   Millijoules{static_cast<double>(parameters(layer))}, 1.0};
                     }));
}

/// Architectures a second.
void count_architectures(benchmark::State& state) {
  state.counters["architectures"] = benchmark::Counter(
      static_cast<double>(state.iterations() * kArchitectures), benchmark::Counter::kIsRate);
}

/// Latency and energy on one device of ten million architectures; wall time.
void query_fbnet(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(0));
  const BlockTable table = any_table();
  const auto choices = sample_blocks(*blocks(find_space("fbnet")), 1, kArchitectures, threads);
  std::vector<double> totals(static_cast<std::size_t>(kArchitectures));
  for (auto _ : state) {
    for (const BlockMetric* metric : {&table.devices[0].latency_ms, &table.devices[0].energy_mj}) {
      fill_totals(*metric, choices, threads, totals);
      benchmark::DoNotOptimize(totals.data());
    }
  }
  count_architectures(state);
}
BENCHMARK(query_fbnet)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

/// Ten million random architectures.
void draw_fbnet(benchmark::State& state) {
  const int threads = static_cast<int>(state.range(0));
  const BlockForm form = *blocks(find_space("fbnet"));
  for (auto _ : state) {
    benchmark::DoNotOptimize(sample_blocks(form, 1, kArchitectures, threads));
  }
  count_architectures(state);
}
BENCHMARK(draw_fbnet)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tilewise
