#include "schedule/kept_graph.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace tilewise {
namespace {

/// States before one layer; more would not be held.
constexpr std::size_t kMostStates = 20'000;

/// Where the open groups lie, by group.
using State = std::vector<std::pair<std::size_t, KeptPlace>>;

const KeptPlace* place_in(const State& state, std::size_t group) {
  for (const auto& [each, place] : state) {
    if (each == group) return &place;
  }
  return nullptr;
}

class GraphBuilder {
 public:
  GraphBuilder(const Agenda& agenda, const Home& home, const std::vector<Bits>& room,
               HomeCosts& costs, const std::vector<KeptPlace>& given)
      : agenda_(agenda),
        home_(home),
        room_(room),
        costs_(costs),
        given_(given),
        places_(places_at(home)) {}

  /// Calls `add` for each way to run a layer after `state`.
  template <class Add>
  void extend(const Turn& turn, const State& state, const Add& add) {
    const std::size_t group = turn.step.group;
    const KeptPlace* decided = group == kNever ? &kOff : place_in(state, group);
    if (decided != nullptr) {
      extend_with(turn, state, *decided, add);
      return;
    }
    for (const KeptPlace place : places_) extend_with(turn, state, place, add);
  }

 private:
  static constexpr KeptPlace kOff = kOffChip;

  template <class Add>
  void extend_with(const Turn& turn, State state, KeptPlace output, const Add& add) {
    if (!given_.empty() && given_[turn.layer] != output) return;
    const std::size_t group = turn.step.group;
    const auto input = input_of(turn.step, state);
    if (!input) return;
    if (group != kNever && place_in(state, group) == nullptr) {
      state.emplace_back(group, output);
      std::sort(state.begin(), state.end());
    }
    const auto taken = taken_with(turn.step.live, state);
    const auto exchanged = roles(input->place, output);
    if (!taken || !exchanged) return;
    std::size_t place = kNever;
    if (turn.step.layer != kNever) {
      HomeUse use{{}, *exchanged, input->off_chip, 0, *taken};
      if (use.operands_off_chip > 0) use.operands = turn.step.operands;
      use.kept[Tensor::Input] = input->place != kOffChip && input->off_chip == 0;
      use.kept[Tensor::Output] = output != kOffChip;
      place = costs_.place_of({turn.step.layer, use});
    } else if (std::any_of(taken->begin(), taken->end(), [](Bits b) { return b > Bits{0}; })) {
      return;  // it runs in parts, which have the home for themselves
    }
    std::erase_if(state, [&](const auto& open) { return agenda_.closes(open.first, turn); });
    add(state, place, output);
  }

  /// Where the Input lies, and how many operands of it do not.
  struct InputPlace {
    KeptPlace place = kOffChip;
    std::int64_t off_chip = 0;
  };
  /// Empty: its operands lie in several memories.
  static std::optional<InputPlace> input_of(const KeptStep& step, const State& state) {
    InputPlace made;
    std::int64_t kept = 0;
    for (const std::size_t group : step.reads) {
      const KeptPlace place = *place_in(state, group);
      if (place == kOffChip) continue;
      if (made.place != kOffChip && made.place != place) return std::nullopt;
      made.place = place;
      ++kept;
    }
    if (kept > 0 && step.operands > 0) made.off_chip = step.operands - kept;
    return made;
  }

  /// What lies in each memory while the layer runs; empty: more than there is room for.
  std::optional<std::vector<Bits>> taken_with(const std::vector<std::pair<std::size_t, Bits>>& live,
                                              const State& state) const {
    std::vector<Bits> taken(room_.size());
    for (const auto& [group, size] : live) {
      const KeptPlace place = *place_in(state, group);
      if (place == kOffChip) continue;
      Bits& into = taken[place - 1U];
      into += size;
      if (into > room_[place - 1U]) return std::nullopt;
    }
    return taken;
  }

  /// Whether the memories play each other's role; empty: input and output are at odds.
  std::optional<bool> roles(KeptPlace input, KeptPlace output) const {
    if (!home_.exchanges()) return false;
    std::optional<bool> exchanged;
    if (input != kOffChip) exchanged = input - 1U == home_.output_memory;
    if (output != kOffChip) {
      const bool wanted = output - 1U == home_.input_memory;
      if (exchanged && *exchanged != wanted) return std::nullopt;
      exchanged = wanted;
    }
    return exchanged.value_or(false);
  }

