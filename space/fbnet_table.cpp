#include "space/fbnet_table.hpp"

#include <algorithm>
#include <cassert>

#include "base/parallel.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kBatch = 4096;  // architectures that a thread adds up in one go

/// Adds up the layers into the number that `of` finds in a metric.
template <class Of>
void add_layers(FbnetTable& table, const std::vector<Layer>& layers, const Of& of,
                const std::function<CostSum(const Layer&, std::size_t)>& cost) {
  for (const Layer& layer : layers) {
    of(table.macs) += static_cast<double>(macs(layer));
    of(table.parameters) += static_cast<double>(parameters(layer));
    for (std::size_t d = 0; d < table.devices.size(); ++d) {
      const CostSum one = cost(layer, d);
      of(table.devices[d].latency_ms) += one.latency_ms;
      of(table.devices[d].energy_mj) += one.energy_mj;
      of(table.devices[d].dram_bytes) += one.dram_bytes;
    }
  }
}

}  // namespace

double total(const FbnetMetric& metric, const FbnetArchitecture& architecture) {
  double sum = metric.fixed;
  for (std::size_t position = 0; position < kFbnetPositions; ++position) {
    sum += metric.blocks[position][architecture.ops[position]];
  }
  return sum;
}

void fill_totals(const FbnetMetric& metric, std::span<const FbnetArchitecture> architectures,
                 int threads, std::span<double> totals) {
  assert(totals.size() == architectures.size());
  const auto count = static_cast<std::int64_t>(architectures.size());
  parallel_for((count + kBatch - 1) / kBatch, threads, [&](std::int64_t batch) {
    const auto end = static_cast<std::size_t>(std::min(count, (batch + 1) * kBatch));
    for (auto i = static_cast<std::size_t>(batch * kBatch); i < end; ++i) {
      totals[i] = total(metric, architectures[i]);
    }
  });
}

double least_total(const FbnetMetric& metric) {
  double sum = metric.fixed;
  for (const auto& block : metric.blocks) sum += *std::min_element(block.begin(), block.end());
  return sum;
}

double most_total(const FbnetMetric& metric) {
  double sum = metric.fixed;
  for (const auto& block : metric.blocks) sum += *std::max_element(block.begin(), block.end());
  return sum;
}

FbnetTable fbnet_table(FbnetDataset dataset, std::size_t devices,
                       const std::function<CostSum(const Layer&, std::size_t device)>& cost) {
  FbnetTable table;
  table.dataset = dataset;
  table.devices.resize(devices);
  const std::vector<Layer> fixed = fbnet_fixed_layers(dataset);
  add_layers(
      table, fixed, [](FbnetMetric& metric) -> double& { return metric.fixed; }, cost);
  for (std::size_t i = 0; i < fixed.size(); ++i) {
    add_layers(
        table, {fixed[i]}, [i](FbnetMetric& metric) -> double& { return metric.fixed_parts.at(i); },
        cost);
  }
  for (std::size_t position = 0; position < kFbnetPositions; ++position) {
    for (const FbnetOp op : all_of<FbnetOp>()) {
      const auto entry = [&](FbnetMetric& metric) -> double& {
        return metric.blocks[position][op];
      };
      add_layers(table, fbnet_block(dataset, position, op), entry, cost);
    }
  }
  return table;
}

}  // namespace tilewise
