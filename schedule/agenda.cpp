#include "schedule/agenda.hpp"

#include <algorithm>

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
  if (!any_order_) return {{at, plan_.steps[at], 0}};
  std::vector<Turn> turns;
  for (std::size_t l = 0; l < inputs_.size(); ++l) {
    if ((run & bit(l)) != 0 || (inputs_[l] & ~run) != 0) continue;
    Turn& turn = turns.emplace_back(Turn{l, plan_.steps[l], run | bit(l)});
    turn.step.live.clear();
    for (const Waiting& each : waiting_) {
      // Made by now, and read here or later; its own output is there whoever reads it.
      const bool made = (each.maker & turn.after) != 0;
      const bool needed = (each.readers & ~run) != 0;
      if (each.group != kNever && made && needed)
        turn.step.live.emplace_back(each.group, each.size);
    }
  }
  return turns;
}

bool Agenda::closes(std::size_t group, const Turn& turn) const {
  if (!any_order_) return plan_.end[group] <= turn.layer;
  return std::none_of(waiting_.begin(), waiting_.end(), [&](const Waiting& each) {
    return each.group == group && ((each.maker | each.readers) & ~turn.after) != 0;
  });
}

}  // namespace tilewise
