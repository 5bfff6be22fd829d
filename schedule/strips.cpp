#include "schedule/strips.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "schedule/fetch_cost.hpp"
#include "schedule/strip_part.hpp"
#include "schedule/strip_roles.hpp"

namespace tilewise {
namespace {

bool may_be_resident(const Layer& layer, const Architecture& architecture, const Home& home) {
  return has_weights(layer.op) && weight_memory(architecture, home).has_value();
}

class PlanBuilder {
 public:
  PlanBuilder(const StripGroup& group, const StripChoice& choice, const Architecture& architecture,
              const Home& home)
      : group_(group),
        choice_(choice),
        architecture_(architecture),
        home_(home),
        rows_(strip_rows(group, choice.height, choice.halo)),
        taken_(group.layers.size(),
               std::vector<Bits>(architecture.levels[home.level].memories.size())) {}

  std::variant<StripPlan, NoStrips> make() {
    auto roles = strip_roles(group_, choice_, home_);
    if (auto* none = std::get_if<NoStrips>(&roles)) return std::move(*none);
    exchanged_ = std::get<std::vector<bool>>(std::move(roles));
    if (const auto why = why_not(); !why.empty()) return NoStrips{why};
    hold_weights();
    for (std::size_t o = 0; o < group_.outer.size(); ++o) hold_outer(o);
    for (std::size_t l = 0; l + 1 < group_.layers.size(); ++l) hold_output(l);
    for (std::size_t l = 0; l < group_.layers.size(); ++l) {
      known_.push_back(known_of(l));
      uses_.push_back(use_of(l));
    }
    for (std::size_t strip = 0; strip < rows_.strips(); ++strip) {
      for (std::size_t l = 0; l < group_.layers.size(); ++l) run(l, strip);
    }
    return std::move(plan_);
  }

 private:
  const Layer& layer(std::size_t l) const { return group_.layers[l].layer; }
  bool is_whole(std::size_t outer) const { return choice_.outer[outer] == OuterRows::Whole; }

  bool is_resident(std::size_t l) const { return choice_.resident[l] && has_weights(layer(l).op); }
  std::size_t input_memory(std::size_t reader) const {
    return exchanged_[reader] ? home_.output_memory : home_.input_memory;
  }

  std::string why_not() const {
    for (std::size_t l = 0; l < group_.layers.size(); ++l) {
      if (is_resident(l) && !may_be_resident(layer(l), architecture_, home_)) {
        return "the home does not hold weights";
      }
    }
    for (std::size_t o = 0; o < group_.outer.size(); ++o) {
      if (is_whole(o) && !group_.outer[o].alike) {
        return "the readers of an input of the group see other rows of it";
      }
    }
    return "";
  }

  void hold_weights() {
    for (std::size_t l = 0; l < group_.layers.size(); ++l) {
      if (!is_resident(l)) continue;
      const std::int64_t words = stored_words(layer(l), Tensor::Weight);
      const std::size_t memory = *weight_memory(architecture_, home_);
      for (auto& taken : taken_) taken[memory] += words * layer(l).widths.tensor[Tensor::Weight];
      plan_.loads.push_back({l, Tensor::Weight, words, false, 1});
    }
  }

  void hold_output(std::size_t l) {
    const std::vector<std::size_t>& readers = group_.layers[l].readers;
    hold({rows_.made[l], readers, l, choice_.halo == Halo::Kept}, input_memory(readers.front()),
         output_row_words(layer(l)) * layer(l).widths.tensor[Tensor::Output]);
  }

  void hold_outer(std::size_t outer) {
    const OuterInput& input = group_.outer[outer];
    const Bits row = input.row_words * input.width;
    if (choice_.outer[outer] == OuterRows::Kept) {
      const std::vector<std::size_t> keepers = keepers_of(group_, outer);
      if (keepers.empty()) return;
      const Bits kept = rows_kept(rows_, keepers) * row;
      for (auto& taken : taken_) taken[input_memory(keepers.front())] += kept;
    }
    if (!is_whole(outer)) return;
    const std::size_t first = input.readers.front();
    hold({rows_.fetched[outer], input.readers, first, true}, input_memory(first), row);
    for (const RowRange& rows : rows_.fetched[outer]) load(first, rows.size() * input.row_words);
  }

  void hold(const LiveRows& tensor, std::size_t memory, Bits row) {
    const std::vector<std::int64_t> most = most_rows(tensor, rows_);
    for (std::size_t l = 0; l < most.size(); ++l) taken_[l][memory] += most[l] * row;
  }

  void load(std::size_t l, std::int64_t words) {
    if (words == 0) return;
    const auto same =
        std::find_if(plan_.loads.begin(), plan_.loads.end(), [&](const StripLoad& each) {
          return each.layer == l && each.tensor == Tensor::Input && each.words == words;
        });
    if (same != plan_.loads.end()) {
      ++same->times;
    } else {
      plan_.loads.push_back({l, Tensor::Input, words, exchanged_[l], 1});
    }
  }

  /// [strip] the row of its outer Input before which a layer knows all that it reads.
  std::vector<std::int64_t> known_of(std::size_t l) const {
    const StripLayer& at = group_.layers[l];
    const bool keeps =
        at.operands == 0 && !at.outer.empty() && choice_.outer[at.outer.front()] == OuterRows::Kept;
    if (keeps) return known_rows(at.layer, rows_.made[l]);
    std::vector<std::int64_t> none(rows_.strips(), 0);
    return none;
  }

