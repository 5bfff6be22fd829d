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
  GraphBuilder(const Activations& kept, const Home& home, const std::vector<Bits>& room,
               const std::vector<std::size_t>& layers, HomeCosts& costs)
      : kept_(kept), home_(home), room_(room), layers_(layers), costs_(costs), end_(kept.groups) {
    for (const Activation& each : kept.of) {
      if (each.group != kNever) end_[each.group] = std::max(end_[each.group], each.last);
    }
    memories_.push_back(static_cast<KeptPlace>(home.input_memory + 1));
    if (home.exchanges()) memories_.push_back(static_cast<KeptPlace>(home.output_memory + 1));
  }

  /// Calls `add` for each way to run layer `l` after `state`.
  template <class Add>
  void extend(std::size_t l, const State& state, const Add& add) {
    const std::size_t group = kept_.of[l].group;
    const KeptPlace* decided = group == kNever ? &kOff : place_in(state, group);
    if (decided != nullptr) {
      extend_with(l, state, *decided, add);
      return;
    }
    extend_with(l, state, kOffChip, add);
    for (const KeptPlace memory : memories_) extend_with(l, state, memory, add);
  }

 private:
  static constexpr KeptPlace kOff = kOffChip;

  template <class Add>
  void extend_with(std::size_t l, State state, KeptPlace output, const Add& add) {
    const std::size_t group = kept_.of[l].group;
    const std::size_t reads = kept_.reads[l];
    const KeptPlace input = reads == kNever ? kOffChip : *place_in(state, reads);
    if (group != kNever && place_in(state, group) == nullptr) {
      state.emplace_back(group, output);
      std::sort(state.begin(), state.end());
    }
    const auto taken = taken_at(l, state);
    const auto exchanged = roles(input, output);
    if (!taken || !exchanged) return;
    std::size_t place = kNever;
    if (layers_[l] != kNever) {
      HomeAsk ask{layers_[l], {}, *exchanged, *taken};
      ask.kept[Tensor::Input] = input != kOffChip;
      ask.kept[Tensor::Output] = output != kOffChip;
      place = costs_.place_of(ask);
    } else if (std::any_of(taken->begin(), taken->end(), [](Bits b) { return b > Bits{0}; })) {
      return;  // it runs in parts, which have the home for themselves
    }
    std::erase_if(state, [&](const auto& open) { return end_[open.first] <= l; });
    add(state, place, output);
  }

  /// What lies in each memory while the layer runs; empty: more than there is room for.
  std::optional<std::vector<Bits>> taken_at(std::size_t l, const State& state) const {
    std::vector<Bits> taken(room_.size());
    for (const std::size_t activation : kept_.live[l]) {
      const KeptPlace* place = place_in(state, kept_.of[activation].group);
      if (*place == kOffChip) continue;
      Bits& into = taken[*place - 1U];
      into += kept_.of[activation].size;
      if (into > room_[*place - 1U]) return std::nullopt;
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

  const Activations& kept_;
  const Home& home_;
  const std::vector<Bits>& room_;
  const std::vector<std::size_t>& layers_;
  HomeCosts& costs_;
  std::vector<std::size_t> end_;  ///< [group] the last layer that makes or reads one of it
  std::vector<KeptPlace> memories_;
};

std::size_t kept_groups(const State& state) {
  return static_cast<std::size_t>(std::count_if(
      state.begin(), state.end(), [](const auto& open) { return open.second != kOffChip; }));
}

}  // namespace

KeptGraph::KeptGraph(const Activations& kept, const Home& home, const std::vector<Bits>& room,
                     const std::vector<std::size_t>& layers, HomeCosts& costs) {
  GraphBuilder builder(kept, home, room, layers, costs);
  std::vector<State> states{{}};
  for (std::size_t l = 0; l < kept.of.size(); ++l) {
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
