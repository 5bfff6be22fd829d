#include <doctest/doctest.h>

#include "base/error.hpp"
#include "space/fbnet_candidates.hpp"
#include "sweep/sweep.hpp"

namespace tilewise {
namespace {

SweepOptions options_for(const char* dataset) {
  SweepOptions options;
  options.datasets = {dataset};
  options.devices = {"zc706"};
  options.mapping.factors = Factors::Divisors;
  options.mapping.run.threads = 1;
  return options;
}

}  // namespace

TEST_CASE("the sum of 22 entries and the fixed part is what the layers of the network cost") {
  const SweepOptions options = options_for("cifar100");
  const SweepResult space = sweep(fbnet_space(), options);
  REQUIRE(space.tables.size() == 1);
  const auto architectures = fbnet_candidates(2, 5);
  const SweepResult rows = block_rows(space, *blocks(fbnet_space()), choices_of(architectures), 1);
  REQUIRE(rows.rows.size() == 5);
  for (std::size_t i = 0; i < architectures.size(); ++i) {
    const Network network = fbnet_network(FbnetDataset::Cifar100, architectures[i]);
    const Cost sum = cost(layers_of(network), space.devices, options.mapping).totals.front();
    const Cost& row = rows.rows[i].costs[0];
    CHECK(row.latency.count() == doctest::Approx(sum.latency.count()).epsilon(1e-12));
    CHECK(row.energy.count() == doctest::Approx(sum.energy.count()).epsilon(1e-12));
    CHECK(row.dram_bytes == sum.dram_bytes);  // whole bytes
    CHECK(rows.rows[i].macs == macs(network));
    CHECK(rows.rows[i].parameters == parameters(network));
    CHECK(rows.rows[i].dataset == "cifar100");
    CHECK(rows.architectures[i] == to_string(architectures[i]));
  }
}

TEST_CASE("a table of FBNet is the same for any number of threads") {
  SweepOptions options = options_for("cifar100");
  const SweepResult one = sweep(fbnet_space(), options);
  options.mapping.run.threads = 2;
  const SweepResult two = sweep(fbnet_space(), options);
  const auto& a = one.tables[0].devices[0];
  const auto& b = two.tables[0].devices[0];
  CHECK(a.latency_ms.blocks == b.latency_ms.blocks);
  CHECK(a.energy_mj.blocks == b.energy_mj.blocks);
  CHECK(a.energy_mj.fixed == b.energy_mj.fixed);
}

TEST_CASE(
    "a larger kernel or expansion never costs less, and a skip no more than a block in one group") {
  const SweepResult space = sweep(fbnet_space(), options_for("cifar100"));
  const BlockCosts& device = space.tables[0].devices[0];
  using enum FbnetOp;
  for (const BlockMetric* metric : {&device.latency_ms, &device.energy_mj}) {
    for (std::size_t position = 0; position < kFbnetPositions; ++position) {
      const auto block = [&](FbnetOp op) {
        return metric->at(position, static_cast<std::size_t>(op));
      };
      CHECK(block(K3E1) <= block(K3E3));
      CHECK(block(K3E3) <= block(K3E6));
      CHECK(block(K3E6) <= block(K5E6));
      // Of two groups with fewer weights a block may be cheaper than the 1x1 convolution of a skip.
      CHECK(block(Skip) <= block(K3E1));
    }
  }
}

TEST_CASE("layers of both image sets are listed once, with the blocks that use them") {
  SweepOptions options;
  options.datasets = {"cifar100", "ImageNet"};
  const SweepResult space = sweep(fbnet_space(), options);  // no device: counts only
  CHECK(space.tables.size() == 2);
  CHECK(space.layers.size() == 120 + 127);  // none in common
  std::int64_t used = 0;
  for (const SweepLayer& layer : space.layers) used += layer.times_used;
  // An image set: 4 fixed; 22 positions, 8 operations of 3 layers each; 6 skips that change shapes.
  CHECK(used == 2 * (4 + 22 * 8 * 3 + 6));
}

TEST_CASE("an unknown data set of FBNet is refused") {
  SweepOptions options;
  CHECK_THROWS_WITH_AS(sweep(fbnet_space(), options), "fbnet: no data set; give --dataset cifar100",
                       InputError);
  options.datasets = {"cifar10"};
  CHECK_THROWS_WITH_AS(sweep(fbnet_space(), options),
                       "\"cifar10\": no such data set of FBNet; expected cifar100 or ImageNet; did "
                       "you mean \"cifar100\"?",
                       InputError);
}

}  // namespace tilewise
