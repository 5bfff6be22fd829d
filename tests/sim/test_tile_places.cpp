#include "sim/tile_places.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "loop_walker.hpp"
#include "mapper/scale.hpp"
#include "random_nests.hpp"
#include "sim/mapping_yaml.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

constexpr std::size_t kPlaces = 3;
constexpr std::size_t kLast = kPlaces;  ///< entry of the buffer's last place

/// Off-chip memory, a buffer and registers, each for all tensors, with room for any fan-out.
Architecture three_levels() {
  Architecture made;
  made.name = "three";
  for (const char* name : {"DRAM", "GLB", "PE"}) {
    Level& level = made.levels.emplace_back();
    level.name = name;
    level.fan_out.x.size = level.fan_out.y.size = 1000;
    Memory& memory = level.memories.emplace_back();
    memory.name = name;
    memory.holds = {{true, true, true}};
    memory.buffering = Buffering::Streaming;
    memory.read_bandwidth = memory.write_bandwidth = BitsPerCycle{16.0};
    memory.energy = {Picojoules{2.0}, Picojoules{3.0}};
  }
  made.constraints.resize(3);
  return made;
}

/// A nest on it in which the tensors have three places in the buffer, by chance.
Mapping placed_mapping(testing::RandomNests& random, const Layer& layer) {
  Mapping made = random.mapping(layer, 2 + kPlaces);
  std::vector<Tensor> tensors(kTensors.begin(), kTensors.end());
  std::shuffle(tensors.begin(), tensors.end(), random.generator());
  for (std::size_t entry = 0; entry < made.levels.size(); ++entry) {
    LevelMapping& at = made.levels[entry];
    if (entry >= 1 && entry <= kLast) {
      at.place = entry - 1;
      at.keep = {};
      at.keep[tensors[at.place]] = true;
    }
    // A fan-out follows the last place only.
    if (entry >= kLast) continue;
    for (const SpatialLoop& loop : at.spatial) at.temporal.push_back({loop.dim, loop.bound});
    at.spatial.clear();
  }
  return made;
}

/// The nest as one tensor sees it: what is outside its place in the buffer counts to off-chip
/// memory, the rest to the buffer.
Mapping as_seen_by(Tensor t, const Mapping& placed) {
  Mapping made;
  made.levels.resize(3);
  std::size_t own = 1;
  while (!placed.levels[own].keep[t]) ++own;
  for (std::size_t entry = 0; entry <= kLast; ++entry) {
    const LevelMapping& from = placed.levels[entry];
    LevelMapping& into = made.levels[entry < own ? 0 : 1];
    into.temporal.insert(into.temporal.end(), from.temporal.begin(), from.temporal.end());
  }
  made.levels[1].spatial = placed.levels[kLast].spatial;
  made.levels[2] = placed.levels.back();
  return made;
}

