#include <benchmark/benchmark.h>

#include "arch/architecture_yaml.hpp"
#include "mapper/search.hpp"
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
void evaluate_one_mapping(benchmark::State& state) {
  const Architecture architecture = find_architecture("zc706");
  const Layer layer = stage_two_convolution();
  const SearchResult found = search(architecture, layer, {});
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(architecture, layer, *found.best));
}
BENCHMARK(evaluate_one_mapping)->Unit(benchmark::kMicrosecond);

/// An exact search; the counter is mappings priced a second on one thread.
void search_layer(benchmark::State& state, const char* device) {
  const Architecture architecture = find_architecture(device);
  const Layer layer = stage_two_convolution();
  std::int64_t evaluated = 0;
  for (auto _ : state) {
    evaluated += search(architecture, layer, {.threads = 1}).evaluated;
  }
  state.counters["mappings"] =
      benchmark::Counter(static_cast<double>(evaluated), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(search_layer, eyeriss, "eyeriss")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_layer, zc706, "zc706")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tilewise
