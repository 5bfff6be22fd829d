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

TEST_CASE("a network without layers has no place") {
  const DistinctPlaces found = NetworkLayers().add(Network("empty"));
  CHECK(found.places.empty());
  CHECK(found.macs == 0);
}

}  // namespace tilewise
