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

/// Two costs are the same where they differ by less than this share: sums in another order round
/// differently.
inline constexpr double kRounding = 1e-9;

/// Writes down every mapping of the space one by one, whether it fits or not: the slow and obvious
/// reading of docs/mapper.md. Shares no code with the mapper.
class EveryMapping {
 public:
  /// Takes a mapping; false ends the enumeration.
  using Visit = std::function<bool(const Mapping&)>;

  EveryMapping(const Architecture& architecture, const Layer& layer, Factors factors, Visit visit)
      : architecture_(architecture), layer_(layer), factors_(factors), visit_(std::move(visit)) {
    mapping_.levels.resize(architecture.levels.size());
  }

  void run() { split(0, mapping_.levels.size(), Place::X, layer_.bounds[Dim::N]); }

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
    for (std::int64_t bound = 1; bound <= rest && !stopped_; ++bound) {
      if (bound < allowed.least || bound > allowed.most) continue;
      const bool outermost = at == Place::Temporal && level == 1;
      if ((allowed.full || outermost) && bound != rest) continue;
      // A folded loop may be as long as the whole array; whether it fits is find_misfit's to say.
      const bool folds = at == Place::X && room.fold == dim;
      const std::int64_t most = folds ? room.x.size * room.y.size : axis.size;
      if (at != Place::Temporal && bound > 1 && (bound > most || !axis.dims[dim])) continue;
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
    } while (!stopped_ && std::next_permutation(loops.begin(), loops.end()));
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
    if (stopped_) return;
    if (level == mapping_.levels.size()) {
      stopped_ = !visit_(canonical());
      return;
    }
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

  /// Loops along Y outside those along X.
  Mapping canonical() const {
    Mapping mapping = mapping_;
    for (LevelMapping& level : mapping.levels) {
      std::sort(level.spatial.begin(), level.spatial.end(), [](const auto& a, const auto& b) {
        return a.axis != b.axis ? a.axis > b.axis : a.dim < b.dim;
      });
    }
    return mapping;
  }

  const Architecture& architecture_;
  const Layer& layer_;
  Factors factors_;
  Visit visit_;
  Mapping mapping_;
  bool stopped_ = false;
};

/// How many mappings the space has, counted up to `most`.
inline std::int64_t count_mappings(const Architecture& architecture, const Layer& layer,
                                   Factors factors, std::int64_t most) {
  std::int64_t count = 0;
  EveryMapping(architecture, layer, factors, [&](const Mapping&) { return ++count < most; }).run();
  return count;
}

/// What a mapping costs, as the Pareto front sees it.
struct CostPoint {
  double latency = 0.0;
  double energy = 0.0;
};
inline CostPoint point_of(const LayerCost& cost) {
  return {cost.latency.total.count(), cost.energy.total.count()};
}

/// The points that no other one beats, by rising latency. What differs by rounding only counts as
/// equal: of points of equal latency the one of least energy stays.
inline std::vector<CostPoint> front_of(std::vector<CostPoint> points) {
  std::sort(points.begin(), points.end(), [](const CostPoint& a, const CostPoint& b) {
    return a.latency != b.latency ? a.latency < b.latency : a.energy < b.energy;
  });
  std::vector<CostPoint> front;
  for (const CostPoint& point : points) {
    if (!front.empty() && point.energy >= front.back().energy * (1.0 - kRounding)) continue;
    if (!front.empty() && point.latency <= front.back().latency * (1.0 + kRounding)) {
      front.pop_back();
    }
    front.push_back(point);
  }
  return front;
}

/// What full enumeration finds.
struct Enumerated {
  std::int64_t mappings = 0;
  std::int64_t fitting = 0;
  EnumArray<Objective, double> least{};
  std::vector<CostPoint> front;
};

/// Asks find_misfit of mappings whether they fit, and evaluate what they cost.
class Enumeration {
 public:
  Enumeration(const Architecture& architecture, const Layer& layer)
      : architecture_(architecture), layer_(layer) {}

  void add(const Mapping& mapping) {
    ++result_.mappings;
    if (find_misfit(architecture_, layer_, mapping)) return;
    ++result_.fitting;
    const LayerCost cost = evaluate(architecture_, layer_, mapping);
    for (const Objective objective : all_of<Objective>()) {
      const double value = objective_value(objective, cost.latency.total, cost.energy.total);
      double& least = result_.least[objective];
      if (result_.fitting == 1 || value < least) least = value;
    }
    points_.push_back(point_of(cost));
  }

  Enumerated take() {
    result_.front = front_of(std::move(points_));
    return std::move(result_);
  }

 private:
  const Architecture& architecture_;
  const Layer& layer_;
  Enumerated result_;
  std::vector<CostPoint> points_;
};

inline Enumerated enumerate(const Architecture& architecture, const Layer& layer, Factors factors) {
  Enumeration all(architecture, layer);
  EveryMapping(architecture, layer, factors, [&](const Mapping& mapping) {
    all.add(mapping);
    return true;
  }).run();
  return all.take();
}

}  // namespace tilewise::testing
