#include "mapper/lean_moves.hpp"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "sim/sum_start.hpp"

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

/// Adds the words of instances that may be the most loaded ones.
void add_largest(const std::vector<ViewOption>& options, std::vector<WordSums>& kept) {
  const auto first = static_cast<std::ptrdiff_t>(kept.size());
  for (const ViewOption& option : options) {
    const WordSums& words = option.words;
    if (std::any_of(kept.begin() + first, kept.end(),
                    [&](const WordSums& other) { return covers(other, words); })) {
      continue;
    }
    kept.erase(std::remove_if(kept.begin() + first, kept.end(),
                              [&](const WordSums& other) { return covers(words, other); }),
               kept.end());
    kept.push_back(words);
  }
  if (kept.size() == static_cast<std::size_t>(first)) kept.push_back(kNoWords);
}

/// The words of a class in each slot, of the instances that may be the most loaded ones.
struct ClassWords {
  double count = 0.0;
  double first = 0.0;
  std::vector<WordSums> words;
  std::vector<std::uint32_t> ends;  ///< [load] where those of a slot end

  bool has_options() const { return words.size() > ends.size(); }
  std::span<const WordSums> slot(std::size_t s) const {
    const std::uint32_t begin = s == 0 ? 0 : ends[s - 1];
    return {words.data() + begin, ends[s] - begin};
  }
};

ClassWords class_words(const GroupClass& at, const BoundaryPlan& plan) {
  ClassWords made{static_cast<double>(at.count), static_cast<double>(at.first_count), {}, {}};
  for (const WordSlot& slot : plan.loads) {
    const TensorWords& words = slot.leaving ? at.leaving : at.arriving[slot.tensor];
    add_largest(words.views[slot.view], made.words);
    made.ends.push_back(static_cast<std::uint32_t>(made.words.size()));
  }
  return made;
}

/// The classes of an entry, those of equal words taken together.
std::vector<ClassWords> distinct_classes(const GroupEntry& entry, const BoundaryPlan& plan) {
  std::vector<ClassWords> known;
  for (const GroupClass& at : entry.classes) {
    ClassWords next = class_words(at, plan);
    const auto same = std::find_if(known.begin(), known.end(), [&](const ClassWords& each) {
      return each.words == next.words && each.ends == next.ends;
    });
    if (same == known.end()) {
      known.push_back(std::move(next));
      continue;
    }
    same->count += next.count;
    same->first += next.first;
  }
  return known;
}

class MovesBuilder {
 public:
  MovesBuilder(const BoundaryPlan& plan, std::pmr::memory_resource& memory)
      : plan_(plan), memory_(&memory) {}

  const LeanMoves& build(const GroupMoves& moves, bool compute_unit) {
    LeanMoves& made = *take<LeanMoves>(1);
    made.executed = static_cast<double>(moves.executed);
    made.reduction_instances = static_cast<double>(moves.reduction_instances);
    made.splits_sums = moves.splits_sums;
    made.loops = compute_unit ? 0 : moves.hold.size() - 1;
    made_ = &made;
    set_whole(moves.hold.back());
    if (!compute_unit) set_first_tile(moves.first);
    const std::size_t entries = compute_unit ? 1 : 1 + 2 * made.loops;
    held_ = take<LeanHeld>(entries * plan_.totals.size());
    made.in_place = held_;
    LeanEntry* at = take<LeanEntry>(entries);
    made.entries = at;
    if (compute_unit) {
      // Only one entry: every iteration is new.
      add_entry(moves.hold.back(), *at);
      return made;
    }
    for (const GroupEntry& entry : moves.hold) add_entry(entry, *at++);
    for (const GroupEntry& entry : moves.advance) add_entry(entry, *at++);
    return made;
  }

 private:
  template <class T>
  T* take(std::size_t count) {
    T* first = memory_.allocate_object<T>(count);
    std::uninitialized_value_construct_n(first, count);
    return first;
  }

  void set_whole(const GroupEntry& entry) {
    const std::size_t slots = plan_.totals.size();
    double* whole = take<double>(slots);
    made_->whole = whole;
    for (std::size_t s = 0; s < slots; ++s) {
      const WordSlot& slot = plan_.totals[s];
      whole[s] = static_cast<double>(entry.totals[slot.tensor][slot.view].all);
    }
  }

  void set_first_tile(const GroupEntry& entry) {
    start_ = class_words(entry.classes.front(), plan_);
    double* first = take<double>(plan_.loads.size());
    made_->first_tile = first;
    for (std::size_t s = 0; s < plan_.loads.size(); ++s) {
      for (const WordSums& words : start_.slot(s)) {
        first[s] = std::max(first[s], static_cast<double>(words.all));
      }
    }
  }

