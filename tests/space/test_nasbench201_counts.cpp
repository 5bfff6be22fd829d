#include "space/nasbench201_counts.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>
#include <string>

namespace tilewise {
namespace {

/// Counted the slow way: build the network, look at each layer.
std::map<std::string, std::int64_t> counted(const Network& network) {
  std::map<std::string, std::int64_t> times;
  for (std::size_t i = 0; i < network.size(); ++i) ++times[canonical_key(network.layer(i))];
  return times;
}

std::map<std::string, std::int64_t> looked_up(const Nasbench201Layers& space,
                                              const std::vector<LayerUse>& uses) {
  std::map<std::string, std::int64_t> times;
  for (const auto& [layer, count] : uses) times[canonical_key(space.layers[layer])] += count;
  return times;
}

}  // namespace

TEST_CASE("the space has 24 distinct layers") {
  // stem; per stage two convolutions, a pool, two sums; per residual block the strided convolution,
  // the pool and the 1x1 convolution (its second 3x3 and its sum are those of a cell); pooling;
  // classifier: 1 + 3 * 5 + 2 * 3 + 2
  for (const Dataset dataset : all_of<Dataset>()) {
    const Nasbench201Layers space = nasbench201_layers(dataset);
    std::set<std::string> keys;
    for (const Layer& layer : space.layers) keys.insert(canonical_key(layer));
    CHECK(space.layers.size() == 24);
    CHECK(keys.size() == 24);
    CHECK(space.layers.front().name == "stem.conv3x3");
  }
}

TEST_CASE("the table counts the layers that the network has") {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 300; ++trial) {
    const auto dataset = static_cast<Dataset>(trial % 3);
    const auto index = static_cast<std::int64_t>(random() % kNasbench201Size);
    const CellArchitecture architecture = nasbench201_architecture(index);
    const Nasbench201Layers space = nasbench201_layers(dataset);
    CAPTURE(index);
    for (const PruneDead prune : {PruneDead::No, PruneDead::Yes}) {
      const Network network = nasbench201_network(architecture, dataset, prune);
      const auto uses = nasbench201_layer_uses(space, architecture, prune);
      REQUIRE(looked_up(space, uses) == counted(network));
      std::int64_t mac_sum = 0;
      std::int64_t parameter_sum = 0;
      for (const auto& [layer, times] : uses) {
        mac_sum += times * macs(space.layers[layer]);
        parameter_sum += times * parameters(space.layers[layer]);
      }
      REQUIRE(mac_sum == macs(network));
      REQUIRE(parameter_sum == parameters(network));
    }
  }
}

TEST_CASE("a pruned network never has more layers or MACs") {
  const Nasbench201Layers space = nasbench201_layers(Dataset::Cifar10);
  const auto total = [&](const CellArchitecture& architecture, PruneDead prune) {
    std::pair<std::int64_t, std::int64_t> layers_and_macs;
    for (const auto& [layer, times] : nasbench201_layer_uses(space, architecture, prune)) {
      layers_and_macs.first += times;
      layers_and_macs.second += times * macs(space.layers[layer]);
    }
    return layers_and_macs;
  };
  for (const CellArchitecture& architecture : nasbench201_architectures()) {
    const auto pruned = total(architecture, PruneDead::Yes);
    const auto whole = total(architecture, PruneDead::No);
    REQUIRE(pruned.first <= whole.first);
    REQUIRE(pruned.second <= whole.second);
  }
}

}  // namespace tilewise
