#include "schedule/kept_graph.hpp"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <boost/container/static_vector.hpp>
#include <limits>
#include <optional>
#include <utility>

#include "base/hash.hpp"

namespace tilewise {
namespace {

/// States before one layer; more would not be held.
constexpr std::size_t kMostStates = 20'000;

/// Where an open group lies.
struct Open {
  std::uint32_t group = 0;
  KeptPlace place = kOffChip;
  auto operator<=>(const Open&) const = default;
};
/// Where the open groups lie, by group. Few are open at a time.
using State = boost::container::small_vector<Open, 8>;

const KeptPlace* place_in(const State& state, std::size_t group) {
  for (const Open& each : state) {
    if (each.group == group) return &each.place;
  }
  return nullptr;
}

void open_group(State& state, std::size_t group, KeptPlace place) {
  const Open made{static_cast<std::uint32_t>(group), place};
  state.insert(std::upper_bound(state.begin(), state.end(), made), made);
}

/// What has run, and where the open groups lie.
struct Reached {
  LayersRun run = 0;
  State state;
  bool operator==(const Reached& other) const {
    return run == other.run &&
           std::equal(state.begin(), state.end(), other.state.begin(), other.state.end());
  }
};
struct ReachedHash {
  std::size_t operator()(const Reached& of) const {
    std::uint64_t hash = fnv_add(kFnvBasis, of.run);
    for (const Open& each : of.state) {
      hash = fnv_add(hash, (std::uint64_t{each.group} << 8U) | each.place);
    }
    return hash ^ (hash >> 29U);
  }
};

/// Where operands that are read together lie.
struct Operands {
  KeptPlace place = kOffChip;  ///< of those at home
  std::int64_t at_home = 0;
};
/// Empty: in several memories.
std::optional<Operands> operands_of(const std::vector<std::size_t>& groups, const State& state) {
  Operands made;
  for (const std::size_t group : groups) {
    const KeptPlace place = *place_in(state, group);
    if (place == kOffChip) continue;
    if (made.place != kOffChip && made.place != place) return std::nullopt;
    made.place = place;
    ++made.at_home;
  }
  return made;
}

class GraphBuilder {
 public:
  GraphBuilder(const Agenda& agenda, const KeptPlan& plan, const Home& home,
               const std::vector<Bits>& room, const KeptGraph::PlaceOf& place_of,
               const KeptGiven& given, const ResidentRange& resident)
      : agenda_(agenda),
        plan_(plan),
        home_(home),
        room_(room),
        place_of_(place_of),
        given_(given),
        resident_(resident),
        places_(places_at(home)) {}

  /// Calls `add` for each way to take a turn after `state`.
  template <class Add>
  void extend(const Turn& turn, const State& state, const Add& add) {
    if (!is_given(turn)) return;
    for (const Bits weights : weights_that_stay(turn)) extend(turn, state, weights, add);
  }

 private:
  static constexpr KeptPlace kOff = kOffChip;

  bool in_strips(const Turn& turn) const {
    return turn.joint != kNever && !plan_.joints[turn.joint].runs.empty();
  }

  /// What of its weights may stay: none, or all.
  boost::container::static_vector<Bits, 2> weights_that_stay(const Turn& turn) const {
    const Bits all = turn.step.weights;
    const bool strips = in_strips(turn);
    const bool given = !strips && !given_.resident.empty();
    const bool stay = given ? given_.resident[turn.layers.front()] : all <= resident_.most;
    boost::container::static_vector<Bits, 2> made;
    if (all == Bits{0} || !(strips || (given && stay))) made.emplace_back();
    if (all > Bits{0} && stay) made.push_back(all);
    return made;
  }

  template <class Add>
  void extend(const Turn& turn, const State& state, Bits weights, const Add& add) {
    const std::size_t group = turn.step.group;
    const KeptPlace* decided = group == kNever ? &kOff : place_in(state, group);
    if (decided != nullptr) {
      extend_with(turn, state, weights, *decided, add);
      return;
    }
    for (const KeptPlace place : places_) extend_with(turn, state, weights, place, add);
  }

