#include "mapper/bound/axis_bounds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "base/integers.hpp"
#include "sim/random_nests.hpp"

namespace tilewise {
namespace {

/// A dimension cut into tiles: temporal loops, then instances, then temporal loops, then a tile.
struct CutDim {
  std::int64_t size = 1;
  std::int64_t tile = 1;
  std::int64_t inner = 1;
  std::int64_t instances = 1;

  CutDim(testing::RandomNests& random, std::int64_t most)
      : size(random.pick(1, most)),
        tile(random.pick(1, size)),
        inner(random.pick(1, std::min<std::int64_t>(2, ceil_div(size, tile)))),
        instances(random.pick(1, std::min<std::int64_t>(4, ceil_div(size, tile * inner)))) {}
  std::int64_t outer() const { return ceil_div(size, tile * inner * instances); }
  std::int64_t positions() const { return outer() * inner; }
  std::int64_t first(std::int64_t position, std::int64_t instance) const {
    return ((position / inner * instances + instance) * inner + position % inner) * tile;
  }
  DimView view() const {
    DimView made;
    made.size = size;
    made.extent = tile;
    made.tiles = ceil_div(size, tile);
    made.outside = made.merged = instances;
    made.positions = positions();
    made.siblings = inner == 1 ? instances : 1;
    made.moves = tile * instances < size;
    return made;
  }
};

/// The coordinates of an instance's tile at a position.
std::set<std::int64_t> coordinates_of(const InputAxis& axis, const CutDim& outputs,
                                      std::int64_t output_position, std::int64_t output_instance,
                                      const CutDim& taps, std::int64_t tap_position,
                                      std::int64_t tap_instance) {
  std::set<std::int64_t> made;
  const std::int64_t p0 = outputs.first(output_position, output_instance);
  const std::int64_t r0 = taps.first(tap_position, tap_instance);
  for (std::int64_t p = p0; p < std::min(p0 + outputs.tile, outputs.size); ++p) {
    for (std::int64_t r = r0; r < std::min(r0 + taps.tile, taps.size); ++r) {
      const std::int64_t at = p * axis.step.stride + r * axis.step.dilation;
      if (!axis.real || (at >= axis.real_low && at < axis.real_high)) made.insert(at);
    }
  }
  return made;
}

/// Calls visit(output position, tap position).
template <class Visit>
void for_each_position(const CutDim& outputs, const CutDim& taps, const Visit& visit) {
  for (std::int64_t i = 0; i < outputs.positions(); ++i) {
    for (std::int64_t j = 0; j < taps.positions(); ++j) visit(i, j);
  }
}

/// The same with the temporal loops of each level in an order: taps outside or inside outputs.
template <class Visit>
void for_each_turn(const CutDim& outputs, const CutDim& taps, bool outer_swapped,
                   bool inner_swapped, const Visit& visit) {
  const auto level = [](std::int64_t of_outputs, std::int64_t of_taps, bool swapped,
                        const auto& inside) {
    for (std::int64_t i = 0; i < (swapped ? of_taps : of_outputs); ++i) {
      for (std::int64_t j = 0; j < (swapped ? of_outputs : of_taps); ++j) {
        swapped ? inside(j, i) : inside(i, j);
      }
    }
  };
  level(outputs.outer(), taps.outer(), outer_swapped, [&](std::int64_t i, std::int64_t j) {
    level(outputs.inner, taps.inner, inner_swapped, [&](std::int64_t k, std::int64_t l) {
      visit(i * outputs.inner + k, j * taps.inner + l);
    });
  });
}

InputAxis random_axis(testing::RandomNests& random, const CutDim& outputs, const CutDim& taps) {
  InputAxis axis;
  axis.output = outputs.view();
  axis.filter = taps.view();
  axis.all_taps = taps.size;
  axis.step.stride = random.pick(1, 4);
  axis.step.dilation = random.pick(1, 3);
  axis.real_low = random.pick(0, 2);
  axis.real_high = axis.real_low + random.pick(1, 40);
  axis.real = random.pick(0, 1) == 1;
  axis.adjacent = outputs.inner == 1 && taps.inner == 1;
  axis.merges = true;
  axis.sure_moves = share_of_sure_moves(axis);
  return axis;
}

TEST_CASE("no fewer coordinates reach instances that merge than the bounds of an axis say") {
  testing::RandomNests random(11);
  int reached = 0;
  for (int trial = 0; trial < 20'000; ++trial) {
    const CutDim outputs(random, 14);
    const CutDim taps(random, 6);
    const InputAxis axis = random_axis(random, outputs, taps);
    double unions = 0.0;
    std::set<std::int64_t> all;
    for_each_position(outputs, taps, [&](std::int64_t i, std::int64_t j) {
      std::set<std::int64_t> wanted;
      for (std::int64_t p = 0; p < outputs.instances; ++p) {
        for (std::int64_t r = 0; r < taps.instances; ++r) {
          wanted.merge(coordinates_of(axis, outputs, i, p, taps, j, r));
        }
      }
      unions += static_cast<double>(wanted.size());
      all.merge(wanted);
    });
    const AxisWords least = axis_words_of(axis).parent;
    CAPTURE(trial);
    CHECK(least.tiles <= unions);
    CHECK(least.new_words <= unions);
    if (axis.real) CHECK(least.once == static_cast<double>(all.size()));
    reached += least.tiles == unions ? 1 : 0;
  }
  CHECK(reached > 10'000);
}

TEST_CASE("no fewer new coordinates arrive, turn by turn, than the bounds of an axis say") {
  testing::RandomNests random(13);
  int near = 0;
  for (int trial = 0; trial < 8'000; ++trial) {
    const CutDim outputs(random, 14);
    const CutDim taps(random, 6);
    InputAxis axis = random_axis(random, outputs, taps);
    axis.real = false;
    const AxisBoth least = axis_words_of(axis);
    using Tiles = std::vector<std::set<std::int64_t>>;
    const auto count = static_cast<std::size_t>(outputs.instances * taps.instances);
    for (const auto& [outer, inner] :
         {std::pair{false, false}, {false, true}, {true, false}, {true, true}}) {
      Tiles before(count);
      double at_children = 0.0;
      double at_parent = 0.0;
      double changed = 0.0;
      for_each_turn(outputs, taps, outer, inner, [&](std::int64_t i, std::int64_t j) {
        std::set<std::int64_t> sent;
        for (std::size_t at = 0; at < count; ++at) {
          const auto place = static_cast<std::int64_t>(at);
          auto tile = coordinates_of(axis, outputs, i, place / taps.instances, taps, j,
                                     place % taps.instances);
          std::vector<std::int64_t> fresh;
          std::set_difference(tile.begin(), tile.end(), before[at].begin(), before[at].end(),
                              std::back_inserter(fresh));
          at_children += static_cast<double>(fresh.size());
          sent.insert(fresh.begin(), fresh.end());
          if (tile != before[at]) changed += static_cast<double>(tile.size());
          before[at] = std::move(tile);
        }
        at_parent += static_cast<double>(sent.size());
      });
      CAPTURE(trial);
      CHECK(least.child.new_words <= at_children);
      CHECK(least.parent.new_words <= at_parent);
      CHECK(least.child.once <= at_children);
      CHECK(least.child.changed_tiles <= changed);
      near += least.child.new_words > 0.5 * at_children ? 1 : 0;
    }
  }
  CHECK(near > 8'000);
}

TEST_CASE("tiles at two positions differ where the loops of an axis are sure to move them") {
  testing::RandomNests random(12);
  int sure = 0;
  int met = 0;
  for (int trial = 0; trial < 20'000; ++trial) {
    const CutDim outputs(random, 30);
    const CutDim taps(random, 6);
    InputAxis axis = random_axis(random, outputs, taps);
    axis.real = false;
    std::set<std::set<std::int64_t>> tiles;
    std::int64_t positions = 0;
    for_each_position(outputs, taps, [&](std::int64_t i, std::int64_t j) {
      const auto tile = coordinates_of(axis, outputs, i, 0, taps, j, 0);
      if (tile.empty()) return;
      ++positions;
      tiles.insert(tile);
    });
    const bool differ = static_cast<std::int64_t>(tiles.size()) == positions;
    CAPTURE(trial);
    if (axis.sure_moves == 1.0) CHECK(differ);
    if (!axis.output.moves || !axis.filter.moves) continue;
    sure += axis.sure_moves == 1.0 ? 1 : 0;
    met += differ ? 0 : 1;
  }
  CHECK(sure > 500);
  CHECK(met > 200);
}

TEST_CASE("the real coordinates of all tiles are those of each tile, added up") {
  testing::RandomNests random(5);
  for (int trial = 0; trial < 2000; ++trial) {
    InputAxis axis;
    axis.output.size = random.pick(1, 12);
    axis.filter.size = random.pick(1, 6);
    axis.step.stride = random.pick(1, 4);
    axis.step.dilation = random.pick(1, 3);
    axis.real_low = random.pick(0, 9);
    axis.real_high = axis.real_low + random.pick(1, 30);
    const std::int64_t outputs = random.pick(1, axis.output.size);
    const std::int64_t taps = random.pick(1, axis.filter.size);
    double sum = 0.0;
    for (std::int64_t p = 0; p < axis.output.size; p += outputs) {
      for (std::int64_t r = 0; r < axis.filter.size; r += taps) {
        sum += static_cast<double>(axis.distinct_real(p, std::min(outputs, axis.output.size - p), r,
                                                      std::min(taps, axis.filter.size - r)));
      }
    }
    CAPTURE(trial);
    CHECK(axis.sum_of_real_tiles(outputs, taps) == sum);
  }
}

}  // namespace
}  // namespace tilewise
