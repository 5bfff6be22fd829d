#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>

#include "schedule/best_totals.hpp"
#include "schedule/kept_graph.hpp"

namespace tilewise {

/// A graph in which weights that stay take `range` of the home, and its best schedule.
struct SolvedRange {
  KeptGraph graph;
  BestTotals best;
};

/// Solves a range; of totals that are no less than `cutoff` it may find none.
using SolveRange = std::function<SolvedRange(const ResidentRange& range, double cutoff)>;

/// The best schedule over all sets of weights that stay.
struct ResidentSearch {
  std::optional<SolvedRange> best;  ///< empty: nothing fits, or nothing is known
  double value = std::numeric_limits<double>::infinity();
  double lower_bound = std::numeric_limits<double>::infinity();
  bool proven = true;
  bool complete = true;  ///< false: some graph has too many states
  std::int64_t ranges = 0;
  std::int64_t weights = 0;  ///< weighted sums that were made least
};

/// Which weights stay is a choice for each layer, but what they take together is taken from all. So
/// a range of that is solved with the least of it taken and the most of it allowed, which bounds
/// every choice in the range below; where the answer stays within the least it is one of them, else
/// the range is cut. `most`: what all that may stay takes, at most the room of its memory.
ResidentSearch search_residents(Bits most, const SolveRange& solve);
/// Where it is given what stays: all of `stays`.
ResidentSearch price_residents(Bits stays, const SolveRange& solve);

}  // namespace tilewise