  /// Whether the layers of a turn run as one where that is given.
  bool is_given(const Turn& turn) const {
    if (given_.merged.empty()) return true;
    const bool strips = in_strips(turn);
    const bool right = std::all_of(turn.layers.begin(), turn.layers.end(),
                                   [&](std::size_t l) { return given_.in_strips[l] == strips; });
    if (!right || strips) return right;
    for (std::size_t i = 0; i < turn.layers.size(); ++i) {
      if (given_.merged[turn.layers[i]] != (i > 0)) return false;
    }
    return std::none_of(plan_.joints.begin(), plan_.joints.end(), [&](const KeptJoint& joint) {
      return joint.steps.size() == turn.layers.size() + 1 && given_.merged[joint.steps.back()] &&
             std::equal(turn.layers.begin(), turn.layers.end(), joint.steps.begin());
    });
  }

  template <class Add>
  void extend_with(const Turn& turn, State state, Bits weights, KeptPlace output, const Add& add) {
    if (!given_.places.empty() && given_.places[turn.layers.back()] != output) return;
    const KeptStep& step = turn.step;
    if (step.group != kNever && place_in(state, step.group) == nullptr) {
      open_group(state, step.group, output);
    }
    if (!fill(step.live, state, weights)) return;
    parts_.clear();
    const bool possible = in_strips(turn) ? add_runs(plan_.joints[turn.joint], state, output)
                                          : add_step(step, state, output, weights > Bits{0});
    if (!possible) return;
    state.erase(std::remove_if(state.begin(), state.end(),
                               [&](const Open& open) { return agenda_.closes(open.group, turn); }),
                state.end());
    add(state, parts_, output, weights);
  }

  /// Layers that run as one; false: they cannot.
  bool add_step(const KeptStep& step, const State& state, KeptPlace output, bool resident) {
    const auto input = operands_of(step.reads, state);
    const auto start = operands_of(step.starts, state);
    if (!input || !start) return false;
    // What sums start from off chip comes to where they go: off chip too.
    if (output != kOffChip && start->at_home < step.start_operands) return false;
    const auto exchanged = roles(input->place, output, start->place);
    if (!exchanged) return false;
    if (step.layer == kNever) {
      // It runs in parts, which have the home for themselves.
      return std::all_of(taken_.begin(), taken_.end(), [](Bits b) { return b == Bits{0}; });
    }
    set_ask(step, *input, *start, *exchanged, output);
    ask_.use.kept[Tensor::Weight] = resident;
    parts_.push_back({place_of_(ask_), 1});
    return true;
  }

  /// Layers that run in strips, from off chip; false: they cannot.
  bool add_runs(const KeptJoint& joint, const State& state, KeptPlace output) {
    const auto input = operands_of(joint.step.reads, state);
    if (!input || input->at_home > 0) return false;
    for (const KeptRun& run : joint.runs) {
      HomeUse use = run.use;
      if (run.last && output != kOffChip) {
        const std::size_t memory = use.exchanged ? home_.input_memory : home_.output_memory;
        if (output != memory + 1) return false;
        use.kept[Tensor::Output] = true;
      }
      for (std::size_t m = 0; m < use.taken.size(); ++m) {
        use.taken[m] += taken_[m];
        if (use.taken[m] > room_[m]) return false;
      }
      parts_.push_back({place_of_({run.layer, use}), run.times});
    }
    return true;
  }

  void set_ask(const KeptStep& step, const Operands& input, const Operands& start, bool exchanged,
               KeptPlace output) {
    ask_.layer = step.layer;
    HomeUse& use = ask_.use;
    use.exchanged = exchanged;
    use.operands_off_chip = use.operands = 0;
    if (input.at_home > 0 && input.at_home < step.operands) {
      use.operands_off_chip = step.operands - input.at_home;
      use.operands = step.operands;
    }
    use.kept[Tensor::Input] = input.at_home > 0 && use.operands_off_chip == 0;
    use.kept[Tensor::Output] = output != kOffChip;
    use.starts = start.at_home;
    use.taken = taken_;
  }