  const Agenda& agenda_;
  const Home& home_;
  const std::vector<Bits>& room_;
  HomeCosts& costs_;
  const std::vector<KeptPlace>& given_;
  std::vector<KeptPlace> places_;
};

std::size_t kept_groups(const State& state) {
  return static_cast<std::size_t>(std::count_if(
      state.begin(), state.end(), [](const auto& open) { return open.second != kOffChip; }));
}

}  // namespace

KeptGraph::KeptGraph(const KeptPlan& plan, const Home& home, const std::vector<Bits>& room,
                     HomeCosts& costs, KeptPlace entry)
    : KeptGraph(Agenda(plan), plan, home, room, costs, entry, {}) {}

KeptGraph::KeptGraph(const Agenda& agenda, const KeptPlan& plan, const Home& home,
                     const std::vector<Bits>& room, HomeCosts& costs, KeptPlace entry,
                     const std::vector<KeptPlace>& given) {
  using Reached = std::pair<LayersRun, State>;
  GraphBuilder builder(agenda, home, room, costs, given);
  std::vector<Reached> states(1);
  if (plan.entry != kNever) states.front().second.emplace_back(plan.entry, entry);
  for (std::size_t at = 0; at < agenda.layers(); ++at) {
    first_node_.push_back(nodes_.size());
    const std::size_t next_node = nodes_.size() + states.size();
    std::map<Reached, std::size_t> next;
    std::vector<Reached> reached;
    for (const auto& [run, state] : states) {
      const std::size_t first = edges_.size();
      for (const Turn& turn : agenda.turns(at, run)) {
        builder.extend(turn, state, [&](const State& after, std::size_t place, KeptPlace output) {
          const Reached to{turn.after, after};
          // Beyond the limit only what keeps nothing more, in no new order, goes on.
          const bool full = reached.size() >= kMostStates;
          const bool first_way = &state == &states.front().second && kept_groups(after) == 0;
          if (full && !first_way && next.count(to) == 0) {
            complete_ = false;
            return;
          }
          const auto [known, fresh] = next.try_emplace(to, reached.size());
          if (fresh) reached.push_back(to);
          edges_.push_back({place, next_node + known->second, turn.layer, output});
        });
      }
      nodes_.push_back({first, edges_.size() - first});
    }
    states = std::move(reached);
  }
  first_node_.push_back(nodes_.size());
  nodes_.resize(nodes_.size() + states.size());
  for (const auto& [run, state] : states) {
    const KeptPlace* place = plan.exit == kNever ? nullptr : place_in(state, plan.exit);
    exits_.push_back(place == nullptr ? kOffChip : *place);
  }
}

std::vector<KeptPlace> places_at(const Home& home) {
  std::vector<KeptPlace> places{kOffChip, static_cast<KeptPlace>(home.input_memory + 1)};
  if (home.exchanges()) places.push_back(static_cast<KeptPlace>(home.output_memory + 1));
  return places;
}

std::vector<std::size_t> least_room_places(const KeptGraph& graph, const KeptPlan& plan,
                                           const Home& home, HomeCosts& costs) {
  std::vector<std::size_t> places;
  for (std::size_t e = 0; e < graph.edges(); ++e) {
    const KeptEdge& edge = graph.edge(e);
    if (edge.place == kNever) continue;
    const KeptStep& step = plan.steps[edge.layer];
    HomeAsk ask = costs.ask(edge.place);
    HomeUse& use = ask.use;
    std::fill(use.taken.begin(), use.taken.end(), Bits{0});
    const std::size_t in = use.exchanged ? home.output_memory : home.input_memory;
    const std::size_t out = use.exchanged ? home.input_memory : home.output_memory;
    if (use.kept[Tensor::Input] || use.operands_off_chip > 0) use.taken[in] += step.input;
    if (use.kept[Tensor::Output]) use.taken[out] += step.output;
    places.push_back(costs.place_of(ask));
  }
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
