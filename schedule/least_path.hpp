#pragma once

#include <cstddef>
#include <vector>

#include "schedule/cost_hull.hpp"
#include "schedule/home_costs.hpp"
#include "schedule/kept_graph.hpp"

namespace tilewise {

/// A schedule as a path: for each step its edge, and which of its costs each part of that has.
struct KeptPath {
  std::vector<std::size_t> edges;                ///< [step]
  std::vector<std::vector<std::size_t>> points;  ///< [step][part]
  TotalCost total;
  Bits resident;                     ///< weights that stay over all images
  std::vector<std::size_t> unknown;  ///< places on it that are lower bounds still
  bool found = false;                ///< false: no path leads to the end
};

/// Which costs a path may have.
enum class Costs {
  Bounded,  ///< those that are known, and bounds of the others
  Known,    ///< those that are known to be possible
};

/// The path of least weighted cost on which no more weights stay than the graph has room for; of
/// equal ones the first. `alone`: [layer] the cost of one that
/// does not run as one layer.
KeptPath least_path(const KeptGraph& graph, const HomeCosts& costs,
                    const std::vector<TotalCost>& alone, const Weights& weights,
                    Costs allowed = Costs::Bounded);

}  // namespace tilewise