  void add_entry(const GroupEntry& entry, LeanEntry& made) {
    for (const WordSlot& slot : plan_.totals) {
      const WordSums& words = entry.totals[slot.tensor][slot.view];
      *held_++ = {static_cast<double>(words.held), static_cast<double>(words.overlap)};
    }
    const std::vector<ClassWords> classes = distinct_classes(entry, plan_);
    bool options = false;
    for (const ClassWords& at : classes) {
      made.count += at.count;
      made.first += at.first;
      options |= at.has_options();
      if (made_->first_tile != nullptr) check_drains(at);
    }
    if (classes.size() == 1 && !options) {
      made.loads = lean_words(classes.front());
      return;
    }
    LeanClasses& several = *take<LeanClasses>(1);
    made.several = &several;
    several.options = options;
    if (!options) add_sums(classes, several);
    add_classes(classes, several);
  }

  const LeanSums* lean_words(const ClassWords& at) {
    LeanSums* loads = take<LeanSums>(at.words.size());
    std::transform(at.words.begin(), at.words.end(), loads, lean);
    return loads;
  }

  void add_classes(const std::vector<ClassWords>& classes, LeanClasses& several) {
    LeanClass* made = take<LeanClass>(classes.size());
    several.classes = {made, classes.size()};
    for (const ClassWords& at : classes) {
      std::uint32_t* ends = nullptr;
      if (at.has_options()) {
        ends = take<std::uint32_t>(at.ends.size());
        std::copy(at.ends.begin(), at.ends.end(), ends);
      }
      *made++ = {at.count, at.first, lean_words(at), ends};
    }
  }

  void add_sums(const std::vector<ClassWords>& classes, LeanClasses& several) {
    const std::size_t loads = plan_.loads.size();
    LeanSums* sums = take<LeanSums>(3 * loads);
    LeanSums* first_sums = sums + loads;
    LeanSums* most = first_sums + loads;
    for (std::size_t s = 0; s < loads; ++s) {
      sums[s] = first_sums[s] = {0.0, 0.0, 0.0};
      most[s] = lean(classes.front().words[s]);
      for (const ClassWords& at : classes) {
        const LeanSums words = lean(at.words[s]);
        const auto add = [&words](LeanSums& sum, double count) {
          sum.all += count * words.all;
          sum.held += count * words.held;
          sum.overlap += count * words.overlap;
        };
        add(sums[s], at.count);
        add(first_sums[s], at.first);
        most[s] = {std::max(most[s].all, words.all), std::min(most[s].held, words.held),
                   std::min(most[s].overlap, words.overlap)};
      }
    }
    several.sums = sums;
    several.first_sums = first_sums;
    several.most = most;
  }

  /// A drain that is not as large as the first tile is not even.
  void check_drains(const ClassWords& at) {
    for (const std::size_t s : plan_.leaving) {
      const auto now = at.slot(s);
      const auto start = start_.slot(plan_.arriving[s]);
      made_->even_drains = made_->even_drains && now.size() == 1 && start.size() == 1 &&
                           now.front().all == start.front().all;
    }
  }

  const BoundaryPlan& plan_;
  std::pmr::polymorphic_allocator<> memory_;
  LeanMoves* made_ = nullptr;
  LeanHeld* held_ = nullptr;
  ClassWords start_;  ///< the first tile
};

/// The slots of a tensor that passes `levels` levels: at both ends, and where a network between
/// them takes energy.
void add_totals(Tensor t, std::size_t levels, BoundaryPlan& plan) {
  std::vector<double>& hops = plan.energy[t].hops;
  plan.first_total[t] = plan.totals.size();
  plan.totals.push_back({t, 0, false});
  std::size_t kept = 0;
  for (std::size_t view = 1; view <= levels; ++view) {
    if (hops[view - 1] == 0.0 && view < levels) continue;
    plan.totals.push_back({t, view, false});
    hops[kept++] = hops[view - 1];
  }
  hops.resize(kept);
  plan.end_total[t] = plan.totals.size();
}

/// The lanes of the ports, those that follow the work first.
std::vector<BoundaryPlan::Lane> lanes_of(const PortTerms& terms) {
  using Beside = PortTerm::Beside;
  std::vector<BoundaryPlan::Lane> lanes;
  for (const Beside beside : {Beside::After, Beside::Tile, Beside::Run}) {
    for (std::size_t port = 0; port < terms.ports.size(); ++port) {
      if (std::any_of(terms.terms.begin(), terms.terms.end(), [&](const PortTerm& term) {
            return term.port == port && term.beside == beside;
          })) {
        lanes.push_back({port, beside, 0, 0, 0});
      }
    }
  }
  return lanes;
}

/// Index of a slot of `plan.loads`, which it joins.
std::size_t load_of(const WordSlot& slot, BoundaryPlan& plan) {
  const auto found = std::find(plan.loads.begin(), plan.loads.end(), slot);
  const auto index = static_cast<std::size_t>(found - plan.loads.begin());
  if (found == plan.loads.end()) plan.loads.push_back(slot);
  return index;
}
WordSlot slot_of(const PortTerm& term) {
  return {term.tensor, term.view, term.flow == Flow::Leave};
}

