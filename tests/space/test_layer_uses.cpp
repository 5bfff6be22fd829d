#include "space/layer_uses.hpp"
#include "space/search_spaces.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace tilewise {
namespace {

std::vector<LayerUse> uses_of(const LayerUses& all, std::int64_t index) {
  const auto uses = all.uses(all.way_of(index));
  return {uses.begin(), uses.end()};
}

}  // namespace

TEST_CASE("candidates that run the same layers share a way, and keep their own uses") {
  const std::vector<std::vector<LayerUse>> given{{{0, 1}, {2, 3}}, {},       {{0, 1}, {2, 3}},
                                                 {{0, 1}, {2, 4}}, {{0, 1}}, {}};
  const LayerUses all(6, [&](std::int64_t i) { return given[static_cast<std::size_t>(i)]; });
  CHECK(all.ways() == 4);
  for (std::int64_t i = 0; i < 6; ++i) CHECK(uses_of(all, i) == given[static_cast<std::size_t>(i)]);
  CHECK(all.candidates_of(all.way_of(0)) == 2);
  CHECK(all.candidates_of(all.way_of(1)) == 2);
  CHECK(all.candidates_of(all.way_of(4)) == 1);
  // 1 * 0.5 + 3 * 0.25, nothing, 1 * 0.5 + 4 * 0.25, 1 * 0.5
  CHECK(all.sums_of(std::vector{0.5, 9.0, 0.25}) == std::vector{1.25, 0.0, 1.5, 0.5});
}

TEST_CASE("the uses of all cells of NAS-Bench-201 are those that the space tells") {
  const SearchSpace space = find_space("nasbench201");
  const auto layers = std::get<IndexedLayers>(space.layers("cifar10", {}));
  const std::int64_t size = indexed(space)->size;
  const LayerUses all(size, layers.uses);
  std::int64_t candidates = 0;
  for (std::size_t way = 0; way < all.ways(); ++way) candidates += all.candidates_of(way);
  CHECK(candidates == size);
  std::vector<std::vector<LayerUse>> seen;
  for (std::int64_t i = 0; i < size; ++i) {
    REQUIRE(uses_of(all, i) == layers.uses(i));
    seen.push_back(layers.uses(i));
  }
  const auto less = [](const auto& a, const auto& b) {
    return std::ranges::lexicographical_compare(a, b, [](const LayerUse& x, const LayerUse& y) {
      return x.layer != y.layer ? x.layer < y.layer : x.times < y.times;
    });
  };
  std::sort(seen.begin(), seen.end(), less);
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  CHECK(all.ways() == seen.size());
}

}  // namespace tilewise
