#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "arch/home.hpp"
#include "mapper/brute_force.hpp"
#include "mapper/random_problem.hpp"
#include "roomless_layers.hpp"
#include "schedule/schedule.hpp"
#include "sim/evaluate.hpp"
#include "sim/validity.hpp"
#include "workload/network.hpp"

namespace tilewise::testing {

/// [layer] where its output lies: 0 off chip, else a memory of the home + 1.
using Places = std::vector<std::uint8_t>;
/// [layer] whether it runs in the drain of the layer before it.
using Merged = std::vector<bool>;

/// Tries every way to keep the outputs of a network and every mapping of each layer: the slow and
/// obvious reading of docs/schedule.md. Shares no code with schedule/.
class EverySchedule {
 public:
  EverySchedule(const Network& network, const Architecture& architecture, const Home& home,
                const std::vector<LayerAlone>& alone, RoomlessLayers& layers)
      : network_(network),
        architecture_(architecture),
        home_(home),
        alone_(alone),
        layers_(layers) {}

  /// What each layer that is not merged has at home; empty: a rule is broken.
  std::optional<std::vector<std::optional<HomeUse>>> uses_of(const Places& places,
                                                             const Merged& merged) const {
    std::vector<std::optional<HomeUse>> uses;
    for (std::size_t layer = 0; layer < network_.size(); ++layer) {
      if (merged[layer] && (layer == 0 || !can_merge(layer, places))) return std::nullopt;
      if (merged[layer]) {
        uses.emplace_back();
        continue;
      }
      uses.push_back(use_of(layer, places, merged));
      if (!uses.back()) return std::nullopt;
    }
    return uses;
  }

  /// A layer with those that run in its drain, as one.
  Layer as_one(std::size_t layer, const Merged& merged) const {
    Layer one = network_.layer(layer);
    for (std::size_t next = layer + 1; next < network_.size() && merged[next]; ++next) {
      const Layer& drained = network_.layer(next);
      one.widths.tensor[Tensor::Output] = drained.widths.tensor[Tensor::Output];
      one.density[Tensor::Output] = drained.density[Tensor::Output];
      if (drained.op != Operator::Add) continue;
      one.start.operands += drained.bounds[Dim::C] - 1;
      one.start.width = drained.widths.tensor[Tensor::Input];
    }
    return one;
  }

  /// The totals of all schedules that no other one beats.
  std::vector<CostPoint> front() {
    std::vector<CostPoint> all;
    Merged merged(network_.size(), false);
    merge_from(1, merged, all);
    return exact_front(std::move(all));
  }

  /// Calls `visit` with every way to place outputs and to merge, of which some obey no rule.
  template <class Visit>
  void for_each_way(const Visit& visit) const {
    Merged merged(network_.size(), false);
    for (std::size_t ways = 0; ways < (std::size_t{1} << network_.size()); ++ways) {
      for (std::size_t l = 0; l < network_.size(); ++l) merged[l] = ((ways >> l) & 1U) != 0;
      if (merged.front()) continue;
      Places places(network_.size(), 0);
      visit_places(0, places, [&] { visit(places, merged); });
    }
  }
  bool may_merge(std::size_t layer, const Places& places) const { return can_merge(layer, places); }
  std::optional<HomeUse> use_at(std::size_t layer, const Places& places,
                                const Merged& merged) const {
    return use_of(layer, places, merged);
  }
  const std::vector<CostPoint>& costs_at(std::size_t layer, const HomeUse& use,
                                         const Merged& merged) {
    return front_at(layer, use, merged);
  }
  std::vector<Bits> taken_beside(std::size_t layer, std::size_t last, const Places& places) const {
    return taken_at(layer, last, places);
  }

  /// Ways to place the outputs that obey the rules.
  std::int64_t schedules() const { return schedules_; }

 private:
  template <class Visit>
  void visit_places(std::size_t maker, Places& places, const Visit& visit) const {
    if (maker == places.size()) {
      visit();
      return;
    }
    visit_places(maker + 1, places, visit);
    std::vector<std::size_t> memories{home_.input_memory};
    if (home_.exchanges()) memories.push_back(home_.output_memory);
    for (const std::size_t memory : memories) {
      places[maker] = static_cast<std::uint8_t>(memory + 1);
      visit_places(maker + 1, places, visit);
    }
    places[maker] = 0;
  }

