#include "sim/engine/pixel_weights.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace tilewise {
namespace {

/// Cycles saved by the set of bits; negative where it is no set: what stays and the largest that
/// streams do not fit together.
double saved_by(const std::vector<KeepableWeights>& layers, std::size_t set,
                std::int64_t capacity) {
  std::int64_t room = 0;
  std::int64_t largest = 0;
  double saved = 0.0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if ((set >> i & 1) != 0) {
      room += layers[i].room;
      saved += layers[i].saved.count();
    } else {
      largest = std::max(largest, layers[i].room);
    }
  }
  // What is larger than the memory streams through all of it.
  return room + std::min(largest, capacity) <= capacity ? saved : -1.0;
}

/// The most over all sets.
double most_saved(const std::vector<KeepableWeights>& layers, std::int64_t capacity) {
  double best = -1.0;
  for (std::size_t set = 0; set < std::size_t{1} << layers.size(); ++set) {
    best = std::max(best, saved_by(layers, set, capacity));
  }
  return best;
}

std::size_t as_set(const std::vector<bool>& kept) {
  std::size_t set = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) set |= std::size_t{kept[i]} << i;
  return set;
}

/// A pointwise layer on one pixel tile.
Layer pointwise(const std::string& name, std::int64_t inputs, std::int64_t outputs) {
  Layer layer;
  layer.name = name;
  layer.bounds[Dim::C] = inputs;
  layer.bounds[Dim::M] = outputs;
  layer.bounds[Dim::P] = layer.bounds[Dim::Q] = 4;
  layer.image = {4, 4};
  return layer;
}

}  // namespace

TEST_SUITE("weights that stay on chip") {
  TEST_CASE("the set saves as much as the best of all sets, and fits") {
    std::mt19937 random(8);
    const auto draw = [&](std::int64_t least, std::int64_t most) {
      return std::uniform_int_distribution<std::int64_t>(least, most)(random);
    };
    for (int i = 0; i < 1000; ++i) {
      CAPTURE(i);
      std::vector<KeepableWeights> layers;
      for (std::int64_t n = draw(1, 9); n > 0; --n) {
        layers.push_back({draw(1, 20), Cycles{static_cast<double>(draw(0, 1) * draw(0, 30))}});
      }
      const std::int64_t capacity = draw(0, 80);
      const double saved = saved_by(layers, as_set(keep_weights(layers, capacity)), capacity);
      REQUIRE(saved >= 0.0);
      REQUIRE(saved == most_saved(layers, capacity));
    }
  }

  TEST_CASE("a layer that streams needs room as well") {
    // Together 10 units. Of a memory of 9, the layer of 4 may stream through 4 units beside the 5
    // that stay, the one of 5 beside 4.
    const std::vector<KeepableWeights> layers{{4, Cycles{10.0}}, {5, Cycles{11.0}}, {1, Cycles{}}};
    CHECK(keep_weights(layers, 10) == std::vector<bool>{true, true, true});
    CHECK(keep_weights(layers, 9) == std::vector<bool>{false, true, false});
    // In 8 units only the smaller ones fit beside the largest: none of 5 and 4.
    CHECK(keep_weights(layers, 8) == std::vector<bool>{false, false, true});
    CHECK(keep_weights(layers, 0) == std::vector<bool>{false, false, false});
  }

  TEST_CASE("what saves no time stays where there is room") {
    const std::vector<KeepableWeights> layers{{2, Cycles{}}, {2, Cycles{}}, {3, Cycles{5.0}}};
    const std::vector<bool> kept = keep_weights(layers, 6);
    CHECK(kept[2]);
    CHECK(std::count(kept.begin(), kept.end(), true) == 1);
    CHECK(keep_weights(layers, 7) == std::vector<bool>{true, true, true});
  }

  TEST_CASE("layers of a network share the memory, other layers take none") {
    PixelEngine engine;
    engine.clock = Megahertz{400.0};
    engine.bandwidth = BitsPerCycle{320.0};
    engine.operand_width = Bits{8};
    engine.m = 64;
    engine.p = 64;
    Layer connected = pointwise("connected", 4096, 4096);
    connected.op = Operator::FullyConnected;
    connected.bounds[Dim::P] = connected.bounds[Dim::Q] = 1;
    // 64 KiB and 128 KiB of weights, 66 outputs fill up to 128.
    const std::vector<Layer> network{pointwise("a", 1024, 64), connected, pointwise("b", 1024, 66)};
    using enum WeightPlace;
    CHECK(weight_room(engine, network[0]) == kibibytes(64));
    CHECK(weight_room(engine, network[1]) == Bits{});
    CHECK(weight_room(engine, network[2]) == kibibytes(128));
    CHECK(place_weights(engine, network) == std::vector<WeightPlace>{OffChip, OffChip, OffChip});
    engine.weight_memory = kibibytes(192);
    CHECK(place_weights(engine, network) == std::vector<WeightPlace>{OnChip, OffChip, OnChip});
    engine.weight_memory = kibibytes(191);
    CHECK(place_weights(engine, network) == std::vector<WeightPlace>{OffChip, OffChip, OffChip});
    // Alone each fits.
    CHECK(pixel_engine_cost(engine, network[2]).latency.total ==
          pixel_engine_cost(engine, network[2], OnChip).latency.total);
    engine.weight_memory = kibibytes(127);
    CHECK(pixel_engine_cost(engine, network[2]).latency.total ==
          pixel_engine_cost(engine, network[2], OffChip).latency.total);
  }
}

}  // namespace tilewise
