#include "mapper/search.hpp"

#include <doctest/doctest.h>

#include "brute_force.hpp"
#include "mapper/map_space.hpp"
#include "sim/random_nests.hpp"

namespace tilewise {
namespace {

/// Small random hierarchies: 2 or 3 levels, fan-outs, shared and separate memories, bandwidths.
Architecture random_architecture(testing::RandomNests& random) {
  Architecture made;
  made.name = "random";
  made.clock = Megahertz{100.0};
  const auto levels = static_cast<std::size_t>(random.pick(2, 3));
  const auto bandwidth = [&] {
    return random.chance(40) ? kUnlimited : BitsPerCycle{static_cast<double>(random.pick(4, 64))};
  };
  for (std::size_t l = 0; l < levels; ++l) {
    Level level;
    level.name = "L" + std::to_string(l);
    const bool separate = l > 0 && random.chance(30);
    for (const Tensor t : kTensors) {
      if (!separate && t != Tensor::Input) break;
      Memory memory;
      memory.name = "m" + std::string(name(t));
      for (const Tensor held : kTensors) memory.holds[held] = !separate || held == t;
      if (l > 0) memory.capacity = Bits{16 * random.pick(2, 30)};
      memory.read_bandwidth = bandwidth();
      memory.write_bandwidth = bandwidth();
      memory.shared_port = random.chance(30);
      memory.buffering = static_cast<Buffering>(random.pick(0, 2));
      const double energy = l == 0 ? 100.0 : 6.0 / static_cast<double>(l);
      memory.energy = {Picojoules{energy}, Picojoules{energy + 1.0}};
      memory.leakage = Milliwatts{0.125};
      level.memories.push_back(memory);
    }
    if (random.chance(60)) level.fan_out.x.size = random.pick(1, 3);
    if (random.chance(30)) level.fan_out.y.size = random.pick(1, 2);
    for (const Tensor t : kTensors) {
      TensorNetwork& network = level.fan_out.networks[t];
      network.bandwidth = bandwidth();
      network.multicast = random.chance(80);
      network.spatial_reduction = random.chance(80);
      network.energy_per_hop = Picojoules{0.5};
    }
    made.levels.push_back(level);
  }
  made.compute.energy = Picojoules{2.0};
  made.constraints.resize(levels);
  for (std::size_t l = 1; l < levels; ++l) {
    LevelConstraint& rule = made.constraints[l];
    const Dim d = kDims[static_cast<std::size_t>(random.pick(0, 7))];
    if (random.chance(30)) rule.temporal[d].most = random.pick(1, 2);
    if (random.chance(15)) rule.temporal[d].full = true;
    if (random.chance(40)) {
      rule.orders = {{Dim::N, Dim::G, Dim::M, Dim::C, Dim::P, Dim::Q, Dim::R, Dim::S},
                     {Dim::S, Dim::R, Dim::Q, Dim::P, Dim::C, Dim::M, Dim::G, Dim::N}};
    }
    const Tensor t = kTensors[static_cast<std::size_t>(random.pick(0, 2))];
    if (random.chance(30)) rule.keep[t] = random.chance(50);
  }
  return made;
}

/// Three dimensions at most, of odd sizes too.
Layer random_layer(testing::RandomNests& random) {
  Layer made;
  made.name = "layer";
  for (int i = 0; i < 3; ++i) {
    made.bounds[kDims[static_cast<std::size_t>(random.pick(0, 7))]] = random.pick(2, 5);
  }
  made.stride = {random.pick(1, 2), random.pick(1, 2)};
  made.padding = {random.pick(0, 1), 0};
  const auto rows = (made.bounds[Dim::P] - 1) * made.stride.vertical + made.bounds[Dim::R];
  const auto columns = (made.bounds[Dim::Q] - 1) * made.stride.horizontal + made.bounds[Dim::S];
  made.image = {std::max<std::int64_t>(1, rows - made.padding.vertical), columns};
  return made;
}

TEST_SUITE("search") {
  TEST_CASE("the search finds what full enumeration finds, for every objective") {
    testing::RandomNests random(5);
    int compared = 0;
    int impossible = 0;
    for (int trial = 0; trial < 600 && compared < 100; ++trial) {
      const Architecture architecture = random_architecture(random);
      const Layer layer = random_layer(random);
      const Factors factors = random.chance(50) ? Factors::All : Factors::Divisors;
      const MapSpace space = map_space(architecture, layer, factors);
      if (space_size(space) > 600.0) continue;
      CAPTURE(trial);
      const auto brute = testing::BruteForce(architecture, layer, factors).run();
      for (const Objective objective : all_of<Objective>()) {
        const SearchResult found = search(architecture, layer, {objective, factors, 1});
        REQUIRE(found.best.has_value() == (brute.fitting > 0));
        CHECK(found.proven);
        if (!found.best) {
          CHECK(!found.why_none.empty());
          continue;
        }
        CHECK(found.space_size == static_cast<double>(brute.mappings));
        CHECK(found.objective_value == doctest::Approx(brute.least[objective]).epsilon(1e-12));
      }
      ++(brute.fitting > 0 ? compared : impossible);
    }
    CHECK(compared == 100);
    CHECK(impossible >= 1);
  }

  TEST_CASE("the answer and the counts do not depend on the number of threads") {
    testing::RandomNests random(9);
    for (int trial = 0; trial < 10; ++trial) {
      const Architecture architecture = random_architecture(random);
      const Layer layer = random_layer(random);
      const SearchResult one = search(architecture, layer, {Objective::Edp, Factors::Divisors, 1});
      for (const int threads : {2, 4}) {
        const SearchResult more =
            search(architecture, layer, {Objective::Edp, Factors::Divisors, threads});
        CHECK(more.best == one.best);
        CHECK(more.objective_value == one.objective_value);
        CHECK(more.evaluated == one.evaluated);
      }
    }
  }

  TEST_CASE("more capacity, more bandwidth or fewer constraints never cost more") {
    testing::RandomNests random(31);
    for (int trial = 0; trial < 40; ++trial) {
      Architecture architecture = random_architecture(random);
      const Layer layer = random_layer(random);
      const SearchOptions options{Objective::Edp, Factors::Divisors, 1};
      const SearchResult before = search(architecture, layer, options);
      if (!before.best) continue;
      Architecture roomy = architecture;
      for (Memory& memory : roomy.levels[1].memories) {
        memory.capacity = Bits{memory.capacity->count() * 2};
      }
      Architecture fast = architecture;
      fast.levels[0].memories[0].read_bandwidth = kUnlimited;
      fast.levels[0].memories[0].write_bandwidth = kUnlimited;
      Architecture free = architecture;
      for (LevelConstraint& rule : free.constraints) rule = LevelConstraint{};
      CAPTURE(trial);
      for (const Architecture& better : {roomy, fast, free}) {
        CHECK(search(better, layer, options).objective_value <=
              before.objective_value * (1.0 + 1e-12));
      }
    }
  }
}

}  // namespace
}  // namespace tilewise
