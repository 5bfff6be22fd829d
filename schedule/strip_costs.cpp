#include "schedule/strip_costs.hpp"

#include <utility>
#include <variant>

#include "base/error.hpp"

namespace tilewise {
namespace {

/// The same totals so many times, each the same corner: sums of others lie on or above these.
CostHull times(CostHull hull, std::int64_t count) {
  const auto factor = static_cast<double>(count);
  for (TotalCost& each : hull) each = factor * each;
  return hull;
}

}  // namespace

StripCosts::StripCosts(const HomeCosts::Asked& asked) : asked_(asked), costs_(asked) {}

std::size_t StripCosts::place_of(const StripRun& run, const std::vector<Bits>& taken) {
  const auto [at, fresh] = layers_.try_emplace(canonical_key(run.part), 0);
  if (fresh) at->second = costs_.add_layer(run.part, nullptr);
  HomeAsk ask{at->second, run.use};
  for (std::size_t m = 0; m < taken.size(); ++m) ask.use.taken[m] += taken[m];
  return costs_.place_of(ask);
}

CostHull StripCosts::totals(const StripGroup& group, const StripPlan& plan,
                            const std::vector<Bits>& taken) {
  std::vector<Bits> room = home_room(asked_.architecture, asked_.home);
  for (std::size_t m = 0; m < taken.size(); ++m) room[m] = room[m] - taken[m];
  if (!has_room(plan, room)) return {};
  std::vector<std::size_t> places;
  for (const StripRun& run : plan.runs) places.push_back(place_of(run, taken));
  costs_.settle(places);
  CostHull all{TotalCost{}};
  for (const StripLoad& load : plan.loads) {
    const TotalCost each =
        total_of(load_cost(group.layers[load.layer].layer, load, asked_.architecture, asked_.home));
    all = sum(all, times({each}, load.times), asked_.totals);
  }
  for (std::size_t r = 0; r < places.size(); ++r) {
    if (!costs_.known(places[r])) throw Interrupted();
    all = sum(all, times(hull_of(costs_.points(places[r])), plan.runs[r].times), asked_.totals);
  }
  return all;
}

std::vector<StripOption> StripCosts::options(const StripGroup& group,
                                             const std::vector<StripChoice>& choices,
                                             const std::vector<Bits>& taken) {
  std::vector<StripOption> made;
  for (const StripChoice& choice : choices) {
    const auto plan = strip_plan(group, choice, asked_.architecture, asked_.home);
    if (std::holds_alternative<NoStrips>(plan)) continue;
    CostHull found = totals(group, std::get<StripPlan>(plan), taken);
    if (!found.empty()) made.push_back({choice, std::move(found)});
  }
  return made;
}

}  // namespace tilewise