  /// Sets what lies in each memory while the layer runs; false: more than there is room for.
  bool fill(const std::vector<std::pair<std::size_t, Bits>>& live, const State& state,
            Bits weights) {
    taken_.assign(room_.size(), Bits{0});
    if (plan_.weight_memory != kNever) {
      Bits& into = taken_[plan_.weight_memory];
      into = std::max(weights, resident_.least);
      if (into > room_[plan_.weight_memory]) return false;
    }
    for (const auto& [group, size] : live) {
      const KeptPlace place = *place_in(state, group);
      if (place == kOffChip) continue;
      Bits& into = taken_[place - 1U];
      into += size;
      if (into > room_[place - 1U]) return false;
    }
    return true;
  }

  /// Whether the memories play each other's role; empty: input, output and start are at odds.
  std::optional<bool> roles(KeptPlace input, KeptPlace output, KeptPlace start) const {
    if (!home_.exchanges()) return false;
    std::optional<bool> exchanged;
    bool at_odds = false;
    const auto want = [&](bool wanted) {
      at_odds = at_odds || (exchanged && *exchanged != wanted);
      exchanged = wanted;
    };
    if (input != kOffChip) want(input - 1U == home_.output_memory);
    if (output != kOffChip) want(output - 1U == home_.input_memory);
    if (start != kOffChip) want(start - 1U == home_.input_memory);
    if (at_odds) return std::nullopt;
    return exchanged.value_or(false);
  }

  const Agenda& agenda_;
  const KeptPlan& plan_;
  const Home& home_;
  const std::vector<Bits>& room_;
  const KeptGraph::PlaceOf& place_of_;
  const KeptGiven& given_;
  const ResidentRange& resident_;
  std::vector<KeptPlace> places_;
  std::vector<Bits> taken_;
  HomeAsk ask_;  ///< of the step at hand; one for all, as most are known already
  std::vector<KeptPart> parts_;
};

std::size_t kept_groups(const State& state) {
  return static_cast<std::size_t>(std::count_if(
      state.begin(), state.end(), [](const Open& open) { return open.place != kOffChip; }));
}

/// Where in a graph's list stands what a turn takes beside its parts.
std::size_t beside_of(const KeptPlan& plan, const Turn& turn, Bits weights) {
  const bool joint = turn.joint != kNever;
  if (joint && !plan.joints[turn.joint].runs.empty()) return 1 + turn.joint;
  return weights == Bits{0} ? 0 : 1 + plan.joints.size() + turn.layers.front();
}

/// The states before one step.
class Frontier {
 public:
  /// Its number; empty: there are too many. Beyond the limit only what keeps nothing more, in no
  /// new order, goes on (`needed`).
  std::optional<std::size_t> add(const Reached& to, bool needed) {
    if (2 * states_.size() >= slots_.size()) grow();
    const std::size_t slot = slot_of(to);
    if (slots_[slot] != kFree) return slots_[slot];
    if (states_.size() >= kMostStates && !needed) return std::nullopt;
    slots_[slot] = static_cast<std::uint32_t>(states_.size());
    states_.push_back(to);
    return states_.size() - 1;
  }
  std::vector<Reached> take() {
    slots_.clear();
    return std::move(states_);
  }

 private:
  static constexpr std::uint32_t kFree = std::numeric_limits<std::uint32_t>::max();

  /// Where a state stands, or would: the first of its slots with it or nothing.
  std::size_t slot_of(const Reached& to) const {
    std::size_t slot = ReachedHash{}(to) % slots_.size();
    while (slots_[slot] != kFree && !(states_[slots_[slot]] == to)) {
      slot = (slot + 1) % slots_.size();
    }
    return slot;
  }
  void grow() {
    slots_.assign(std::max<std::size_t>(16, 4 * states_.size()), kFree);
    for (std::size_t i = 0; i < states_.size(); ++i) {
      slots_[slot_of(states_[i])] = static_cast<std::uint32_t>(i);
    }
  }

