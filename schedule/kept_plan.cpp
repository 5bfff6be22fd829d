#include "schedule/kept_plan.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace tilewise {
namespace {

/// Groups of a plan that are open after step `at`: made before or there, and read later.
class OpenGroups {
 public:
  explicit OpenGroups(const KeptPlan& plan) : plan_(plan) {}

  const std::vector<std::size_t>& after(std::size_t at) {
    const std::size_t made = plan_.steps[at].group;
    if (made != kNever && std::find(open_.begin(), open_.end(), made) == open_.end()) {
      open_.push_back(made);
    }
    std::erase_if(open_, [&](std::size_t group) { return plan_.end[group] <= at; });
    return open_;
  }

 private:
  const KeptPlan& plan_;
  std::vector<std::size_t> open_;
};

/// Steps `first` to before `last` with their groups numbered anew, that of `entry` first.
KeptPlan piece(const KeptPlan& plan, std::size_t first, std::size_t last, std::size_t entry,
               std::size_t exit) {
  KeptPlan made;
  std::map<std::size_t, std::size_t> number;
  const auto renumbered = [&](std::size_t group) {
    if (group == kNever) return kNever;
    const auto [at, fresh] = number.try_emplace(group, number.size());
    if (fresh)
      made.end.push_back(std::min(plan.end[group], last) - std::min(first, plan.end[group]));
    return at->second;
  };
  made.entry = renumbered(entry);
  const auto renumber = [&](KeptStep& step) {
    for (std::size_t& group : step.reads) group = renumbered(group);
    for (std::size_t& group : step.starts) group = renumbered(group);
    step.group = renumbered(step.group);
    for (auto& [group, size] : step.live) group = renumbered(group);
  };
  for (std::size_t s = first; s < last; ++s) renumber(made.steps.emplace_back(plan.steps[s]));
  for (const KeptJoint& joint : plan.joints) {
    if (joint.steps.front() < first || joint.steps.front() >= last) continue;
    KeptJoint& own = made.joints.emplace_back(joint);
    for (std::size_t& step : own.steps) step -= first;
    renumber(own.step);
  }
  made.exit = renumbered(exit);
  return made;
}

/// What is there while layers run, but for what they hand on to one another: group and size.
std::vector<std::pair<std::size_t, Bits>> live_beside(const Activations& kept,
                                                      const std::vector<std::size_t>& layers) {
  std::set<std::size_t> live;
  for (const std::size_t l : layers) live.insert(kept.live[l].begin(), kept.live[l].end());
  for (std::size_t i = 0; i + 1 < layers.size(); ++i) live.erase(layers[i]);
  std::vector<std::pair<std::size_t, Bits>> made;
  for (const std::size_t each : live) made.emplace_back(kept.of[each].group, kept.of[each].size);
  return made;
}

/// Layers that run as one: the first reads, the last writes, and what they hand on is nowhere.
KeptJoint joint_of(const KeptPlan& plan, const Activations& kept, const MergedPlace& of) {
  const std::vector<std::size_t>& layers = of.merged.layers;
  KeptJoint joint{layers, plan.steps[layers.front()], {}, {}};
  KeptStep& step = joint.step;
  const KeptStep& last = plan.steps[layers.back()];
  step.layer = of.layer;
  step.group = last.group;
  step.output = last.output;
  step.start_operands = of.merged.layer.start.operands;
  for (const std::size_t from : of.merged.operands) {
    step.start = kept.of[from].size;
    if (kept.of[from].group != kNever) step.starts.push_back(kept.of[from].group);
  }
  step.live = live_beside(kept, layers);
  step.weights = plan.steps[layers.front()].weights;
  step.load = plan.steps[layers.front()].load;
  return joint;
}

/// Layers that run in strips: what the others make lies where their runs say.
KeptJoint joint_of(const KeptPlan& plan, const Activations& kept, const StripsPlace& of) {
  KeptJoint joint{of.layers, {}, of.runs, of.loads};
  KeptStep& step = joint.step;
  for (const std::size_t from : of.reads) {
    if (kept.of[from].group != kNever) step.reads.push_back(kept.of[from].group);
  }
  const KeptStep& last = plan.steps[of.layers.back()];
  step.group = last.group;
  step.output = last.output;
  step.live = live_beside(kept, of.layers);
  step.weights = of.weights;
  return joint;
}

}  // namespace

KeptPlan plan_of(const Network& network, const Activations& kept,
                 const std::vector<std::size_t>& layers, const std::vector<MergedPlace>& merged,
                 const std::vector<StripsPlace>& strips, const ResidentWeights& resident) {
  KeptPlan plan;
  if (resident.memory) plan.weight_memory = *resident.memory;
  plan.end.assign(kept.groups, 0);
  for (std::size_t l = 0; l < kept.of.size(); ++l) {
    KeptStep& step = plan.steps.emplace_back();
    const Activation& own = kept.of[l];
    step.layer = layers[l];
    step.reads = kept.reads[l];
    step.group = own.group;
    if (own.group != kNever) {
      step.output = own.size;
      plan.end[own.group] = std::max(plan.end[own.group], own.last);
    }
    for (const std::size_t each : kept.live[l]) {
      step.live.emplace_back(kept.of[each].group, kept.of[each].size);
    }
    step.operands = kept.operands[l];
    if (resident.may_stay(l)) {
      step.weights = resident.layers[l].size;
      step.load = resident.share * resident.layers[l].load;
    }
    if (step.reads.empty()) continue;
    std::vector<std::size_t> inputs = network.inputs_of(l);
    std::sort(inputs.begin(), inputs.end());
    inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
    for (const std::size_t from : inputs) {
      if (step.operands > 0) step.input = kept.of[from].size;
      if (step.operands == 0) step.input += kept.of[from].size;
    }
  }
  for (const MergedPlace& each : merged) plan.joints.push_back(joint_of(plan, kept, each));
  for (const StripsPlace& each : strips) plan.joints.push_back(joint_of(plan, kept, each));
  return plan;
}

std::vector<KeptPlan> pieces_of(const KeptPlan& plan) {
  std::vector<KeptPlan> pieces;
  OpenGroups open(plan);
  std::size_t first = 0;
  std::size_t entry = kNever;
  std::size_t joined = 0;  // what runs as one is in one piece
  auto joint = plan.joints.begin();
  for (std::size_t s = 0; s < plan.steps.size(); ++s) {
    for (; joint != plan.joints.end() && joint->steps.front() <= s; ++joint) {
      joined = std::max(joined, joint->steps.back());
    }
    const std::vector<std::size_t>& after = open.after(s);
    if (after.size() > 1 || s < joined) continue;
    const std::size_t exit = after.empty() ? kNever : after.front();
    pieces.push_back(piece(plan, first, s + 1, entry, exit));
    first = s + 1;
    entry = exit;
  }
  return pieces;
}

}  // namespace tilewise
