#include "schedule/agenda.hpp"

#include <algorithm>
#include <utility>

namespace tilewise {
namespace {

LayersRun bit(std::size_t layer) { return LayersRun{1} << layer; }

}  // namespace

Agenda::Agenda(const KeptPlan& plan, const Network& network, const Activations& kept)
    : plan_(plan), any_order_(true) {
  for (std::size_t l = 0; l < network.size(); ++l) {
    LayersRun& inputs = inputs_.emplace_back(0);
    for (const std::size_t from : network.inputs_of(l)) inputs |= bit(from);
    Waiting& output = waiting_.emplace_back();
    output.group = kept.of[l].group;
    output.size = kept.of[l].size;
    output.maker = bit(l);
    for (const std::size_t reader : network.consumers_of(l)) output.readers |= bit(reader);
  }
}

std::vector<Turn> Agenda::turns(std::size_t at, LayersRun run) const {
  std::vector<Turn> turns;
  if (!any_order_) {
    turns.push_back({{at}, plan_.steps[at], 0});
    for (std::size_t j = 0; j < plan_.joints.size(); ++j) {
      const KeptJoint& joint = plan_.joints[j];
      if (joint.steps.front() == at) turns.push_back({joint.steps, joint.step, 0, j});
    }
    return turns;
  }
  for (std::size_t l = 0; l < inputs_.size(); ++l) {
    if ((run & bit(l)) != 0 || (inputs_[l] & ~run) != 0) continue;
    turns.push_back(turn_of({l}, plan_.steps[l], run));
  }
  for (std::size_t j = 0; j < plan_.joints.size(); ++j) {
    const KeptJoint& joint = plan_.joints[j];
    LayersRun own = 0;
    LayersRun inputs = 0;
    for (const std::size_t l : joint.steps) {
      own |= bit(l);
      inputs |= inputs_[l];
    }
    if ((run & own) != 0 || (inputs & ~(run | own)) != 0) continue;
    turns.push_back(turn_of(joint.steps, joint.step, run));
    turns.back().joint = j;
  }
  return turns;
}

Turn Agenda::turn_of(std::vector<std::size_t> layers, const KeptStep& step, LayersRun run) const {
  Turn turn{std::move(layers), step, run};
  LayersRun inner = 0;  // what these layers hand on to one another is nowhere
  for (const std::size_t l : turn.layers) {
    turn.after |= bit(l);
    if (l != turn.layers.back()) inner |= bit(l);
  }
  turn.step.live.clear();
  for (const Waiting& each : waiting_) {
    // Made by now, and read here or later; its own output is there whoever reads it.
    const bool made = (each.maker & turn.after & ~inner) != 0;
    const bool needed = (each.readers & ~run) != 0;
    if (each.group != kNever && made && needed) turn.step.live.emplace_back(each.group, each.size);
  }
  return turn;
}

bool Agenda::closes(std::size_t group, const Turn& turn) const {
  if (!any_order_) return plan_.end[group] <= turn.layers.back();
  return std::none_of(waiting_.begin(), waiting_.end(), [&](const Waiting& each) {
    return each.group == group && ((each.maker | each.readers) & ~turn.after) != 0;
  });
}

}  // namespace tilewise