  std::vector<std::uint32_t> slots_;  ///< numbers of states, by their hashes
  std::vector<Reached> states_;
};

}  // namespace

KeptGraph::KeptGraph(const KeptPlan& plan, const Home& home, const std::vector<Bits>& room,
                     const PlaceOf& place_of, KeptPlace entry)
    : KeptGraph(Agenda(plan), plan, home, room, place_of, entry, {}) {}

KeptGraph::KeptGraph(const Agenda& agenda, const KeptPlan& plan, const Home& home,
                     const std::vector<Bits>& room, const PlaceOf& place_of, KeptPlace entry,
                     const KeptGiven& given, const ResidentRange& resident)
    : most_resident_(resident.most) {
  GraphBuilder builder(agenda, plan, home, room, place_of, given, resident);
  std::vector<Frontier> frontiers(agenda.layers() + 1);
  std::vector<std::size_t> to_step;  // [edge]
  Reached start;
  if (plan.entry != kNever) open_group(start.state, plan.entry, entry);
  frontiers.front().add(start, true);
  for (std::size_t at = 0; at < agenda.layers(); ++at) {
    first_node_.push_back(nodes_.size());
    const std::vector<Reached> states = frontiers[at].take();
    std::vector<Turn> turns;
    for (const Reached& from : states) {
      const std::size_t first = edges_.size();
      if (&from == &states.front() || from.run != (&from - 1)->run) {
        turns = agenda.turns(at, from.run);
      }
      for (const Turn& turn : turns) {
        const std::size_t next = at + turn.layers.size();
        builder.extend(
            turn, from.state,
            [&](const State& after, const std::vector<KeptPart>& parts, KeptPlace output,
                Bits weights) {
              const bool first_way = &from == &states.front() && kept_groups(after) == 0;
              const auto number = frontiers[next].add({turn.after, after}, first_way);
              complete_ = complete_ && number;
              if (!number) return;
              edges_.push_back({parts_.size(), parts.size(), *number, turn.layers.front(),
                                turn.joint, output, weights, beside_of(plan, turn, weights)});
              parts_.insert(parts_.end(), parts.begin(), parts.end());
              to_step.push_back(next);
            });
      }
      nodes_.push_back({first, edges_.size() - first});
    }
  }
  for (const KeptJoint& joint : plan.joints) beside_.push_back(joint.loads);
  for (const KeptStep& step : plan.steps) beside_.push_back(step.load);
  first_node_.push_back(nodes_.size());
  for (std::size_t e = 0; e < edges_.size(); ++e) edges_[e].next += first_node_[to_step[e]];
  const std::vector<Reached> ends = frontiers.back().take();
  nodes_.resize(nodes_.size() + ends.size());
  for (const Reached& end : ends) {
    const KeptPlace* place = plan.exit == kNever ? nullptr : place_in(end.state, plan.exit);
    exits_.push_back(place == nullptr ? kOffChip : *place);
  }
}

std::vector<KeptPlace> places_at(const Home& home) {
  std::vector<KeptPlace> places{kOffChip, static_cast<KeptPlace>(home.input_memory + 1)};
  if (home.exchanges()) places.push_back(static_cast<KeptPlace>(home.output_memory + 1));
  return places;
}

double KeptGraph::schedules() const {
  std::vector<double> ways(nodes_.size(), 0.0);
  for (std::size_t n = nodes_.size(); n-- > 0;) {
    if (n >= first_node_.back()) {
      ways[n] = 1.0;
      continue;
    }
    for (std::size_t e = 0; e < nodes_[n].edges; ++e) {
      ways[n] += ways[edges_[nodes_[n].first_edge + e].next];
    }
  }
  return ways.front();
}

}  // namespace tilewise
