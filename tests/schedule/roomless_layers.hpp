#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "arch/home.hpp"
#include "mapper/brute_force.hpp"
#include "mapper/random_problem.hpp"
#include "sim/evaluate.hpp"
#include "sim/validity.hpp"

namespace tilewise::testing {

/// The points that no other one beats, without any rounding, by rising latency.
inline std::vector<CostPoint> exact_front(std::vector<CostPoint> points) {
  std::sort(points.begin(), points.end(), [](const CostPoint& a, const CostPoint& b) {
    return a.latency != b.latency ? a.latency < b.latency : a.energy < b.energy;
  });
  std::vector<CostPoint> front;
  for (const CostPoint& point : points) {
    if (front.empty() || point.energy < front.back().energy) front.push_back(point);
  }
  return front;
}

/// Every sum of a point of one and a point of the other that no other sum beats.
inline std::vector<CostPoint> sums_of(const std::vector<CostPoint>& one,
                                      const std::vector<CostPoint>& other) {
  std::vector<CostPoint> sums;
  for (const CostPoint& a : one) {
    for (const CostPoint& b : other) sums.push_back({a.latency + b.latency, a.energy + b.energy});
  }
  return exact_front(std::move(sums));
}

/// All mappings of one layer whose tensors lie in given places, whatever room there is at home;
/// the dimensions are those of the merged layer.
class RoomlessLayer {
 public:
  RoomlessLayer(const Architecture& architecture, const Home& home, const Layer& layer,
                const HomeUse& use) {
    Architecture roomy = architecture;
    for (Memory& memory : roomy.levels[home.level].memories) memory.capacity.reset();
    const DrawnProblem problem = merged({at_home(roomy, home, use), layer, Factors::Divisors});
    const auto take = [&](const Mapping& mapping) {
      if (find_misfit(problem.architecture, problem.layer, mapping)) return true;
      const LayerCost cost = evaluate(problem.architecture, problem.layer, mapping);
      all_.emplace_back(point_of(cost), mapping);
      return true;
    };
    EveryMapping(problem.architecture, problem.layer, Factors::Divisors, take).run();
    std::sort(all_.begin(), all_.end(), [](const auto& a, const auto& b) {
      return std::pair(a.first.latency, a.first.energy) <
             std::pair(b.first.latency, b.first.energy);
    });
  }

  /// The front of those that fit a home of this size.
  std::vector<CostPoint> front(const Architecture& architecture, const Home& home,
                               const Layer& layer, const HomeUse& use) const {
    const DrawnProblem problem =
        merged({at_home(architecture, home, use), layer, Factors::Divisors});
    std::vector<CostPoint> found;
    for (const auto& [point, mapping] : all_) {
      if (!found.empty() && point.energy >= found.back().energy) continue;
      if (!find_misfit(problem.architecture, problem.layer, mapping)) found.push_back(point);
    }
    return found;
  }

 private:
  std::vector<std::pair<CostPoint, Mapping>> all_;  ///< by rising latency
};

/// The mappings of the layers of a network; they know no capacity of the home, so that one object
/// serves architectures that differ in nothing else.
class RoomlessLayers {
 public:
  /// `drained`: layers that run in its drain, so that it is `as_one`.
  const RoomlessLayer& of(const Architecture& architecture, const Home& home, std::size_t layer,
                          std::size_t drained, const Layer& as_one, const HomeUse& use) {
    const Key key{layer, drained, use.kept, use.exchanged, use.operands_off_chip, use.starts};
    const auto found = known_.find(key);
    if (found != known_.end()) return found->second;
    HomeUse nothing_taken = use;
    nothing_taken.taken.clear();
    return known_.emplace(key, RoomlessLayer(architecture, home, as_one, nothing_taken))
        .first->second;
  }

 private:
  struct Key {
    std::size_t layer = 0;
    std::size_t drained = 0;
    EnumArray<Tensor, bool> kept{};
    bool exchanged = false;
    std::int64_t operands_off_chip = 0;
    std::int64_t starts = 0;
    auto operator<=>(const Key&) const = default;
  };
  std::map<Key, RoomlessLayer> known_;
};

}  // namespace tilewise::testing
