#include "mapper/lean_moves.hpp"

#include <algorithm>
#include <span>

namespace tilewise {
namespace {

LeanSums lean(const WordSums& words) {
  return {static_cast<double>(words.all), static_cast<double>(words.held),
          static_cast<double>(words.overlap)};
}

/// Whether `a` has at least as many new words as `b` whatever they are multiplied with.
bool covers(const WordSums& a, const WordSums& b) {
  const std::int64_t held = std::max<std::int64_t>(0, a.held - b.held);
  const std::int64_t overlap = std::max<std::int64_t>(0, a.overlap - b.overlap);
  return a.all - b.all >= held + overlap;
}

/// The words of instances that may be the most loaded ones.
std::vector<WordSums> largest(const std::vector<ViewOption>& options) {
  std::vector<WordSums> kept;
  for (const ViewOption& option : options) {
    const WordSums& words = option.words;
    if (std::any_of(kept.begin(), kept.end(),
                    [&](const WordSums& other) { return covers(other, words); })) {
      continue;
    }
    std::erase_if(kept, [&](const WordSums& other) { return covers(words, other); });
    kept.push_back(words);
  }
  if (kept.empty()) kept.push_back(kNoWords);
  return kept;
}

class Flattener {
 public:
  Flattener(const BoundaryPlan& plan, LeanMoves& made) : plan_(plan), made_(made) {}

  void add(const GroupEntry& entry) {
    for (const WordSlot& slot : plan_.totals) {
      made_.totals.push_back(lean(entry.totals[slot.tensor][slot.view]));
    }
    made_.class_begin.push_back(static_cast<std::uint32_t>(made_.classes.size()));
    const std::size_t first = known_.size();
    for (const GroupClass& at : entry.classes) add_class(at, first);
    if (made_.class_begin.size() == 1) return;
    for (std::size_t i = first; i < known_.size(); ++i) {
      for (std::size_t s = 0; s < plan_.loads.size(); ++s) {
        if (!plan_.loads[s].leaving) continue;
        const auto& now = known_[i][s];
        const auto& start = known_[0][plan_.arriving[s]];
        made_.even_drains = made_.even_drains && now.size() == 1 && start.size() == 1 &&
                            now.front().all == start.front().all;
      }
    }
  }

  void end() { made_.class_begin.push_back(static_cast<std::uint32_t>(made_.classes.size())); }

 private:
  using Loads = std::vector<std::vector<WordSums>>;

  void add_class(const GroupClass& at, std::size_t first) {
    Loads loads;
    for (const WordSlot& slot : plan_.loads) {
      const TensorWords& words = slot.leaving ? at.leaving : at.arriving[slot.tensor];
      loads.push_back(largest(words.views[slot.view]));
    }
    const auto count = static_cast<double>(at.count);
    const auto visits = static_cast<double>(at.first_count);
    for (std::size_t i = first; i < known_.size(); ++i) {
      if (known_[i] != loads) continue;
      made_.classes[i].count += count;
      made_.classes[i].first += visits;
      return;
    }
    LeanClass made{count, visits, static_cast<std::uint32_t>(made_.loads.size()), 0};
    const bool many = std::any_of(loads.begin(), loads.end(),
                                  [](const auto& options) { return options.size() > 1; });
    if (many) {
      made.options = static_cast<std::uint32_t>(made_.option_ends.size() + 1);
    }
    for (const auto& options : loads) {
      for (const WordSums& words : options) made_.loads.push_back(lean(words));
      if (many) made_.option_ends.push_back(static_cast<std::uint32_t>(made_.loads.size()));
    }
    made_.classes.push_back(made);
    known_.push_back(std::move(loads));
  }

