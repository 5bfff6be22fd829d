#include "schedule/least_room.hpp"

#include <algorithm>

namespace tilewise {

HomeAsk with_least_room(HomeAsk ask, const KeptStep& step, const Home& home) {
  HomeUse& use = ask.use;
  std::fill(use.taken.begin(), use.taken.end(), Bits{0});
  const std::size_t in = use.exchanged ? home.output_memory : home.input_memory;
  const std::size_t out = use.exchanged ? home.input_memory : home.output_memory;
  if (use.kept[Tensor::Input] || use.operands_off_chip > 0) use.taken[in] += step.input;
  if (use.kept[Tensor::Output]) use.taken[out] += step.output;
  const bool reads_it = std::any_of(step.starts.begin(), step.starts.end(), [&](std::size_t group) {
    return std::count(step.reads.begin(), step.reads.end(), group) > 0;
  });
  if (use.starts > 0 && !reads_it) use.taken[out] += step.start;
  return ask;
}

std::vector<std::size_t> least_room_places(const KeptGraph& graph, const KeptPlan& plan,
                                           const Home& home, HomeCosts& costs) {
  std::vector<std::size_t> places;
  for (std::size_t e = 0; e < graph.edges(); ++e) {
    const KeptEdge& edge = graph.edge(e);
    if (const KeptStep* step = one_layer(plan, edge)) {
      const HomeAsk& ask = costs.ask(graph.parts(edge).front().place);
      HomeAsk least = with_least_room(ask, *step, home);
      if (ask.use.kept[Tensor::Weight]) least.use.taken[plan.weight_memory] += step->weights;
      places.push_back(costs.place_of(least));
    }
  }
  return places;
}

const KeptStep* one_layer(const KeptPlan& plan, const KeptEdge& edge) {
  if (edge.parts == 0) return nullptr;
  if (edge.joint == kNever) return &plan.steps[edge.layer];
  return plan.joints[edge.joint].runs.empty() ? &plan.joints[edge.joint].step : nullptr;
}

std::vector<std::size_t> strip_places(const KeptGraph& graph, const KeptPlan& plan) {
  std::vector<std::size_t> places;
  for (std::size_t e = 0; e < graph.edges(); ++e) {
    const KeptEdge& edge = graph.edge(e);
    if (edge.joint == kNever || plan.joints[edge.joint].runs.empty()) continue;
    for (const KeptPart& part : graph.parts(edge)) places.push_back(part.place);
  }
  return places;
}

}  // namespace tilewise