  /// The inputs that `layer` reads as Input; nothing is said of where they lie.
  std::vector<std::size_t> inputs_of(std::size_t layer) const {
    std::vector<std::size_t> inputs = network_.inputs_of(layer);
    if (reads_weights(layer) && inputs.size() == 2) inputs.pop_back();
    return inputs;
  }

  bool reads_weights(std::size_t layer) const {
    return has_weights(network_.layer(layer).op) && !network_.layer(layer).owns_weights;
  }

  std::size_t last_reader(std::size_t maker) const {
    const auto readers = network_.consumers_of(maker);
    return readers.empty() ? maker : *std::max_element(readers.begin(), readers.end());
  }

  std::int64_t bits_of_output(std::size_t layer) const {
    const Layer& made = network_.layer(layer);
    return stored_words(made, Tensor::Output) * made.widths.tensor[Tensor::Output].count();
  }

  /// Whether the layer adds up maps that are alike, of which each is read where it lies.
  bool adds_up(std::size_t layer) const {
    const Layer& reader = network_.layer(layer);
    const bool adds = reader.op == Operator::Add || reader.op == Operator::Elementwise;
    const auto inputs = network_.inputs_of(layer);
    const std::int64_t operands = reader.bounds[Dim::C];
    if (!adds || operands < 2 || static_cast<std::int64_t>(inputs.size()) > operands) return false;
    return std::all_of(inputs.begin(), inputs.end(), [&](std::size_t input) {
      const Layer& maker = network_.layer(input);
      return stored_words(maker, Tensor::Output) * operands ==
                 stored_words(reader, Tensor::Input) &&
             maker.widths.tensor[Tensor::Output] == reader.widths.tensor[Tensor::Input];
    });
  }

  /// The memory + 1 that the operands of a sum lie in that are kept; empty: they lie in several.
  std::optional<std::uint8_t> operands_place(std::size_t layer, const Places& places) const {
    std::uint8_t place = 0;
    for (const std::size_t input : network_.inputs_of(layer)) {
      if (places[input] == 0) continue;
      if (place != 0 && place != places[input]) return std::nullopt;
      place = places[input];
    }
    return place;
  }

  /// How many operands of a sum of which some are kept are not.
  std::int64_t operands_off_chip(std::size_t layer, const Places& places) const {
    std::int64_t kept = 0;
    for (const std::size_t input : network_.inputs_of(layer)) kept += places[input] != 0 ? 1 : 0;
    return kept == 0 ? 0 : network_.layer(layer).bounds[Dim::C] - kept;
  }

  /// The memory + 1 that all Inputs of `layer` lie in, 0 off chip; empty: a rule is broken.
  std::optional<std::uint8_t> read_place(std::size_t layer, const Places& places) const {
    const auto all = network_.inputs_of(layer);
    const auto is_kept = [&](std::size_t input) { return places[input] != 0; };
    if (std::none_of(all.begin(), all.end(), is_kept)) return std::uint8_t{0};
    if (adds_up(layer)) return operands_place(layer, places);
    if (reads_weights(layer) && all.size() != 2) return std::nullopt;
    if (reads_weights(layer) && is_kept(all[1])) return std::nullopt;
    const Layer& reader = network_.layer(layer);
    if (reads_weights(layer) && stored_words(network_.layer(all[1]), Tensor::Output) <
                                    stored_words(reader, Tensor::Weight)) {
      return std::nullopt;
    }
    const std::vector<std::size_t> inputs = inputs_of(layer);
    std::int64_t there = 0;
    for (const std::size_t input : inputs) {
      const Layer& maker = network_.layer(input);
      if (places[input] != places[inputs.front()]) return std::nullopt;
      if (maker.widths.tensor[Tensor::Output] != reader.widths.tensor[Tensor::Input]) {
        return std::nullopt;
      }
      there += stored_words(maker, Tensor::Output);
    }
    if (there < stored_words(reader, Tensor::Input)) return std::nullopt;
    return places[inputs.front()];
  }