  const BoundaryPlan& plan_;
  LeanMoves& made_;
  std::vector<Loads> known_;
};

/// Nothing moves, nothing multiplies, at any time but the start.
bool is_idle(const LeanMoves& moves) {
  if (moves.loops > 0 || moves.executed != 1.0 || !moves.option_ends.empty()) return false;
  return std::all_of(moves.totals.begin(), moves.totals.end(),
                     [](const LeanSums& words) { return words.all == 1.0; }) &&
         std::all_of(moves.loads.begin(), moves.loads.end(),
                     [](const LeanSums& words) { return words.all == 1.0; });
}

}  // namespace

BoundaryPlan boundary_plan(const Problem& problem, const KeepChoice& keep, std::size_t boundary,
                           std::vector<Port>& all_ports) {
  BoundaryPlan plan;
  AccessCounts counts;
  const Parents& parents = keep.parents[boundary];
  for (const Tensor t : kTensors) {
    if (!parents[t]) continue;
    plan.first_total[t] = plan.totals.size();
    for (std::size_t view = 0; view <= boundary - *parents[t]; ++view) {
      plan.totals.push_back({t, view, false});
    }
    plan.energy[t] = energy_weights(problem, t, *parents[t], boundary);
    counts.transfers.push_back({t, *parents[t], boundary, 0, 0, 0, 0, {}});
  }
  const PortTerms terms = port_terms(problem.architecture, problem.layer, counts, boundary);
  plan.ports = terms.ports;
  for (const Port& port : plan.ports) {
    const auto found = std::find(all_ports.begin(), all_ports.end(), port);
    plan.port_ids.push_back(static_cast<std::size_t>(found - all_ports.begin()));
    if (found == all_ports.end()) all_ports.push_back(port);
  }
  const auto slot_of = [&plan](const PortTerm& term) {
    const WordSlot slot{term.tensor, term.view, term.flow == Flow::Leave};
    const auto found = std::find(plan.loads.begin(), plan.loads.end(), slot);
    const auto index = static_cast<std::size_t>(found - plan.loads.begin());
    if (found == plan.loads.end()) plan.loads.push_back(slot);
    return index;
  };
  plan.skew = terms.skew;
  for (const PortTerm& term : terms.stationary) plan.stationary.push_back(slot_of(term));
  for (const PortTerm& term : terms.terms) {
    plan.terms.push_back({term.port, slot_of(term), term.tensor, term.flow, term.cycles_per_word,
                          term.beside, term.place, term.start_up, term.burst});
    plan.queues = plan.queues || term.beside == PortTerm::Beside::Run;
  }
  plan.in_turn = terms.refill == Refill::InTurn;
  if (const auto parent = parents[Tensor::Output]) {
    const Memory& above = *problem.architecture.levels[*parent].memory_of(Tensor::Output);
    plan.coded_share = coded_share(above, problem.layer, Tensor::Output);
    plan.sums_above = static_cast<double>(sum_width(above, problem.layer).count());
    if (boundary < problem.levels) {
      const Memory& below = *problem.architecture.levels[boundary].memory_of(Tensor::Output);
      plan.sums_below = static_cast<double>(sum_width(below, problem.layer).count());
    }
  }
  // A drained tile is as large as the one that arrives at its place.
  const std::size_t loaded = plan.loads.size();
  for (std::size_t s = 0; s < loaded; ++s) {
    const WordSlot arriving{plan.loads[s].tensor, plan.loads[s].view, false};
    const auto found = std::find(plan.loads.begin(), plan.loads.end(), arriving);
    plan.arriving.push_back(static_cast<std::size_t>(found - plan.loads.begin()));
    if (found == plan.loads.end()) plan.loads.push_back(arriving);
  }
  for (std::size_t s = loaded; s < plan.loads.size(); ++s) plan.arriving.push_back(s);
  return plan;
}

LeanMoves lean_moves(const GroupMoves& moves, const BoundaryPlan& plan, bool compute_unit) {
  LeanMoves made;
  made.executed = static_cast<double>(moves.executed);
  made.reduction_instances = static_cast<double>(moves.reduction_instances);
  made.splits_sums = moves.splits_sums;
  Flattener flattener(plan, made);
  if (compute_unit) {
    // Only one entry: every iteration is new.
    flattener.add(moves.hold.back());
    flattener.end();
    made.idle = is_idle(made);
    return made;
  }
  made.loops = moves.hold.size() - 1;
  flattener.add(moves.first);
  for (const GroupEntry& entry : moves.hold) flattener.add(entry);
  for (const GroupEntry& entry : moves.advance) flattener.add(entry);
  flattener.end();
  made.idle = is_idle(made);
  return made;
}

}  // namespace tilewise
