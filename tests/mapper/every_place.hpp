#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "brute_force.hpp"
#include "random_problem.hpp"

namespace tilewise::testing {

/// Writes down every mapping of a space in which each tensor of a level may have a place of its own
/// in the nest: a number for each tensor and level, 0 where it bypasses, else which of the level's
/// places it has. Shares no code with the mapper, nor with sim/tile_places.
class EveryPlace {
 public:
  explicit EveryPlace(const DrawnProblem& problem) : problem_(problem) {
    numbers_.resize(problem.architecture.levels.size());
  }

  /// None where there are more than `most` mappings.
  std::optional<Enumerated> run(std::int64_t most) {
    Enumeration all(problem_.architecture, problem_.layer);
    left_ = most;
    number(1, 0, all);
    if (left_ < 0) return std::nullopt;
    return all.take();
  }

 private:
  using Numbers = EnumArray<Tensor, int>;

  void number(std::size_t level, std::size_t t, Enumeration& all) {
    if (left_ < 0) return;
    if (level == numbers_.size()) return mappings(all);
    if (t == enum_size<Tensor>) {
      if (is_gapless(numbers_[level])) number(level + 1, 0, all);
      return;
    }
    const Tensor tensor = kTensors[t];
    const bool there = problem_.architecture.levels[level].memory_of(tensor) != nullptr &&
                       has_tensor(problem_.layer, tensor);
    const auto pinned = problem_.architecture.constraints[level].keep[tensor];
    for (int place = 0; place <= 3; ++place) {
      if (place > 0 && (!there || !pinned.value_or(true))) continue;
      if (place == 0 && there && pinned.value_or(false)) continue;
      numbers_[level][tensor] = place;
      number(level, t + 1, all);
    }
  }

  /// Places 1 to n, each with a tensor.
  static bool is_gapless(const Numbers& numbers) {
    const int last = *std::max_element(numbers.begin(), numbers.end());
    for (int place = 1; place < last; ++place) {
      if (std::find(numbers.begin(), numbers.end(), place) == numbers.end()) return false;
    }
    return true;
  }

  /// All mappings with the places at hand: a level with several is written as so many levels,
  /// without a fan-out but for the last.
  void mappings(Enumeration& all) {
    Architecture on = problem_.architecture;
    on.levels.clear();
    on.constraints.clear();
    std::vector<std::size_t> places;
    for (std::size_t level = 0; level < numbers_.size(); ++level) {
      const Numbers& numbers = numbers_[level];
      const int last =
          level == 0 ? 1 : std::max(1, *std::max_element(numbers.begin(), numbers.end()));
      for (int place = 1; place <= last; ++place) {
        on.levels.push_back(problem_.architecture.levels[level]);
        on.constraints.push_back(problem_.architecture.constraints[level]);
        places.push_back(static_cast<std::size_t>(place - 1));
        if (level > 0) {
          for (const Tensor t : kTensors) on.constraints.back().keep[t] = numbers[t] == place;
        }
        if (place == last) continue;
        on.levels.back().fan_out = {};
        on.constraints.back().spatial_x = {};
        on.constraints.back().spatial_y = {};
      }
    }
    EveryMapping(on, problem_.layer, problem_.factors, [&](const Mapping& mapping) {
      Mapping placed = mapping;
      for (std::size_t l = 0; l < places.size(); ++l) placed.levels[l].place = places[l];
      all.add(placed);
      return --left_ >= 0;
    }).run();
  }

  const DrawnProblem& problem_;
  std::vector<Numbers> numbers_;  ///< [level]; of the first nothing
  std::int64_t left_ = 0;
};

}  // namespace tilewise::testing
