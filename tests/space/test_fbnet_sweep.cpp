#include "space/fbnet_sweep.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

namespace tilewise {
namespace {

SweepOptions options_for(const char* dataset) {
  SweepOptions options;
  options.datasets = {dataset};
  options.devices = {"zc706"};
  options.factors = Factors::Divisors;
  options.threads = 1;
  return options;
}

std::vector<Layer> layers_of(const Network& network) {
  std::vector<Layer> layers;
  for (std::size_t i = 0; i < network.size(); ++i) layers.push_back(network.layer(i));
  return layers;
}

}  // namespace

TEST_CASE("the sum of 22 entries and the fixed part is what the layers of the network cost") {
  const SweepOptions options = options_for("cifar100");
  const FbnetSweep space = sweep_fbnet(options);
  REQUIRE(space.tables.size() == 1);
  const auto architectures = sample_fbnet(2, 5, 1);
  const SweepResult rows = fbnet_rows(space, architectures, 1);
  REQUIRE(rows.rows.size() == 5);
  for (std::size_t i = 0; i < architectures.size(); ++i) {
    const Network network = fbnet_network(FbnetDataset::Cifar100, architectures[i]);
    const CostSum sum =
        cost_layers(layers_of(network), space.sweep.devices, mapping_options(options)).front();
    CHECK(rows.rows[i].latency_ms[0] == doctest::Approx(sum.latency_ms).epsilon(1e-12));
    CHECK(rows.rows[i].energy_mj[0] == doctest::Approx(sum.energy_mj).epsilon(1e-12));
    CHECK(rows.rows[i].dram_bytes[0] == sum.dram_bytes);  // whole bytes
    CHECK(rows.rows[i].macs == macs(network));
    CHECK(rows.rows[i].parameters == parameters(network));
    CHECK(rows.rows[i].dataset == "cifar100");
    CHECK(rows.architectures[i] == to_string(architectures[i]));
  }
}

TEST_CASE("a table of FBNet is the same for any number of threads") {
  SweepOptions options = options_for("cifar100");
  const FbnetSweep one = sweep_fbnet(options);
  options.threads = 2;
  const FbnetSweep two = sweep_fbnet(options);
  const auto& a = one.tables[0].devices[0];
  const auto& b = two.tables[0].devices[0];
  CHECK(a.latency_ms.blocks == b.latency_ms.blocks);
  CHECK(a.energy_mj.blocks == b.energy_mj.blocks);
  CHECK(a.energy_mj.fixed == b.energy_mj.fixed);
}

TEST_CASE(
    "a larger kernel or expansion never costs less, and a skip no more than a block in one group") {
  const FbnetSweep space = sweep_fbnet(options_for("cifar100"));
  const FbnetTable::Device& device = space.tables[0].devices[0];
  using enum FbnetOp;
  for (const FbnetMetric* metric : {&device.latency_ms, &device.energy_mj}) {
    for (const auto& block : metric->blocks) {
      CHECK(block[K3E1] <= block[K3E3]);
      CHECK(block[K3E3] <= block[K3E6]);
      CHECK(block[K3E6] <= block[K5E6]);
      // Of two groups with fewer weights a block may be cheaper than the 1x1 convolution of a skip.
      CHECK(block[Skip] <= block[K3E1]);
    }
  }
}

TEST_CASE("layers of both image sets are listed once, with the blocks that use them") {
  SweepOptions options;
  options.datasets = {"cifar100", "ImageNet"};
  const FbnetSweep space = sweep_fbnet(options);  // no device: counts only
  CHECK(space.tables.size() == 2);
  CHECK(space.sweep.layers.size() == 120 + 127);  // none in common
  std::int64_t used = 0;
  for (const SweepLayer& layer : space.sweep.layers) used += layer.times_used;
  // An image set: 4 fixed; 22 positions, 8 operations of 3 layers each; 6 skips that change shapes.
  CHECK(used == 2 * (4 + 22 * 8 * 3 + 6));
}

TEST_CASE("an unknown data set of FBNet is refused") {
  SweepOptions options;
  CHECK_THROWS_AS(sweep_fbnet(options), InputError);
  options.datasets = {"cifar10"};
  CHECK_THROWS_AS(sweep_fbnet(options), InputError);
}

}  // namespace tilewise