  HomeUse use_of(std::size_t l) const {
    const StripLayer& at = group_.layers[l];
    HomeUse use;
    use.taken = taken_[l];
    use.exchanged = exchanged_[l];
    use.kept[Tensor::Weight] = is_resident(l);
    use.kept[Tensor::Output] = l + 1 < group_.layers.size();
    const auto off_chip = std::count_if(at.outer.begin(), at.outer.end(),
                                        [&](std::size_t outer) { return !is_whole(outer); });
    use.kept[Tensor::Input] = off_chip == 0;
    if (off_chip > 0 && off_chip < at.operands) {
      use.operands_off_chip = off_chip;
      use.operands = at.operands;
    }
    return use;
  }

  void run(std::size_t l, std::size_t strip) {
    const RowRange& made = rows_.made[l][strip];
    if (made.empty()) return;
    const PartRows rows = uses_[l].kept[Tensor::Input]
                              ? part_rows_at_home(layer(l), made.size())
                              : part_rows(layer(l), made, known_[l][strip]);
    const auto [at, fresh] = runs_.try_emplace({l, rows}, plan_.runs.size());
    if (fresh) {
      plan_.runs.push_back({l, part_of(layer(l), rows), uses_[l], 1});
    } else {
      ++plan_.runs[at->second].times;
    }
  }

  const StripGroup& group_;
  const StripChoice& choice_;
  const Architecture& architecture_;
  const Home& home_;
  StripRows rows_;
  std::vector<std::vector<Bits>> taken_;          ///< [layer][memory of the home]
  std::vector<bool> exchanged_;                   ///< [layer]
  std::vector<std::vector<std::int64_t>> known_;  ///< [layer][strip]
  std::vector<HomeUse> uses_;                     ///< [layer]
  std::map<std::pair<std::size_t, PartRows>, std::size_t> runs_;
  StripPlan plan_;
};

/// Adds each of `choices` with every value of a part of it.
template <class Values, class Set>
void vary(std::vector<StripChoice>& choices, const Values& values, const Set& set) {
  std::vector<StripChoice> made;
  for (const StripChoice& choice : choices) {
    for (const auto& value : values) set(made.emplace_back(choice), value);
  }
  choices = std::move(made);
}

/// Whether some strip makes rows of an inner tensor that an earlier one made.
bool makes_rows_again(const StripGroup& group, std::int64_t height) {
  return strip_rows(group, height, Halo::Kept).made !=
         strip_rows(group, height, Halo::Recomputed).made;
}

std::vector<OuterRows> ways_of(const StripGroup& group, std::size_t outer, const StripRows& rows) {
  std::vector<OuterRows> ways{OuterRows::Refetched};
  if (rows_kept(rows, keepers_of(group, outer)) > 0) ways.push_back(OuterRows::Kept);
  const OuterInput& input = group.outer[outer];
  if (input.alike && input.readers.size() > 1) ways.push_back(OuterRows::Whole);
  return ways;
}

}  // namespace

std::variant<StripPlan, NoStrips> strip_plan(const StripGroup& group, const StripChoice& choice,
                                             const Architecture& architecture, const Home& home) {
  return PlanBuilder(group, choice, architecture, home).make();
}

std::vector<StripChoice> strip_choices(const StripGroup& group, const Architecture& architecture,
                                       const Home& home, Factors heights) {
  const std::int64_t rows = group.layers.back().layer.bounds[Dim::P];
  std::vector<StripChoice> all;
  for (std::int64_t height = 1; height <= rows; ++height) {
    if (heights == Factors::Divisors && rows % height != 0) continue;
    std::vector<Halo> halos{Halo::Kept};
    if (makes_rows_again(group, height)) halos.push_back(Halo::Recomputed);
    for (const Halo halo : halos) {
      const StripRows made = strip_rows(group, height, halo);
      StripChoice plain{height, halo, {}, {}, false};
      plain.resident.assign(group.layers.size(), false);
      plain.outer.assign(group.outer.size(), OuterRows::Refetched);
      std::vector<StripChoice> choices{plain};
      for (std::size_t o = 0; o < group.outer.size(); ++o) {
        vary(choices, ways_of(group, o, made),
             [o](StripChoice& choice, OuterRows way) { choice.outer[o] = way; });
      }
      for (std::size_t l = 0; l < group.layers.size(); ++l) {
        if (!may_be_resident(group.layers[l].layer, architecture, home)) continue;
        vary(choices, std::vector<bool>{false, true},
             [l](StripChoice& choice, bool stays) { choice.resident[l] = stays; });
      }
      if (home.exchanges()) {
        vary(choices, std::vector<bool>{false, true},
             [](StripChoice& choice, bool exchanged) { choice.exchanged = exchanged; });
      }
      std::erase_if(choices, [&](const StripChoice& choice) {
        return std::holds_alternative<NoStrips>(strip_roles(group, choice, home));
      });
      all.insert(all.end(), choices.begin(), choices.end());
    }
  }
  return all;
}

LayerCost load_cost(const Layer& layer, const StripLoad& load, const Architecture& architecture,
                    const Home& home) {
  HomeUse roles;
  roles.exchanged = load.exchanged;
  return fetch_cost(at_home(architecture, home, roles), layer, load.tensor, load.words, home.level);
}

bool has_room(const StripPlan& plan, const std::vector<Bits>& room) {
  return std::all_of(plan.runs.begin(), plan.runs.end(), [&](const StripRun& run) {
    for (std::size_t m = 0; m < room.size(); ++m) {
      if (run.use.taken[m] > room[m]) return false;
    }
    return true;
  });
}

}  // namespace tilewise
