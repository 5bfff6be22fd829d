#include "space/nasbench201_counts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
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

/// Whether a convolution reads only zeros or is read by none: one of the cell, or the stem.
bool has_dead_convolution(const CellArchitecture& architecture) {
  std::array<bool, kCellNodes> fed{true};
  std::array<bool, kCellNodes> read{false, false, false, true};
  const auto lives = [&](std::size_t e) { return architecture.ops[e] != Nasbench201Op::None; };
  for (std::size_t e = 0; e < kCellEdges.size(); ++e) {  // by the node that they lead to
    const auto [from, to] = kCellEdges[e];
    fed[to] = fed[to] || (lives(e) && fed[from]);
  }
  for (std::size_t from = kCellNodes; from-- > 0;) {
    for (std::size_t e = 0; e < kCellEdges.size(); ++e) {
      if (kCellEdges[e].from == from)
        read[from] = read[from] || (lives(e) && read[kCellEdges[e].to]);
    }
  }
  bool dead = !fed.back();
  for (std::size_t e = 0; e < kCellEdges.size(); ++e) {
    const Nasbench201Op op = architecture.ops[e];
    if (op != Nasbench201Op::NorConv1x1 && op != Nasbench201Op::NorConv3x3) continue;
    dead = dead || !fed[kCellEdges[e].from] || !read[kCellEdges[e].to];
  }
  return dead;
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

TEST_CASE(
    "a pruned network has other layers where there is a none, and never more of them or MACs") {
  const Nasbench201Layers space = nasbench201_layers(Dataset::Cifar10);
  const auto total = [&](const CellArchitecture& architecture, PruneDead prune) {
    std::pair<std::int64_t, std::int64_t> layers_and_macs;
    for (const auto& [layer, times] : nasbench201_layer_uses(space, architecture, prune)) {
      layers_and_macs.first += times;
      layers_and_macs.second += times * macs(space.layers[layer]);
    }
    return layers_and_macs;
  };
  int fewer_layers = 0;
  int fewer_macs = 0;
  for (const CellArchitecture& architecture : nasbench201_architectures()) {
    const auto& ops = architecture.ops;
    const bool dead = std::find(ops.begin(), ops.end(), Nasbench201Op::None) != ops.end();
    REQUIRE((nasbench201_layer_uses(space, architecture, PruneDead::Yes) !=
             nasbench201_layer_uses(space, architecture, PruneDead::No)) == dead);
    const auto pruned = total(architecture, PruneDead::Yes);
    const auto whole = total(architecture, PruneDead::No);
    REQUIRE(pruned.first <= whole.first);
    REQUIRE((pruned.second < whole.second) == has_dead_convolution(architecture));
    REQUIRE(pruned.second <= whole.second);
    fewer_layers += pruned.first < whole.first ? 1 : 0;
    fewer_macs += pruned.second < whole.second ? 1 : 0;
  }
  CHECK(fewer_macs > 0);
  CHECK(fewer_layers > fewer_macs);  // sums of one operand vanish as well
}

}  // namespace tilewise
