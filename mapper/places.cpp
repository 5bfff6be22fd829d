#include "mapper/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/enum_words.hpp"
#include "base/error.hpp"
#include "mapper/search_tuning.hpp"
#include "mapper/splits.hpp"
#include "sim/tile_places.hpp"

namespace tilewise {
namespace {

/// Whether a dataflow says nothing of the temporal loops that the layer may have.
bool has_free_loops(const LevelConstraint& rule, const Layer& layer) {
  return rule.orders.empty() && std::all_of(kDims.begin(), kDims.end(), [&](Dim d) {
           return layer.bounds[d] == 1 || rule.temporal[d] == FactorRule{};
         });
}

/// Adds every way of putting the tensors from `t` on into the places so far, into a new one before,
/// between or after them, or nowhere where they may bypass.
void add_ways(const Level& level, const LevelConstraint& rule, const Layer& layer, std::size_t t,
              const LevelPlaces& so_far, std::vector<LevelPlaces>& ways) {
  if (t == enum_size<Tensor>) {
    if (so_far.size() > 1) ways.push_back(so_far);
    return;
  }
  const Tensor tensor = kTensors[t];
  const auto go_on = [&](const LevelPlaces& places) {
    add_ways(level, rule, layer, t + 1, places, ways);
  };
  const bool may_keep = level.memory_of(tensor) != nullptr && has_tensor(layer, tensor) &&
                        rule.keep[tensor].value_or(true);
  const bool may_bypass = !may_keep || !rule.keep[tensor].has_value();
  if (may_bypass) go_on(so_far);
  if (!may_keep) return;
  for (std::size_t place = 0; place <= so_far.size(); ++place) {
    if (place < so_far.size()) {
      LevelPlaces joined = so_far;
      joined[place][tensor] = true;
      go_on(joined);
    }
    LevelPlaces own = so_far;
    KeptSetAt alone{};
    alone[tensor] = true;
    own.insert(own.begin() + static_cast<std::ptrdiff_t>(place), alone);
    go_on(own);
  }
}

/// The ways of giving the tensors of a level places of their own; none where it has one for all.
std::vector<LevelPlaces> ways_of(const Architecture& architecture, const Layer& layer,
                                 std::size_t level) {
  const FanOut& above = architecture.levels[level - 1].fan_out;
  std::vector<LevelPlaces> ways;
  if (above.skew == Skew::Pass || above.refill == Refill::InTurn) return ways;
  if (!has_free_loops(architecture.constraints[level - 1], layer) ||
      !has_free_loops(architecture.constraints[level], layer)) {
    return ways;
  }
  add_ways(architecture.levels[level], architecture.constraints[level], layer, 0, {}, ways);
  return ways;
}

}  // namespace

std::string_view name(Tiles tiles) {
  switch (tiles) {
    case Tiles::Even: return "even";
    case Tiles::ByTensor: return "by_tensor";
  }
  return "";
}

Tiles parse_tiles(std::string_view word) { return parse_enum<Tiles>(word, "tiles"); }

std::vector<Architecture> spaces_of(const Architecture& architecture, const Layer& layer,
                                    Tiles tiles) {
  if (tiles == Tiles::Even) return {architecture};
  std::vector<std::vector<LevelPlaces>> ways{{{}}};  // [level] one place first
  std::size_t most_levels = 1;
  for (std::size_t level = 1; level < architecture.levels.size(); ++level) {
    ways.push_back(ways_of(architecture, layer, level));
    std::size_t most = 1;
    for (const LevelPlaces& way : ways.back()) most = std::max(most, way.size());
    most_levels += most;
    ways.back().insert(ways.back().begin(), LevelPlaces{});
  }
  if (most_levels == architecture.levels.size()) {
    throw InputError(fmt::format(
        "--tiles by_tensor: no level of {} can give tensors places of their own: it keeps one, or "
        "its dataflow fixes the loops there; take --tiles even, or free them in the architecture",
        architecture.name));
  }
  if (most_levels > kMostLevels) {
    throw InputError(fmt::format(
        "--tiles by_tensor: {} has {} levels once its tensors have places of their own; the "
        "search takes at most {}; take --tiles even, or keep fewer tensors",
        architecture.name, most_levels, kMostLevels));
  }
  std::vector<std::vector<LevelPlaces>> combined{{}};
  for (const std::vector<LevelPlaces>& of_level : ways) {
    std::vector<std::vector<LevelPlaces>> longer;
    for (const auto& outer : combined) {
      for (const LevelPlaces& way : of_level) {
        longer.push_back(outer);
        longer.back().push_back(way);
      }
    }
    combined = std::move(longer);
  }
  std::vector<Architecture> spaces;
  for (const auto& places : combined) spaces.push_back(with_places(architecture, places));
  return spaces;
}

}  // namespace tilewise
