// Totals of a network are sums over its layers. Their product, and every weighted sum of them, is
// least at a corner of the convex hull of all totals, which are sums of corners of the layers
// (docs/schedule.md): nothing else of a layer's front is ever needed.
#include "schedule/cost_hull.hpp"

#include <algorithm>
#include <limits>

namespace tilewise {
namespace {

/// By what is made least first, then by the other.
std::pair<double, double> key_of(const TotalCost& cost, Totals totals) {
  if (totals == Totals::Energy) return {cost.energy_pj, cost.latency_cycles};
  return {cost.latency_cycles, cost.energy_pj};
}

/// Whether `b` lies on or above the line from `a` to `c`.
bool above_line(const TotalCost& a, const TotalCost& b, const TotalCost& c) {
  return (b.energy_pj - a.energy_pj) * (c.latency_cycles - a.latency_cycles) >=
         (c.energy_pj - a.energy_pj) * (b.latency_cycles - a.latency_cycles);
}

/// The corners of points in the order of their keys; `cost_of(point)`.
template <class Point, class CostOf>
void keep_corners(std::vector<Point>& points, Totals totals, const CostOf& cost_of) {
  if (totals != Totals::Both) {
    points.resize(std::min<std::size_t>(points.size(), 1));
    return;
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const TotalCost& cost = cost_of(points[i]);
    if (kept > 0 && cost.energy_pj >= cost_of(points[kept - 1]).energy_pj) continue;
    while (kept > 1 && above_line(cost_of(points[kept - 2]), cost_of(points[kept - 1]), cost)) {
      --kept;
    }
    if (kept != i) points[kept] = std::move(points[i]);
    ++kept;
  }
  points.resize(kept);
}

TotalCost added(TotalCost a, const TotalCost& b) { return a += b; }

/// What an edge of a hull adds.
struct Edge {
  double energy_pj = 0.0;       ///< not above zero
  double latency_cycles = 0.0;  ///< not below zero
};
Edge edge_after(const CostHull& hull, std::size_t at) {
  return {hull[at + 1].energy_pj - hull[at].energy_pj,
          hull[at + 1].latency_cycles - hull[at].latency_cycles};
}
/// Whether `a` saves at least as much energy a cycle as `b`.
bool as_steep(const Edge& a, const Edge& b) {
  return a.energy_pj * b.latency_cycles <= b.energy_pj * a.latency_cycles;
}

}  // namespace

void keep_extremes(std::vector<CostPoint>& points, Totals totals) {
  std::sort(points.begin(), points.end(), [&](const CostPoint& a, const CostPoint& b) {
    const auto left = key_of(a.cost, totals);
    const auto right = key_of(b.cost, totals);
    return left != right ? left < right : a.mapping < b.mapping;
  });
  keep_corners(points, totals, [](const CostPoint& p) -> const TotalCost& { return p.cost; });
}

CostHull hull_of(const std::vector<CostPoint>& points) {
  CostHull hull;
  for (const CostPoint& point : points) hull.push_back(point.cost);
  return hull;
}

CostHull sum(const CostHull& a, const CostHull& b, Totals totals) {
  if (a.empty() || b.empty()) return {};
  CostHull made{added(a.front(), b.front())};
  if (totals != Totals::Both) return made;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i + 1 < a.size() || j + 1 < b.size()) {
    // The steeper edge first.
    const bool of_a =
        j + 1 == b.size() || (i + 1 < a.size() && as_steep(edge_after(a, i), edge_after(b, j)));
    of_a ? ++i : ++j;
    made.push_back(added(a[i], b[j]));
  }
  return made;
}

CostHull join(const CostHull& a, const CostHull& b, Totals totals) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  CostHull made(a.size() + b.size());
  std::merge(a.begin(), a.end(), b.begin(), b.end(), made.begin(),
             [&](const TotalCost& x, const TotalCost& y) {
               return key_of(x, totals) < key_of(y, totals);
             });
  keep_corners(made, totals, [](const TotalCost& cost) -> const TotalCost& { return cost; });
  return made;
}

}  // namespace tilewise
