#include "mapper/splits.hpp"

#include <doctest/doctest.h>

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

  TEST_CASE("only a bound that does not divide lets a loop run short") {
    const DimSplits all = make_splits(three_instances(), Dim::M, 4, Factors::All, 100);
    for (const TileState& state : all.spatial[0].states[1]) {
      CHECK(state.clipped == (state.inner == 3));
    }
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
