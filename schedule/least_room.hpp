#pragma once

#include <cstddef>
#include <vector>

#include "schedule/home_costs.hpp"
#include "schedule/kept_graph.hpp"
#include "schedule/kept_plan.hpp"

namespace tilewise {

/// The step of an edge that runs as one layer; null: it does not.
const KeptStep* one_layer(const KeptPlan& plan, const KeptEdge& edge);
/// The ask of a step that has the home for itself, but for what the step reads and writes there:
/// none that differs from `ask` in room alone costs less.
HomeAsk with_least_room(HomeAsk ask, const KeptStep& step, const Home& home);
/// Where these stand, one an edge of what runs as one layer.
std::vector<std::size_t> least_room_places(const KeptGraph& graph, const KeptPlan& plan,
                                           const Home& home, HomeCosts& costs);

/// The asks of what runs in strips.
std::vector<std::size_t> strip_places(const KeptGraph& graph, const KeptPlan& plan);

}  // namespace tilewise
