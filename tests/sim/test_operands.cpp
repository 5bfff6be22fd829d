#include <doctest/doctest.h>

#include "random_nests.hpp"
#include "random_rates.hpp"
#include "rare_hardware.hpp"
#include "same_latency.hpp"
#include "sim/cost_terms.hpp"
#include "sim/evaluate.hpp"
#include "tile_simulator.hpp"

namespace tilewise {
namespace {

/// A sum of `operands` maps, of which the first `at_home` lie whole at level `home`.
struct Trial {
  Layer layer;
  Mapping mapping;
  Architecture architecture;
  std::size_t home = 1;
  std::int64_t at_home = 1;
};

/// No loop over operands stands outside the home, which is the level next to off-chip memory that
/// keeps Input.
void put_operands_inside(Trial& trial) {
  std::int64_t moved = 1;
  for (std::size_t l = 0; l < trial.home; ++l) {
    auto& loops = trial.mapping.levels[l].temporal;
    std::erase_if(loops, [&](const Loop& loop) {
      if (loop.dim == Dim::C) moved *= loop.bound;
      return loop.dim == Dim::C;
    });
    auto& spatial = trial.mapping.levels[l].spatial;
    std::erase_if(spatial, [&](const SpatialLoop& loop) {
      if (loop.dim == Dim::C) moved *= loop.bound;
      return loop.dim == Dim::C;
    });
    if (l > 0) trial.mapping.levels[l].keep[Tensor::Input] = false;
  }
  if (moved > 1)
    trial.mapping.levels[trial.home].temporal.insert(
        trial.mapping.levels[trial.home].temporal.begin(), {Dim::C, moved});
  trial.mapping.levels[trial.home].keep[Tensor::Input] = true;
}

Trial random_trial(testing::RandomNests& random, testing::RareHardware* rare) {
  Trial trial;
  do {
    trial.layer = random.layer();
    trial.layer.bounds[Dim::C] = random.pick(2, 4);
    const auto levels = static_cast<std::size_t>(random.pick(2, 4));
    trial.mapping = random.mapping(trial.layer, levels);
    trial.architecture = testing::random_rates(random, levels);
    trial.home = static_cast<std::size_t>(random.pick(1, static_cast<std::int64_t>(levels) - 1));
  } while (iterations(trial.layer) > 2500);
  testing::fit_arrays(trial.mapping, trial.architecture);
  if (rare != nullptr) rare->add_to(trial.architecture);
  // The mapping may count merged dimensions, which the simulation does not know.
  trial.architecture.compute.block = {};
  trial.at_home = random.pick(1, trial.layer.bounds[Dim::C] - 1);
  put_operands_inside(trial);
  trial.architecture.levels[trial.home].part[Tensor::Input] =
      static_cast<double>(trial.layer.bounds[Dim::C] - trial.at_home) /
      static_cast<double>(trial.layer.bounds[Dim::C]);
  return trial;
}

TEST_SUITE("operands at home") {
  TEST_CASE("operands that lie at home are in no count, as if the nest were executed") {
    testing::RandomNests random(81);
    for (int i = 0; i < 200; ++i) {
      CAPTURE(i);
      const Trial trial = random_trial(random, nullptr);
      const MergeRules merges = merge_rules(trial.architecture);
      testing::LoopWalker walker(trial.layer, trial.mapping, merges);
      walker.put_operands_at(trial.home, trial.at_home);
      CHECK(evaluate(trial.architecture, trial.layer, trial.mapping).counts == walker.count());
    }
  }

  TEST_CASE("nor in any transfer, as if tiles followed each other one by one") {
    testing::RandomNests random(82);
    testing::RareHardware rare(83);
    for (int i = 0; i < 160; ++i) {
      CAPTURE(i);
      const Trial trial = random_trial(random, i % 2 == 0 ? nullptr : &rare);
      const testing::SimulatedLatency simulated =
          testing::TileSimulator(trial.architecture, trial.layer, trial.mapping, trial.home,
                                 trial.at_home)
              .run();
      const Latency formula = evaluate(trial.architecture, trial.layer, trial.mapping).latency;
      testing::check_same_latency(formula, simulated, trial.architecture);
    }
  }
}

}  // namespace
}  // namespace tilewise
