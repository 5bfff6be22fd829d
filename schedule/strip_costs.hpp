#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schedule/cost_hull.hpp"
#include "schedule/home_costs.hpp"
#include "schedule/strips.hpp"

namespace tilewise {

/// A way to run a group, and the totals of it that are least for some weights.
struct StripOption {
  StripChoice choice;
  CostHull totals;
};

/// What groups cost in strips: each distinct run under its best mapping, searched once.
class StripCosts {
 public:
  explicit StripCosts(const HomeCosts::Asked& asked);

  /// The totals of a plan that are least for some weights, in a home of which `taken` is not there
  /// for it; empty: it has no room, or a run of it has no mapping. Throws Interrupted where it was
  /// told to stop.
  CostHull totals(const StripGroup& group, const StripPlan& plan,
                  const std::vector<Bits>& taken = {});
  /// Those of the choices that are possible and have room, each worked out in full.
  std::vector<StripOption> options(const StripGroup& group, const std::vector<StripChoice>& choices,
                                   const std::vector<Bits>& taken = {});

  std::size_t searches() const { return costs_.searches(); }

 private:
  std::size_t place_of(const StripRun& run, const std::vector<Bits>& taken);

  HomeCosts::Asked asked_;
  HomeCosts costs_;
  std::map<std::string, std::size_t> layers_;  ///< by canonical_key
};

}  // namespace tilewise
