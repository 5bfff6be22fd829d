#include "workload/network.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/error.hpp"

namespace tilewise {
namespace {

/// A 1x1 convolution of a 1x1 image: `inputs` words in, `outputs` out, 16 bit each.
Layer dense(const std::string& name, std::int64_t inputs, std::int64_t outputs) {
  Layer layer;
  layer.name = name;
  layer.bounds[Dim::C] = inputs;
  layer.bounds[Dim::M] = outputs;
  return layer;
}

/// a -> b -> c, and a -> c beside it: 1 word in, then 2, 3 and 4 words.
Network with_shortcut() {
  Network network("shortcut");
  const std::size_t a = network.add(dense("a", 1, 2), {});
  const std::size_t b = network.add(dense("b", 2, 3), {a});
  network.add(dense("c", 5, 4), {b, a});
  return network;
}

}  // namespace

TEST_CASE("edges keep their order, and a layer may read one input twice") {
  Network network = with_shortcut();
  CHECK(network.inputs_of(2) == std::vector<std::size_t>{1, 0});
  CHECK(network.consumers_of(0) == std::vector<std::size_t>{1, 2});
  network.add(dense("d", 8, 1), {2, 2});
  CHECK(network.inputs_of(3) == std::vector<std::size_t>{2, 2});
  CHECK(network.consumers_of(2) == std::vector<std::size_t>{3});
}

TEST_CASE("a copy is a network of its own") {
  const Network network = with_shortcut();
  Network copy = network;
  copy.add(dense("d", 4, 1), {2});
  CHECK(network.size() == 3);
  CHECK(copy.size() == 4);
  CHECK(copy.name() == "shortcut");
}

TEST_CASE("networks share a layer that is added to both, and a copy shares all") {
  const auto shared = std::make_shared<const Layer>(dense("a", 1, 2));
  Network one;
  one.add(shared, {});
  Network two;
  two.add(dense("b", 1, 1), {});
  CHECK(two.add(shared, std::array<std::size_t, 1>{0}) == 1);
  CHECK(&one.layer(0) == shared.get());
  CHECK(&two.layer(1) == shared.get());
  CHECK(two.shared_layer(1) == shared);
  CHECK(two.inputs_of(1) == std::vector<std::size_t>{0});
  const Network copy = two;
  CHECK(&copy.layer(0) == &two.layer(0));
}

TEST_CASE("consumers are those that name a layer among their inputs, by rising index") {
  Network network;
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < 40; ++i) {
    std::vector<std::size_t> inputs;
    for (std::size_t k = 0; k < i % 5; ++k) {
      state = state * 1664525U + 1013904223U;  // Numerical Recipes
      inputs.push_back(state / 65536U % i);
    }
    network.add(dense("layer", 1, 1), inputs);
    CHECK(network.inputs_of(i) == inputs);
  }
  for (std::size_t i = 0; i < 40; ++i) {
    std::vector<std::size_t> readers;
    for (std::size_t j = 0; j < 40; ++j) {
      const std::vector<std::size_t> inputs = network.inputs_of(j);
      if (std::find(inputs.begin(), inputs.end(), i) != inputs.end()) readers.push_back(j);
    }
    CHECK(network.consumers_of(i) == readers);
  }
}

TEST_CASE("an input that was not added is refused") {
  Network network;
  CHECK_THROWS_WITH_AS(network.add(dense("a", 1, 1), {0}),
                       "layer \"a\": reads layer 0, but only 0 layers were added before it; add "
                       "its inputs first",
                       InputError);
}

TEST_CASE("layers that do not depend on each other run by the lower index") {
  Network network;
  network.add(dense("a", 1, 1), {});
  network.add(dense("b", 1, 1), {});
  network.add(dense("c", 1, 1), {0});
  network.add(dense("d", 2, 1), {2, 1});
  CHECK(topological_order(network) == std::vector<std::size_t>{0, 1, 2, 3});
}

TEST_CASE("an output lives until its last reader, that of the network to the end") {
  const std::vector<Lifetime> expected{{0, 2}, {1, 2}, {2, 2}};
  CHECK(output_lifetimes(with_shortcut()) == expected);
}

TEST_CASE("the peak memory is the largest sum of outputs alive") {
  // step 0: input 1 + a 2; step 1: a 2 + b 3; step 2: a 2 + b 3 + c 4 = 9 words of 16 bit
  CHECK(peak_memory(with_shortcut()) == Bits{9 * 16});
  Network wide;
  wide.add(dense("a", 100, 1), {});
  CHECK(peak_memory(wide) == Bits{101 * 16});  // the input of the network counts
  CHECK(peak_memory(Network{}) == Bits{0});
}

TEST_CASE("MACs and parameters of a network are those of its layers") {
  CHECK(macs(with_shortcut()) == 1 * 2 + 2 * 3 + 5 * 4);
  CHECK(parameters(with_shortcut()) == 28);
}

}  // namespace tilewise
