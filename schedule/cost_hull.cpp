// Totals of a network are sums over its layers. Their product, and every weighted sum of them, is
// least at a corner of the convex hull of all totals, which are sums of corners of the layers
// (docs/schedule.md): nothing else of a layer's front is ever needed.
#include "schedule/cost_hull.hpp"

#include <algorithm>
#include <tuple>

namespace tilewise {
namespace {

/// Whether `b` lies on or above the line from `a` to `c`.
bool above_line(const CostPoint& a, const CostPoint& b, const CostPoint& c) {
  return (b.energy_pj - a.energy_pj) * (c.latency_cycles - a.latency_cycles) >=
         (c.energy_pj - a.energy_pj) * (b.latency_cycles - a.latency_cycles);
}

}  // namespace

void keep_extremes(std::vector<CostPoint>& points, Totals totals) {
  const bool energy_first = totals == Totals::Energy;
  std::sort(points.begin(), points.end(), [&](const CostPoint& a, const CostPoint& b) {
    const auto key = [&](const CostPoint& p) {
      return energy_first ? std::tuple(p.energy_pj, p.latency_cycles)
                          : std::tuple(p.latency_cycles, p.energy_pj);
    };
    return key(a) != key(b) ? key(a) < key(b) : a.mapping < b.mapping;
  });
  if (totals != Totals::Both) {
    points.resize(std::min<std::size_t>(points.size(), 1));
    return;
  }
  std::vector<CostPoint> hull;
  for (CostPoint& point : points) {
    if (!hull.empty() && point.energy_pj >= hull.back().energy_pj) continue;
    while (hull.size() > 1 && above_line(hull[hull.size() - 2], hull.back(), point)) {
      hull.pop_back();
    }
    hull.push_back(std::move(point));
  }
  points = std::move(hull);
}

}  // namespace tilewise
