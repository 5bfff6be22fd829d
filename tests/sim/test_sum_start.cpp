#include <doctest/doctest.h>

#include <vector>

#include "random_nests.hpp"
#include "random_rates.hpp"
#include "rare_hardware.hpp"
#include "same_latency.hpp"
#include "sim/cost_terms.hpp"
#include "sim/evaluate.hpp"
#include "tile_simulator.hpp"

namespace tilewise {
namespace {

/// A layer whose sums start from operands, some of which lie at a level on chip.
struct Started {
  Layer layer;
  Mapping mapping;
  Architecture architecture;
  std::vector<std::int64_t> places;  ///< [level] operands that lie there

  std::vector<bool> adds() const {
    std::vector<bool> made;
    for (const Level& level : architecture.levels) {
      made.push_back(level.memory_of(Tensor::Output)->fresh_sums);
    }
    return made;
  }
};

Started random_start(testing::RandomNests& random, testing::RareHardware* rare) {
  Started made;
  do {
    made.layer = random.layer();
    const auto levels = static_cast<std::size_t>(random.pick(2, 4));
    made.mapping = random.mapping(made.layer, levels);
    made.architecture = testing::random_rates(random, levels);
  } while (iterations(made.layer) > 2500 || !has_weights(made.layer.op));
  testing::fit_arrays(made.mapping, made.architecture);
  if (rare != nullptr) rare->add_to(made.architecture);
  // The mapping may count merged dimensions, which the simulation does not know.
  made.architecture.compute.block = {};
  made.layer.start = {random.pick(1, 3), Bits{random.pick(4, 40)}};
  made.places.assign(made.mapping.levels.size(), 0);
  for (std::int64_t i = 0; i < made.layer.start.operands; ++i) {
    ++made.places[static_cast<std::size_t>(random.pick(0, std::ssize(made.places) - 1))];
  }
  for (std::size_t l = 1; l < made.places.size(); ++l) {
    made.architecture.levels[l].starts_here = made.places[l];
    if (made.places[l] > 0) made.mapping.levels[l].keep[Tensor::Output] = true;
  }
  return made;
}

TEST_SUITE("sums that start from operands") {
  TEST_CASE("operands come with the first visit of a word, as if the nest were executed") {
    testing::RandomNests random(91);
    std::int64_t started = 0;
    for (int i = 0; i < 200; ++i) {
      CAPTURE(i);
      const Started trial = random_start(random, nullptr);
      const MergeRules merges = merge_rules(trial.architecture);
      testing::LoopWalker walker(trial.layer, trial.mapping, merges);
      walker.start_from(trial.places, trial.adds());
      const AccessCounts counts = evaluate(trial.architecture, trial.layer, trial.mapping).counts;
      CHECK(counts == walker.count());
      for (const TransferCounts& each : counts.transfers) started += each.start_words;
    }
    CHECK(started > 0);
  }

  TEST_CASE("and in the transfer of that tile, as if tiles followed each other one by one") {
    testing::RandomNests random(92);
    testing::RareHardware rare(93);
    for (int i = 0; i < 160; ++i) {
      CAPTURE(i);
      const Started trial = random_start(random, i % 2 == 0 ? nullptr : &rare);
      testing::TileSimulator simulator(trial.architecture, trial.layer, trial.mapping);
      simulator.start_from(trial.places);
      const testing::SimulatedLatency simulated = simulator.run();
      const Latency formula = evaluate(trial.architecture, trial.layer, trial.mapping).latency;
      testing::check_same_latency(formula, simulated, trial.architecture);
    }
  }

  TEST_CASE("each word of an operand is read where it lies, and passes every boundary inside") {
    Layer layer;
    layer.bounds[Dim::M] = 4;
    layer.bounds[Dim::C] = 6;
    layer.start = {2, Bits{8}};
    Mapping mapping;
    mapping.levels.resize(3);
    for (LevelMapping& level : mapping.levels) level.keep = {{true, true, true}};
    mapping.levels[0].temporal = {{Dim::C, 6}};
    mapping.levels[1].temporal = {{Dim::M, 4}};
    Architecture on;
    const double reads[] = {100.0, 10.0, 1.0};
    for (const double energy : reads) {
      Level& level = on.levels.emplace_back();
      Memory& memory = level.memories.emplace_back();
      memory.word_width = Bits{16};
      memory.holds = {{true, true, true}};
      memory.energy = {Picojoules{energy}, Picojoules{2.0 * energy}};
    }
    Layer from_zero = layer;
    from_zero.start.operands = 0;
    const auto more = [&] {
      return evaluate(on, layer, mapping).energy.total.count() -
             evaluate(on, from_zero, mapping).energy.total.count();
    };
    // 8 words of half a memory word each: off chip, into the buffer and out, into the register and
    // out.
    CHECK(more() == doctest::Approx(8 * 0.5 * (100 + 20 + 10 + 2 + 1)).epsilon(1e-12));
    on.levels[1].starts_here = 1;  // one of the two lies in the buffer
    CHECK(more() == doctest::Approx(0.5 * (4 * (100 + 20) + 8 * (10 + 2 + 1))).epsilon(1e-12));
    CHECK(evaluate(on, layer, mapping).off_chip_bits -
              evaluate(on, from_zero, mapping).off_chip_bits ==
          4 * 8);
  }
}

}  // namespace
}  // namespace tilewise
