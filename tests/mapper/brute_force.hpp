#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

#include "arch/architecture.hpp"
#include "base/integers.hpp"
#include "mapper/search.hpp"
#include "sim/evaluate.hpp"
#include "sim/validity.hpp"

namespace tilewise::testing {

/// The slow and obvious search: writes down every mapping of the space one by one, asks find_misfit
/// whether it fits and evaluate what it costs. Shares no code with the mapper.
class BruteForce {
 public:
  BruteForce(const Architecture& architecture, const Layer& layer, Factors factors)
      : architecture_(architecture), layer_(layer), factors_(factors) {
    mapping_.levels.resize(architecture.levels.size());
  }

  struct Answer {
    std::int64_t mappings = 0;
    std::int64_t fitting = 0;
    EnumArray<Objective, double> least{};
    EnumArray<Objective, std::optional<Mapping>> best;
  };

  Answer run() {
    split(0, mapping_.levels.size(), Place::X, layer_.bounds[Dim::N]);
    return answer_;
  }

 private:
  enum class Place { X, Y, Temporal };

  /// Splits dimension `d`: the place `at` of level `level` - 1 comes next, innermost first.
  void split(std::size_t d, std::size_t level, Place at, std::int64_t rest) {
    if (d == kDims.size()) return orders(0);
    const Dim dim = kDims[d];
    if (level == 0) {
      if (rest != 1) return;
      const bool last = d + 1 == kDims.size();
      return split(d + 1, mapping_.levels.size(), Place::X, last ? 1 : layer_.bounds[kDims[d + 1]]);
    }
    const LevelConstraint& rule = architecture_.constraints[level - 1];
    const FanOut& room = architecture_.levels[level - 1].fan_out;
    LevelMapping& into = mapping_.levels[level - 1];
    const auto next = [&](std::int64_t left) {
      if (at == Place::Temporal) return split(d, level - 1, Place::X, left);
      split(d, level, at == Place::X ? Place::Y : Place::Temporal, left);
    };
    const FactorRule& allowed = at == Place::X   ? rule.spatial_x[dim]
                                : at == Place::Y ? rule.spatial_y[dim]
                                                 : rule.temporal[dim];
    const FanOutAxis& axis = at == Place::X ? room.x : room.y;
    for (std::int64_t bound = 1; bound <= rest; ++bound) {
      if (bound < allowed.least || bound > allowed.most) continue;
      const bool outermost = at == Place::Temporal && level == 1;
      if ((allowed.full || outermost) && bound != rest) continue;
      if (at != Place::Temporal && bound > 1 && (bound > axis.size || !axis.dims[dim])) continue;
      if (at == Place::Temporal && factors_ == Factors::Divisors && rest % bound != 0) continue;
      if (bound == 1) {
        next(rest);
      } else if (at == Place::Temporal) {
        into.temporal.push_back({dim, bound});
        next(ceil_div(rest, bound));
        into.temporal.pop_back();
      } else {
        into.spatial.push_back({dim, bound, at == Place::X ? Axis::X : Axis::Y});
        next(ceil_div(rest, bound));
        into.spatial.pop_back();
      }
    }
  }

  /// Every order of the temporal loops at each level that the constraints list.
  void orders(std::size_t level) {
    if (level == mapping_.levels.size()) return keeps(0, 0);
    std::vector<Loop>& loops = mapping_.levels[level].temporal;
    const std::vector<Loop> saved = loops;
    std::sort(loops.begin(), loops.end());
    do {
      if (order_allowed(level, loops)) orders(level + 1);
    } while (std::next_permutation(loops.begin(), loops.end()));
    loops = saved;
  }

  bool order_allowed(std::size_t level, const std::vector<Loop>& loops) const {
    const auto& allowed = architecture_.constraints[level].orders;
    return allowed.empty() || std::any_of(allowed.begin(), allowed.end(), [&](const auto& order) {
             auto at = order.begin();
             return std::all_of(loops.begin(), loops.end(), [&](const Loop& loop) {
               at = std::find(at, order.end(), loop.dim);
               return at != order.end();
             });
           });
  }

  void keeps(std::size_t level, std::size_t t) {
    if (level == mapping_.levels.size()) return price();
    if (t == kTensors.size()) return keeps(level + 1, 0);
    const Tensor tensor = kTensors[t];
    const bool has_memory = architecture_.levels[level].memory_of(tensor) != nullptr;
    const auto& pinned = architecture_.constraints[level].keep[tensor];
    for (const bool keep : {true, false}) {
      if (keep && !has_memory) continue;
      if (!keep && has_memory && (level == 0 || !has_tensor(layer_, tensor))) continue;
      if (has_memory && pinned && *pinned != keep && level > 0 && has_tensor(layer_, tensor)) {
        continue;
      }
      mapping_.levels[level].keep[tensor] = keep;
      keeps(level, t + 1);
    }
  }

  void price() {
    ++answer_.mappings;
    if (find_misfit(architecture_, layer_, mapping_)) return;
    ++answer_.fitting;
    const LayerCost cost = evaluate(architecture_, layer_, mapping_);
    Mapping canonical = mapping_;
    for (LevelMapping& level : canonical.levels) {
      std::sort(level.spatial.begin(), level.spatial.end(), [](const auto& a, const auto& b) {
        return a.axis != b.axis ? a.axis > b.axis : a.dim < b.dim;
      });
    }
    for (const Objective objective : all_of<Objective>()) {
      const double value = objective_value(objective, cost.latency.total, cost.energy.total);
      auto& best = answer_.best[objective];
      if (!best || value < answer_.least[objective]) {
        answer_.least[objective] = value;
        best = canonical;
      }
    }
  }

  const Architecture& architecture_;
  const Layer& layer_;
  Factors factors_;
  Mapping mapping_;
  Answer answer_;
};

}  // namespace tilewise::testing
