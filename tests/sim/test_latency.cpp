#include "sim/latency.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "mapper/scale.hpp"
#include "random_nests.hpp"
#include "random_rates.hpp"
#include "rare_hardware.hpp"
#include "same_latency.hpp"
#include "sim/cost_terms.hpp"
#include "tile_simulator.hpp"

namespace tilewise {
namespace {

/// Makes the bounds what the loops cover, so that no tile is clipped.
void round_up(Layer& layer, const Mapping& mapping) {
  const Extents whole = tile_extents(mapping).front();
  for (const Dim d : kDims) layer.bounds[d] = whole[d];
  const Plane padded = padded_image(layer);
  layer.image = {std::max<std::int64_t>(1, padded.vertical - layer.padding.vertical),
                 std::max<std::int64_t>(1, padded.horizontal - layer.padding.horizontal)};
}

struct Trial {
  Layer layer;
  Mapping mapping;
  Architecture architecture;
};

/// Nothing where the nest is too long to walk.
std::optional<Trial> random_trial(testing::RandomNests& random, bool exact_factors, bool behind,
                                  bool home) {
  Trial trial;
  trial.layer = random.layer();
  trial.layer.widths.partial_sum = Bits{24};
  for (double& density : trial.layer.density) {
    if (random.chance(50)) density = static_cast<double>(random.pick(0, 10)) / 10.0;
  }
  const auto levels = static_cast<std::size_t>(random.pick(2, 4));
  trial.mapping = random.mapping(trial.layer, levels);
  if (exact_factors) round_up(trial.layer, trial.mapping);
  if (home) {
    for (bool& kept : trial.mapping.levels.front().keep) kept = random.chance(50);
  }
  if (behind && !random.shorten_image(trial.layer)) return std::nullopt;
  trial.architecture = testing::random_rates(random, levels);
  if (iterations(trial.layer) > 2500) return std::nullopt;
  return trial;
}

Latency latency_of(const Trial& trial) {
  const OwnedTables owned(trial.layer, trial.mapping, merge_rules(trial.architecture),
                          refetch_rules(trial.architecture));
  const AccessCounts counts = count_accesses(trial.layer, owned.tables());
  return layer_latency(trial.architecture, trial.layer, owned.tables(), counts);
}

/// Compares on 200 random nests; `rare` gives each architecture what only some hardware has,
/// `behind` layers whose last windows lie behind the image, `home` tensors that level 0 never sees.
void compare_latency(std::uint64_t seed, bool exact_factors, testing::RareHardware* rare,
                     bool behind = false, bool home = false) {
  testing::RandomNests random(seed);
  int compared = 0;
  const int enough = testing::scaled(200);
  for (int trial = 0; trial < 900 && compared < enough; ++trial) {
    auto made = random_trial(random, exact_factors, behind, home);
    if (!made) continue;
    if (rare != nullptr) rare->add_to(made->architecture);
    CAPTURE(trial);
    const testing::SimulatedLatency simulated =
        testing::TileSimulator(made->architecture, made->layer, made->mapping).run();
    // Eq. 6 to 11
    testing::check_same_latency(latency_of(*made), simulated, made->architecture);
    ++compared;
  }
  CHECK(compared == enough);
}

TEST_SUITE("latency") {
  TEST_CASE("with skew, bursts, ports, codes, wide sums, blocks, refetches the two agree as well") {
    // Eq. 6, 7, 18, 20 to 22, 24 and 25
    testing::RareHardware rare(33);
    compare_latency(34, true, &rare);
    compare_latency(35, false, &rare);
  }

  TEST_CASE("the formula agrees with simulating random nests whose loops divide") {
    compare_latency(31, true, nullptr);
  }

  TEST_CASE("the formula agrees with simulating windows that lie wholly behind the image") {
    compare_latency(36, true, nullptr, true);
    compare_latency(37, false, nullptr, true);
  }

  TEST_CASE("the formula agrees where tensors begin or end at a level on chip") {
    testing::RareHardware rare(38);
    compare_latency(39, true, nullptr, false, true);
    compare_latency(40, false, &rare, true, true);
  }

  TEST_CASE("the formula agrees with simulating random nests with clipped tiles") {
    // Both take the mean time of a tile and the size of the first tile for the last drain.
    compare_latency(32, false, nullptr);
  }
}

}  // namespace
}  // namespace tilewise
