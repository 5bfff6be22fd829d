#pragma once

#include <functional>
#include <limits>
#include <vector>

#include "mapper/objective.hpp"
#include "schedule/cost_hull.hpp"
#include "schedule/least_path.hpp"

namespace tilewise {

/// The best schedule of a graph and what was done to prove it.
struct BestTotals {
  KeptPath path;       ///< all its costs are known; not found: nothing fits, or nothing is known
  double value = 0.0;  ///< of the objective
  double lower_bound = 0.0;  ///< no schedule of the graph is below
  bool proven = true;
  int weights = 0;  ///< weighted sums that were made least
};

/// Makes the objective of the totals least: a path whose costs are bounds has them searched, until
/// the least one has none. Energy times latency is least at a corner of the convex hull of all
/// totals, and those corners are the least weighted sums; what a corner between two that are known
/// could be at best bounds it (docs/schedule.md). `stop`: asked between searches; the best so far
/// is then not proven. Of totals that are no less than `cutoff` there may be none.
BestTotals best_totals(const KeptGraph& graph, HomeCosts& costs,
                       const std::vector<TotalCost>& alone, Objective objective,
                       const std::function<bool()>& stop,
                       double cutoff = std::numeric_limits<double>::infinity());

/// The corners of the convex hull of the totals of all schedules of a graph, those that are least
/// for some weights.
struct TotalsCorners {
  CostHull corners;    ///< by rising latency; empty: nothing fits, or nothing is known
  bool proven = true;  ///< false: stopped; those found are totals of schedules, not all corners
};
/// Between two corners that are known the weighted sum in the direction of their line finds another
/// one, or proves that there is none. `stop` as for best_totals.
TotalsCorners all_corners(const KeptGraph& graph, HomeCosts& costs,
                          const std::vector<TotalCost>& alone, const std::function<bool()>& stop);

}  // namespace tilewise
