#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "space/fbnet_architecture.hpp"
#include "space/mapped_layers.hpp"

namespace tilewise {

/// One metric of the whole space: an architecture has the fixed part and a number a block.
struct FbnetMetric {
  double fixed = 0.0;
  std::array<double, kFbnetFixedLayers> fixed_parts{};  ///< stem, head, average pool, classifier
  std::array<EnumArray<FbnetOp, double>, kFbnetPositions> blocks{};  ///< [position][operation]
};

/// The sum of an architecture: the fixed part, then 22 blocks, in this order.
double total(const FbnetMetric& metric, const FbnetArchitecture& architecture);
/// The sums of many architectures, in their order, into `totals` of the same length; the same for
/// any number of threads (0: one a core).
void fill_totals(const FbnetMetric& metric, std::span<const FbnetArchitecture> architectures,
                 int threads, std::span<double> totals);

/// The least and the most that any of the 9^22 architectures has: blocks do not depend on each
/// other, so that the best of each position is the best of all.
double least_total(const FbnetMetric& metric);
double most_total(const FbnetMetric& metric);

/// What the blocks of FBNet cost on one data set. MACs and parameters are whole numbers below 2^53.
struct FbnetTable {
  struct Device {
    FbnetMetric latency_ms;
    FbnetMetric energy_mj;
    FbnetMetric dram_bytes;
  };
  FbnetDataset dataset = FbnetDataset::Cifar100;
  FbnetMetric macs;
  FbnetMetric parameters;
  std::vector<Device> devices;
};

/// Adds up the layers of each block and of the fixed part; `cost` tells what a layer costs on a
/// device, an index below `devices`.
FbnetTable fbnet_table(FbnetDataset dataset, std::size_t devices,
                       const std::function<CostSum(const Layer&, std::size_t device)>& cost);

}  // namespace tilewise
