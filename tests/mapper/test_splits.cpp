#include "mapper/splits.hpp"

#include <doctest/doctest.h>

#include <ctime>

#include "arch/architecture_yaml.hpp"
#include "base/error.hpp"
#include "mapper/search.hpp"

namespace tilewise {
namespace {

/// Two levels, three instances along X below the inner one.
Architecture three_instances() {
  Architecture made;
  made.levels.resize(2);
  made.levels[1].fan_out.x.size = 3;
  made.constraints.resize(2);
  return made;
}

std::size_t leaves(const SpatialSplit& split) {
  std::size_t count = 0;
  for (const TileNode& node : split.nodes) count += node.children == 0 ? 1 : 0;
  return count;
}

/// Whether a temporal loop around the tiles of the innermost level, and inside another one, is
/// executed once only at some position of the loops outside it: position by position.
bool makes_no_turn(std::int64_t size, const PerLevel& instances, const PerLevel& temporal,
                   std::size_t level = 0, std::int64_t base = 0, bool around = false) {
  constexpr std::size_t kLevels = 4;
  if (level + 1 == kLevels) return false;
  std::int64_t step = 1;
  for (std::size_t inner = level + 1; inner < kLevels; ++inner) {
    step *= instances[inner] * temporal[inner];
  }
  step *= instances[level];
  std::int64_t executed = 0;
  for (std::int64_t i = 0; i < temporal[level] && base + i * step < size; ++i) ++executed;
  if (around && temporal[level] > 1 && executed == 1) return true;
  for (std::int64_t i = 0; i < executed; ++i) {
    if (makes_no_turn(size, instances, temporal, level + 1, base + i * step,
                      around || temporal[level] > 1)) {
      return true;
    }
  }
  return false;
}

TEST_SUITE("splits") {
  TEST_CASE("a dimension of four has the splits that one counts by hand") {
    const Architecture on = three_instances();
    // Instances 1: inner 1, 2, 4. Instances 2 leave 2: inner 1, 2. Instances 3 leave 2: the same.
    const DimSplits divisors = make_splits(on, Dim::M, 4, Factors::Divisors, 100);
    REQUIRE(divisors.spatial.size() == 3);
    CHECK(leaves(divisors.spatial[0]) == 3);
    CHECK(leaves(divisors.spatial[1]) == 2);
    CHECK(leaves(divisors.spatial[2]) == 2);
    CHECK(divisors.spatial[2].least_steps == 2);
    // All bounds add an inner 3 with an outer 2: the second tile has one of three.
    const DimSplits all = make_splits(on, Dim::M, 4, Factors::All, 100);
    CHECK(leaves(all.spatial[0]) == 4);
    CHECK(leaves(all.spatial[1]) == 2);
  }

  TEST_CASE("a last tile stands alone where a loop makes no turn, as execution shows") {
    Architecture on;
    on.levels.resize(4);
    on.levels[0].fan_out.x.size = 2;
    on.levels[2].fan_out.x.size = 3;
    on.constraints.resize(4);
    int alone = 0;
    int others = 0;
    for (const std::int64_t size : {5, 7, 12, 23}) {
      for (const SpatialSplit& split :
           make_splits(on, Dim::M, size, Factors::All, 100'000).spatial) {
        for (const TileNode& node : split.nodes) {
          if (node.children > 0) continue;
          CHECK(node.stands_alone == makes_no_turn(size, split.instances, node.temporal));
          ++(node.stands_alone ? alone : others);
        }
      }
    }
    CHECK(alone > 100);
    CHECK(others > 500);
  }

  TEST_CASE("the longest dimension takes no time: its divisors, or that it has too many splits") {
    constexpr std::int64_t kLongest = 2'147'483'646;  // 2 3^2 7 11 31 151 331
    const std::clock_t begun = std::clock();
    const DimSplits divisors =
        make_splits(three_instances(), Dim::M, kLongest, Factors::Divisors, 1000);
    CHECK(leaves(divisors.spatial[0]) == 2 * 3 * 2 * 2 * 2 * 2 * 2);
    CHECK(make_splits(three_instances(), Dim::M, kLongest, Factors::All, 1000).too_many);
    Architecture wide = three_instances();
    wide.levels[1].fan_out.x.size = wide.levels[1].fan_out.y.size = kLargestFanOut;
    CHECK(make_splits(wide, Dim::M, kLongest, Factors::Divisors, 1000).too_many);
    CHECK(std::clock() - begun < 3 * CLOCKS_PER_SEC);  // one by one they take 20 s
  }

  TEST_CASE("a dimension with too many splits is refused with a cure") {
    const DimSplits many = make_splits(three_instances(), Dim::M, 1000, Factors::All, 50);
    CHECK(many.too_many);
    CHECK(many.spatial.empty());
    Layer layer;
    layer.bounds[Dim::M] = 30000;
    const Architecture free = find_architecture("eyeriss_free");
    CHECK_THROWS_WITH_AS(search(free, layer, {.mapping = {.factors = Factors::All}}),
                         doctest::Contains("--factors divisors"), InputError);
    // Without a wish the divisors do.
    const SearchResult found = search(free, layer, {.gap = 9.0});
    CHECK(found.factors == Factors::Divisors);
    CHECK(best_mapping(found) != nullptr);
  }
}

}  // namespace
}  // namespace tilewise
