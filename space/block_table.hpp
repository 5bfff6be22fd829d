#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/cost.hpp"
#include "space/search_space.hpp"

namespace tilewise {

/// One metric of a space of blocks: a candidate has the fixed part and a number a position.
struct BlockMetric {
  double fixed = 0.0;
  std::vector<double> fixed_parts;  ///< the same one by one
  std::size_t choices = 0;          ///< at each position
  std::vector<double> blocks;       ///< [position * choices + choice]

  double& at(std::size_t position, std::size_t choice) {
    return blocks[position * choices + choice];
  }
  double at(std::size_t position, std::size_t choice) const {
    return blocks[position * choices + choice];
  }
};

/// The sum of a candidate: the fixed part, then position by position, in this order.
double total(const BlockMetric& metric, std::span<const std::uint8_t> choices);
/// The sums of many candidates, one a row of as many bytes as there are positions, into `totals`;
/// the same for any number of threads (0: one a core).
void fill_totals(const BlockMetric& metric, std::span<const std::uint8_t> rows, int threads,
                 std::span<double> totals);

/// The least and the most that any candidate has: blocks do not depend on each other, so that the
/// best of each position, stage that may end or group is the best of all.
double least_total(const BlockMetric& metric, const BlockForm& form);
double most_total(const BlockMetric& metric, const BlockForm& form);

/// What the blocks cost on one device.
struct BlockCosts {
  BlockMetric latency_ms;
  BlockMetric energy_mj;
  BlockMetric dram_bytes;
  BlockMetric energy_below_mj;  ///< as of Cost
  BlockMetric energy_above_mj;
};

/// What the blocks of a space cost on one data set. MACs and parameters are whole numbers below
/// 2^53.
struct BlockTable {
  std::string dataset;
  BlockLayers parts;
  BlockMetric macs;
  BlockMetric parameters;
  std::vector<BlockCosts> devices;
};

/// Metrics of the shape of `parts`, all zero.
BlockMetric empty_metric(const BlockLayers& parts);
BlockCosts empty_costs(const BlockLayers& parts);
/// The cost of an entry of the table goes to all metrics; `of` finds it in one.
template <class Of>
void add_cost(BlockCosts& costs, const Of& of, const Cost& cost) {
  of(costs.latency_ms) += cost.latency.count();
  of(costs.energy_mj) += cost.energy.count();
  of(costs.dram_bytes) += cost.dram_bytes;
  of(costs.energy_below_mj) += cost.energy_below.count();
  of(costs.energy_above_mj) += cost.energy_above.count();
}

/// Tells what layers that run in a row cost on a device, an index: the parts of their sum, in
/// order.
using CostsInARow =
    std::function<std::vector<Cost>(const std::vector<Layer>& layers, std::size_t device)>;
/// Each layer on its own.
CostsInARow one_by_one(std::function<Cost(const Layer&, std::size_t device)> cost);
/// Adds up the layers of each block and of the fixed part on so many devices.
BlockTable block_table(std::string dataset, BlockLayers parts, std::size_t devices,
                       const CostsInARow& costs);

/// A metric by the name of its column, "latency_ms", "energy_mJ", "dram_bytes", "macs" or "params";
/// `device` does not matter for the last two. Throws InputError that lists the names.
const BlockMetric& find_metric(const BlockTable& table, std::string_view name, std::size_t device);

}  // namespace tilewise