/// Sets the lanes and the terms of `plan`.
void add_terms(const PortTerms& terms, BoundaryPlan& plan) {
  plan.lanes = lanes_of(terms);
  for (const BoundaryPlan::Lane& lane : plan.lanes) {
    if (lane.beside == PortTerm::Beside::After) ++plan.after;
    if (lane.beside != PortTerm::Beside::Run) ++plan.beside;
  }
  std::array<std::optional<std::size_t>, kFlows> flows;
  const auto add = [&](const auto& wanted, std::size_t BoundaryPlan::Lane::*end) {
    for (std::size_t i = 0; i < plan.lanes.size(); ++i) {
      BoundaryPlan::Lane& lane = plan.lanes[i];
      for (const PortTerm& term : terms.terms) {
        if (term.port != lane.port || term.beside != lane.beside) continue;
        if (!wanted(term.flow)) continue;
        auto& flow = flows[flow_index(term.tensor, term.flow)];
        if (!flow) flow = plan.flows++;
        plan.terms.push_back({i, load_of(slot_of(term), plan), *flow, term.flow == Flow::Leave,
                              term.cycles_per_word, std::nullopt, term.start_up, term.burst});
        if (term.tensor == Tensor::Output && term.flow != Flow::Start) {
          plan.terms.back().place = term.place;
        }
        plan.linear = plan.linear && term.start_up <= 0.0 && term.burst <= 0.0;
      }
      lane.*end = plan.terms.size();
    }
  };
  add([](Flow flow) { return flow == Flow::Arrive || flow == Flow::Leave; },
      &BoundaryPlan::Lane::fresh_end);
  plan.fresh_terms = plan.terms.size();
  add([](Flow flow) { return flow == Flow::Partial; }, &BoundaryPlan::Lane::partial_end);
  plan.partial_terms = plan.terms.size();
  add([](Flow flow) { return flow == Flow::Start; }, &BoundaryPlan::Lane::start_end);
}

/// Words of operands that sums start from at `boundary`.
std::int64_t start_words(const Problem& problem, const KeepChoice& keep, std::size_t boundary) {
  if (problem.layer.start.operands == 0) return 0;
  SumStartWalk walk(problem.architecture, problem.layer);
  std::int64_t words = 0;
  for (std::size_t child = 1; child <= boundary; ++child) {
    const auto parent = keep.parents[child][Tensor::Output];
    words = parent ? walk.next(*parent, child) : 0;
  }
  return words;
}

}  // namespace

BoundaryPlan boundary_plan(const Problem& problem, const KeepChoice& keep, std::size_t boundary,
                           std::vector<Port>& all_ports) {
  BoundaryPlan plan;
  AccessCounts counts;
  const Parents& parents = keep.parents[boundary];
  if (problem.relatives != nullptr) plan.accesses.resize(problem.relatives->units().size());
  for (const Tensor t : kTensors) {
    if (!parents[t]) continue;
    plan.energy[t] = energy_weights(problem.architecture, problem.layer, t, *parents[t], boundary);
    for (std::size_t i = 0; i < plan.accesses.size(); ++i) {
      plan.accesses[i][t] =
          energy_weights(problem.relatives->units()[i], problem.layer, t, *parents[t], boundary);
    }
    add_totals(t, boundary - *parents[t], plan);
    counts.transfers.push_back({t, *parents[t], boundary, 0, 0, 0, 0, {}});
    if (t != Tensor::Output) continue;
    counts.transfers.back().start_words = start_words(problem, keep, boundary);
    plan.start_words = static_cast<double>(counts.transfers.back().start_words);
  }
  const PortTerms terms = port_terms(problem.architecture, problem.layer, counts, boundary);
  for (const Port& port : terms.ports) {
    const auto found = std::find(all_ports.begin(), all_ports.end(), port);
    plan.port_ids.push_back(static_cast<std::size_t>(found - all_ports.begin()));
    if (found == all_ports.end()) all_ports.push_back(port);
  }
  plan.skew = terms.skew;
  if (plan.skew > 0.0) {
    for (const PortTerm& term : terms.stationary) {
      plan.stationary.push_back(load_of(slot_of(term), plan));
    }
  }
  add_terms(terms, plan);
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
    plan.arriving.push_back(load_of({plan.loads[s].tensor, plan.loads[s].view, false}, plan));
  }
  for (std::size_t s = loaded; s < plan.loads.size(); ++s) plan.arriving.push_back(s);
  for (std::size_t s = 0; s < loaded; ++s) {
    if (plan.loads[s].leaving) plan.leaving.push_back(s);
  }
  return plan;
}

const LeanMoves& lean_moves(const GroupMoves& moves, const BoundaryPlan& plan, bool compute_unit,
                            std::pmr::memory_resource& memory) {
  return MovesBuilder(plan, memory).build(moves, compute_unit);
}

}  // namespace tilewise