TEST_SUITE("tile places") {
  TEST_CASE("each tensor moves what an executed nest with its place moves") {
    testing::RandomNests random(17);
    Architecture on = three_levels();
    int walked = 0;
    for (int trial = 0; walked < testing::scaled(120); ++trial) {
      const Layer layer = random.layer();
      const Mapping placed = placed_mapping(random, layer);
      if (iterations(layer) > 5000 || find_misfit(on, layer, placed)) continue;
      ++walked;
      CAPTURE(trial);
      for (Level& level : on.levels) {
        for (TensorNetwork& network : level.fan_out.networks) {
          network.multicast = random.chance(70);
          network.spatial_reduction = random.chance(70);
        }
      }
      const LayerCost cost = evaluate(on, layer, placed);
      for (const Tensor t : kTensors) {
        const AccessCounts seen =
            testing::LoopWalker(layer, as_seen_by(t, placed), merge_rules(on)).count();
        CHECK(cost.counts.compute_cycles == seen.compute_cycles);
        std::vector<TransferCounts> counted;
        std::vector<TransferCounts> executed;
        for (const TransferCounts& each : cost.counts.transfers) {
          if (each.tensor == t) counted.push_back(each);
        }
        for (const TransferCounts& each : seen.transfers) {
          if (each.tensor == t) executed.push_back(each);
        }
        CHECK(counted == executed);
      }
      CHECK(cost.latency.tile_time.size() == 3);
      for (const PortLoad& load : cost.latency.ports) CHECK(load.port.level < 3);
    }
  }

  TEST_CASE("the places of a level share its room, to the bit") {
    testing::RandomNests random(18);
    int tried = 0;
    for (int trial = 0; tried < testing::scaled(100); ++trial) {
      const Layer layer = random.layer();
      const Mapping placed = placed_mapping(random, layer);
      Architecture on = three_levels();
      if (find_misfit(on, layer, placed)) continue;
      ++tried;
      std::int64_t bits = 0;
      for (const Tensor t : kTensors) {
        const Extents tile = tile_extents(as_seen_by(t, placed))[1];
        const bool sums = t == Tensor::Output &&
                          layer.bounds[Dim::C] * layer.bounds[Dim::R] * layer.bounds[Dim::S] > 1;
        const Bits width = sums ? layer.widths.partial_sum : layer.widths.tensor[t];
        bits += tile_words(layer, t, tile) * width.count();
      }
      on.levels[1].memories[0].capacity = Bits{bits};
      CHECK_FALSE(find_misfit(on, layer, placed));
      on.levels[1].memories[0].capacity = Bits{bits - 1};
      const auto misfit = find_misfit(on, layer, placed);
      REQUIRE(misfit);
      CHECK(misfit->place == "GLB");
    }
  }

  TEST_CASE("leakage counts a memory once, and a port has one load") {
    testing::RandomNests random(19);
    Architecture on = three_levels();
    for (Level& level : on.levels) level.memories[0].leakage = Milliwatts{1.0};
    for (int trial = 0; trial < 50; ++trial) {
      const Layer layer = random.layer();
      const Mapping placed = placed_mapping(random, layer);
      CHECK(leakage_power(with_places(on, places_of(placed))).count() == leakage_power(on).count());
      if (find_misfit(on, layer, placed)) continue;
      const LayerCost cost = evaluate(on, layer, placed);
      for (std::size_t i = 0; i < cost.latency.ports.size(); ++i) {
        for (std::size_t j = i + 1; j < cost.latency.ports.size(); ++j) {
          CHECK_FALSE(cost.latency.ports[i].port == cost.latency.ports[j].port);
        }
      }
    }
  }

  TEST_CASE("mappings with places are written and read back") {
    testing::RandomNests random(20);
    const Architecture on = three_levels();
    for (int trial = 0; trial < 50; ++trial) {
      const Mapping placed = placed_mapping(random, random.layer());
      const auto read = parse_nest_line(nest_line(placed, on), on);
      REQUIRE(read);
      CHECK(nest_line(*read, on) == nest_line(placed, on));
      CHECK(places_of(*read) == places_of(placed));
      const std::string yaml = mapping_yaml(placed, on);
      const Mapping file = parse_mapping(YamlNode::load_text(yaml, "mapping.yaml"), on);
      CHECK(mapping_yaml(file, on) == yaml);
      CHECK(places_of(file) == places_of(placed));
    }
  }

  TEST_CASE("places that say nothing are refused") {
    Layer layer;
    layer.name = "product";
    layer.bounds = {{1, 1, 4, 4, 1, 1, 1, 1}};
    const Architecture on = three_levels();
    Mapping placed;
    placed.levels.resize(4);
    placed.levels[0].temporal = {{Dim::M, 2}};
    placed.levels[1].temporal = {{Dim::C, 4}};
    placed.levels[1].keep = {{true, false, true}};
    placed.levels[2].temporal = {{Dim::M, 2}};
    placed.levels[2].keep = {{false, true, false}};
    placed.levels[2].place = 1;
    CHECK_FALSE(find_misfit(on, layer, placed));
    const auto reason = [&](const Mapping& mapping) {
      const auto misfit = find_misfit(on, layer, mapping);
      REQUIRE(misfit);
      CHECK(misfit->place == "GLB");
      return misfit->reason;
    };
    Mapping no_loop = placed;
    std::swap(no_loop.levels[1].temporal, no_loop.levels[3].temporal);
    CHECK(reason(no_loop).find("no loop between") != std::string::npos);
    Mapping twice = placed;
    twice.levels[2].keep[Tensor::Input] = true;
    CHECK(reason(twice).find("Input has two places") != std::string::npos);
    Mapping nothing = placed;
    nothing.levels[2].keep = {};
    CHECK(reason(nothing).find("keeps no tensor") != std::string::npos);
    // More levels than there are, and off-chip memory in two places.
    Mapping more = placed;
    more.levels.emplace_back();
    CHECK(find_misfit(on, layer, more));
    Mapping outside = placed;
    outside.levels[1].place = 1;
    outside.levels[2].place = 0;
    CHECK(find_misfit(on, layer, outside));
  }
}

}  // namespace
}  // namespace tilewise
