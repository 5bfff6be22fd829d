#include "sweep/network_layers.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "small_networks.hpp"

namespace tilewise {
namespace {

using Places = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("a layer has one place whatever its name and network") {
  const std::vector<ListedNetwork> networks = small_networks();
  NetworkLayers layers;
  // a and c are one layer, and d of the second network is it too.
  CHECK(layers.add(networks[0].network).places == Places{0, 1, 0});
  CHECK(layers.add(networks[1].network).places == Places{0, 2});
  CHECK(layers.add(networks[0].network).places == Places{0, 1, 0});
  REQUIRE(layers.distinct().size() == 3);
  CHECK(layers.distinct()[0].name == "a");
  CHECK(layers.distinct()[2].name == "e");
}

TEST_CASE("MACs and parameters are those of the network, whatever layers came before") {
  Layer owner = square_convolution("a", 4, {8, 4}, {3});
  owner.folded_parameters = 8;
  Layer reader = owner;  // costs the same, and has no parameters of its own
  reader.folded_parameters = 0;
  reader.owns_weights = false;
  NetworkLayers layers;
  for (const Network& network :
       {network_in_a_row("one", {owner}), network_in_a_row("two", {reader, owner})}) {
    const DistinctPlaces found = layers.add(network);
    CHECK(found.macs == macs(network));
    CHECK(found.parameters == parameters(network));
  }
  CHECK(layers.distinct().size() == 1);
}

TEST_CASE("layers that networks share have the places of the same layers in one network alone") {
  const std::vector<ListedNetwork> networks = small_networks();
  NetworkLayers one;
  NetworkLayers other;
  for (int round = 0; round < 2; ++round) {
    for (const ListedNetwork& each : networks) {
      Network alone;  // no other network has its layers
      for (const Layer& layer : layers_of(each.network)) alone.add(layer, {});
      const Network copy = each.network;  // shares all of them
      const DistinctPlaces shared = one.add(copy);
      const DistinctPlaces owned = other.add(alone);
      CHECK(shared.places == owned.places);
      CHECK(shared.macs == owned.macs);
      CHECK(shared.parameters == owned.parameters);
    }
  }
  CHECK(one.distinct() == other.distinct());
}

TEST_CASE("a layer that goes while others come is never taken for one of them") {
  NetworkLayers layers;
  for (std::int64_t channels = 1; channels <= 300; ++channels) {
    Network network;
    network.add(square_convolution("a", channels, {8, 4}, {3}), {});
    const Network copy = network;
    CHECK(layers.add(copy).places == Places{static_cast<std::uint32_t>(channels - 1)});
  }
}

TEST_CASE("a network without layers has no place") {
  const DistinctPlaces found = NetworkLayers().add(Network("empty"));
  CHECK(found.places.empty());
  CHECK(found.macs == 0);
}

}  // namespace tilewise
