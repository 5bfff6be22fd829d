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
  GraphBuilder(const KeptPlan& plan, const Home& home, const std::vector<Bits>& room,
               HomeCosts& costs, const std::vector<KeptPlace>& given)
      : plan_(plan),
        home_(home),
        room_(room),
        costs_(costs),
        given_(given),
        places_(places_at(home)) {}

  /// Calls `add` for each way to run layer `l` after `state`.
  template <class Add>
  void extend(std::size_t l, const State& state, const Add& add) {
    const std::size_t group = plan_.steps[l].group;
    const KeptPlace* decided = group == kNever ? &kOff : place_in(state, group);
    if (decided != nullptr) {
      extend_with(l, state, *decided, add);
      return;
    }
    for (const KeptPlace place : places_) extend_with(l, state, place, add);
  }

 private:
  static constexpr KeptPlace kOff = kOffChip;

  template <class Add>
  void extend_with(std::size_t l, State state, KeptPlace output, const Add& add) {
    if (!given_.empty() && given_[l] != output) return;
    const auto& [layer, reads, group, input_size, output_size, live] = plan_.steps[l];
    const KeptPlace input = reads == kNever ? kOffChip : *place_in(state, reads);
    if (group != kNever && place_in(state, group) == nullptr) {
      state.emplace_back(group, output);
      std::sort(state.begin(), state.end());
    }
    const auto taken = taken_at(l, state);
    const auto exchanged = roles(input, output);
    if (!taken || !exchanged) return;
    std::size_t place = kNever;
    if (layer != kNever) {
      HomeAsk ask{layer, {}, *exchanged, *taken};
      ask.kept[Tensor::Input] = input != kOffChip;
      ask.kept[Tensor::Output] = output != kOffChip;
      place = costs_.place_of(ask);
    } else if (std::any_of(taken->begin(), taken->end(), [](Bits b) { return b > Bits{0}; })) {
      return;  // it runs in parts, which have the home for themselves
    }
    std::erase_if(state, [&](const auto& open) { return plan_.end[open.first] <= l; });
    add(state, place, output);
  }

  /// What lies in each memory while the layer runs; empty: more than there is room for.
  std::optional<std::vector<Bits>> taken_at(std::size_t l, const State& state) const {
    std::vector<Bits> taken(room_.size());
    for (const auto& [group, size] : plan_.steps[l].live) {
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

  const KeptPlan& plan_;
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
                     HomeCosts& costs, KeptPlace entry, const std::vector<KeptPlace>& given) {
  GraphBuilder builder(plan, home, room, costs, given);
  std::vector<State> states(1);
  if (plan.entry != kNever) states.front().emplace_back(plan.entry, entry);
  for (std::size_t l = 0; l < plan.steps.size(); ++l) {
    first_node_.push_back(nodes_.size());
    const std::size_t next_node = nodes_.size() + states.size();
    std::map<State, std::size_t> next;
    std::vector<State> reached;
    for (const State& state : states) {
      const std::size_t first = edges_.size();
      builder.extend(l, state, [&](const State& after, std::size_t place, KeptPlace output) {
        // Beyond the limit only what keeps nothing more goes on.
        const bool full = reached.size() >= kMostStates && kept_groups(after) > 0;
        if (full && next.count(after) == 0) {
          complete_ = false;
          return;
        }
        const auto [at, fresh] = next.try_emplace(after, reached.size());
        if (fresh) reached.push_back(after);
        edges_.push_back({place, next_node + at->second, output});
      });
      nodes_.push_back({first, edges_.size() - first});
    }
    states = std::move(reached);
  }
  first_node_.push_back(nodes_.size());
  nodes_.resize(nodes_.size() + states.size());
  for (const State& state : states) {
    const KeptPlace* place = plan.exit == kNever ? nullptr : place_in(state, plan.exit);
    exits_.push_back(place == nullptr ? kOffChip : *place);
  }
}

std::vector<KeptPlace> places_at(const Home& home) {
  std::vector<KeptPlace> places{kOffChip, static_cast<KeptPlace>(home.input_memory + 1)};
  if (home.exchanges()) places.push_back(static_cast<KeptPlace>(home.output_memory + 1));
  return places;
}

std::size_t least_room_place(const KeptStep& step, const Home& home, std::size_t place,
                             HomeCosts& costs) {
  HomeAsk ask = costs.ask(place);
  std::fill(ask.taken.begin(), ask.taken.end(), Bits{0});
  const std::size_t in = ask.exchanged ? home.output_memory : home.input_memory;
  const std::size_t out = ask.exchanged ? home.input_memory : home.output_memory;
  if (ask.kept[Tensor::Input]) ask.taken[in] += step.input;
  if (ask.kept[Tensor::Output]) ask.taken[out] += step.output;
  return costs.place_of(ask);
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
