#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "mapper/search_checks.hpp"
#include "schedule/cost_hull.hpp"

namespace tilewise::testing {

/// The points of a front below every line between two others, by more than rounding.
inline std::vector<CostPoint> corners_below_all_lines(const std::vector<CostPoint>& front) {
  std::vector<CostPoint> corners;
  for (const CostPoint& point : front) {
    double before = -std::numeric_limits<double>::infinity();
    double after = 0.0;  // what is slower has less energy, or is beaten
    const bool beaten = std::any_of(front.begin(), front.end(), [&](const CostPoint& other) {
      return covers(other, point) && !same(other, point);
    });
    if (beaten) continue;  // by what differs in rounding
    for (const CostPoint& other : front) {
      if (same(other.latency, point.latency)) continue;
      const double slope = (other.energy - point.energy) / (other.latency - point.latency);
      if (other.latency < point.latency) before = std::max(before, slope);
      if (other.latency > point.latency) after = std::min(after, slope);
    }
    if (before < after - 1e-7 * -after) corners.push_back(point);
  }
  return corners;
}

/// `corners` are those of the convex hull of `front`, of all totals that no other ones beat.
inline void check_corners(const std::vector<CostPoint>& front, const CostHull& corners) {
  REQUIRE_FALSE(corners.empty());
  const auto is_among = [](const auto& all, const CostPoint& point) {
    return std::any_of(all.begin(), all.end(), [&](const CostPoint& p) { return same(p, point); });
  };
  std::vector<CostPoint> found;
  for (const TotalCost& corner : corners) {
    found.push_back({corner.latency_cycles, corner.energy_pj});
    CHECK(is_among(front, found.back()));
  }
  for (const CostPoint& corner : corners_below_all_lines(front)) CHECK(is_among(found, corner));
  // By rising latency, each edge less steep than the one before.
  for (std::size_t i = 1; i < found.size(); ++i) {
    CHECK(found[i].latency > found[i - 1].latency);
    CHECK(found[i].energy < found[i - 1].energy);
  }
  CHECK(corners_below_all_lines(found).size() == found.size());
}

}  // namespace tilewise::testing