  /// Whether the layer may run in the drain of the one before it, whatever runs in that one's. What
  /// that one makes is then nowhere.
  bool can_merge(std::size_t layer, const Places& places) const {
    const Layer& drained = network_.layer(layer);
    const Layer& before = network_.layer(layer - 1);
    if (places[layer - 1] != 0) return false;
    if (alone_[layer].mapping == nullptr || alone_[layer - 1].mapping == nullptr) return false;
    const auto inputs = network_.inputs_of(layer);
    if (network_.consumers_of(layer - 1) != std::vector<std::size_t>{layer}) return false;
    if (std::count(inputs.begin(), inputs.end(), layer - 1) != 1) return false;
    if (stored_words(drained, Tensor::Output) != stored_words(before, Tensor::Output)) return false;
    if (drained.widths.tensor[Tensor::Input] != before.widths.tensor[Tensor::Output]) return false;
    if (drained.op == Operator::Add && adds_up(layer)) return architecture_.merges[Merge::Add];
    return drained.op == Operator::Elementwise && drained.bounds[Dim::C] == 1 &&
           inputs.size() == 1 && architecture_.merges[Merge::Elementwise];
  }
  /// Whether sums of `layer` can start from the operands of the additions in its drain.
  bool can_start(std::size_t layer, const Merged& merged) const {
    std::optional<Bits> width;
    for (std::size_t next = layer + 1; next < network_.size() && merged[next]; ++next) {
      const Layer& drained = network_.layer(next);
      if (drained.op != Operator::Add) continue;
      if (!has_weights(network_.layer(layer).op)) return false;
      if (width && *width != drained.widths.tensor[Tensor::Input]) return false;
      width = drained.widths.tensor[Tensor::Input];
    }
    return true;
  }

  /// The last layer that runs in the drain of `layer`.
  std::size_t last_of(std::size_t layer, const Merged& merged) const {
    while (layer + 1 < network_.size() && merged[layer + 1]) ++layer;
    return layer;
  }

  /// Bits of all that is kept while `layer` to `last` run, a memory of the home each.
  std::vector<Bits> taken_at(std::size_t layer, std::size_t last, const Places& places) const {
    std::vector<Bits> taken(architecture_.levels[home_.level].memories.size(), Bits{0});
    for (std::size_t maker = 0; maker <= last; ++maker) {
      if (places[maker] == 0 || last_reader(maker) < layer) continue;
      taken[places[maker] - 1U] = taken[places[maker] - 1U] + Bits{bits_of_output(maker)};
    }
    return taken;
  }

  /// Whether the memories have the roles that the layer wants of them; empty: they never have.
  std::optional<bool> exchanged(std::uint8_t read, std::uint8_t write, std::uint8_t start) const {
    if (read == 0 && write == 0 && start == 0) return false;
    for (const bool roles : {false, true}) {
      if (roles && !home_.exchanges()) continue;
      const std::size_t input = roles ? home_.output_memory : home_.input_memory;
      const std::size_t output = roles ? home_.input_memory : home_.output_memory;
      if ((read == 0 || read == input + 1) && (write == 0 || write == output + 1) &&
          (start == 0 || start == output + 1)) {
        return roles;
      }
    }
    return std::nullopt;
  }

  /// The operands that sums of `layer` start from: the memory + 1 that those lie in that are kept,
  /// and how many are. Empty: they lie in several.
  struct Starts {
    std::uint8_t place = 0;
    std::int64_t kept = 0;
  };
  std::optional<Starts> starts_of(std::size_t layer, const Places& places,
                                  const Merged& merged) const {
    Starts starts;
    for (std::size_t next = layer + 1; next < network_.size() && merged[next]; ++next) {
      for (const std::size_t input : network_.inputs_of(next)) {
        if (input == next - 1 || places[input] == 0) continue;
        if (starts.place != 0 && starts.place != places[input]) return std::nullopt;
        starts.place = places[input];
        ++starts.kept;
      }
    }
    return starts;
  }

