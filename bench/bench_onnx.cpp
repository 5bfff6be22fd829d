#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/file.hpp"
#include "bench/onnx_writer.hpp"
#include "workload/network_yaml.hpp"
#include "workload/onnx/onnx_import.hpp"

namespace tilewise {
namespace {

/// A model of a file to its layers; its weights lie elsewhere.
void import_model(benchmark::State& state, const char* network) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() /
                                     ("tilewise_bench_" + std::to_string(::getpid()) + ".onnx");
  write_file(path, onnx_model(find_network(network)));
  for (auto _ : state) benchmark::DoNotOptimize(import_onnx(path));
  std::filesystem::remove(path);
}
BENCHMARK_CAPTURE(import_model, resnet50, "resnet50")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tilewise