  std::optional<HomeUse> use_of(std::size_t layer, const Places& places,
                                const Merged& merged) const {
    const std::size_t last = last_of(layer, merged);
    const std::uint8_t write = places[last];
    if (!can_start(layer, merged)) return std::nullopt;
    if (write != 0 && network_.consumers_of(last).empty()) return std::nullopt;
    const auto read = read_place(layer, places);
    const auto starts = starts_of(layer, places, merged);
    if (!read || !starts) return std::nullopt;
    const auto roles = exchanged(*read, write, starts->place);
    if (!roles) return std::nullopt;
    if (write != 0 && starts->kept < as_one(layer, merged).start.operands) return std::nullopt;
    HomeUse use;
    use.starts = starts->kept;
    if (adds_up(layer)) use.operands_off_chip = operands_off_chip(layer, places);
    if (use.operands_off_chip > 0) use.operands = network_.layer(layer).bounds[Dim::C];
    use.kept[Tensor::Input] = *read != 0 && use.operands_off_chip == 0;
    use.kept[Tensor::Output] = write != 0;
    use.exchanged = *roles;
    use.taken = taken_at(layer, last, places);
    const Level& level = architecture_.levels[home_.level];
    for (std::size_t m = 0; m < use.taken.size(); ++m) {
      if (level.memories[m].capacity && use.taken[m] > *level.memories[m].capacity) {
        return std::nullopt;
      }
      if (alone_[layer].mapping == nullptr && use.taken[m] > Bits{0}) return std::nullopt;
    }
    return use;
  }

  void merge_from(std::size_t layer, Merged& merged, std::vector<CostPoint>& all) {
    if (layer >= merged.size()) {
      Places places(network_.size(), 0);
      place_from(0, merged, places, all);
      return;
    }
    merge_from(layer + 1, merged, all);
    if (!can_merge(layer, Places(network_.size(), 0))) return;
    merged[layer] = true;
    merge_from(layer + 1, merged, all);
    merged[layer] = false;
  }

  void place_from(std::size_t maker, const Merged& merged, Places& places,
                  std::vector<CostPoint>& all) {
    if (maker == places.size()) {
      const auto uses = uses_of(places, merged);
      if (!uses) return;
      const auto totals = totals_of(*uses, merged);
      all.insert(all.end(), totals.begin(), totals.end());
      return;
    }
    std::vector<std::size_t> memories{home_.input_memory};
    if (home_.exchanges()) memories.push_back(home_.output_memory);
    places[maker] = 0;
    place_from(maker + 1, merged, places, all);
    for (const std::size_t memory : memories) {
      places[maker] = static_cast<std::uint8_t>(memory + 1);
      place_from(maker + 1, merged, places, all);
    }
    places[maker] = 0;
  }

  std::vector<CostPoint> totals_of(const std::vector<std::optional<HomeUse>>& uses,
                                   const Merged& merged) {
    std::vector<CostPoint> totals{{}};
    for (std::size_t layer = 0; layer < uses.size(); ++layer) {
      if (uses[layer]) totals = sums_of(totals, front_at(layer, *uses[layer], merged));
    }
    ++schedules_;
    return totals;
  }

  const std::vector<CostPoint>& front_at(std::size_t layer, const HomeUse& use,
                                         const Merged& merged) {
    const std::pair key(std::pair(layer, last_of(layer, merged)), use);
    const auto found = fronts_.find(key);
    if (found != fronts_.end()) return found->second;
    return fronts_.emplace(key, find_front(layer, use, merged)).first->second;
  }

  std::vector<CostPoint> find_front(std::size_t layer, const HomeUse& use, const Merged& merged) {
    const LayerAlone& alone = alone_[layer];
    if (alone.mapping == nullptr) return {{alone.latency_cycles, alone.energy_pj}};
    const Layer one = as_one(layer, merged);
    return layers_.of(architecture_, home_, layer, last_of(layer, merged) - layer, one, use)
        .front(architecture_, home_, one, use);
  }

  /// First layer and last that run as one, with what they have at home.
  using Key = std::pair<std::pair<std::size_t, std::size_t>, HomeUse>;

  const Network& network_;
  const Architecture& architecture_;
  const Home& home_;
  const std::vector<LayerAlone>& alone_;
  RoomlessLayers& layers_;
  std::map<Key, std::vector<CostPoint>> fronts_;
  std::int64_t schedules_ = 0;
};

}  // namespace tilewise::testing
