#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "arch/architecture.hpp"
#include "base/run_options.hpp"
#include "mapper/factors.hpp"
#include "mapper/objective.hpp"
#include "mapper/places.hpp"
#include "mapper/space_size.hpp"
#include "sim/evaluate.hpp"
#include "sim/mapping.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// How a layer is mapped. Where several are, an interrupt ends in Interrupted.
struct MappingOptions {
  Objective objective = Objective::Edp;
  /// Empty: all bounds where the proof is short enough, else divisors (docs/mapper.md).
  std::optional<Factors> factors = {};
  RunOptions run = {};
  Tiles tiles = Tiles::Even;
};

/// What of a Pareto front is looked for: all of it, or what is least for some weighted sum of
/// energy and latency, the corners of its convex hull.
enum class FrontPart { Whole, Corners };

/// How one layer is searched: an interrupt, asked between rounds, leaves the best so far.
struct SearchOptions {
  MappingOptions mapping = {};
  FrontPart part = FrontPart::Whole;
  double budget_seconds = 0.0;  ///< stop after this time; 0: none
  double gap = 0.0;             ///< stop when best <= (1 + gap) * lower bound
};

/// What was excluded, by what, and what was left: with `open` zero nothing of the space is left.
struct Certificate {
  std::int64_t spatial = 0;  ///< subtrees: kept tensors x spatial loops that fit the fan-outs
  std::int64_t spatial_by_bound = 0;   ///< of these, excluded by their lower bound
  std::int64_t tiles_by_capacity = 0;  ///< partial tiles that no memory can hold
  std::int64_t tiles_by_bound = 0;     ///< partial tiles excluded by their lower bound
  std::int64_t orders_by_bound = 0;    ///< classes of loop orders excluded by their lower bound
  std::int64_t evaluated = 0;          ///< mappings priced in full
  std::int64_t open = 0;               ///< subtrees not worked on when the search was stopped
  double most_steps = 0.0;  ///< spatial loops of more iterations are excluded unseen; 0: none

  /// Adds what was excluded and evaluated below subtrees.
  Certificate& operator+=(const Certificate& more) {
    spatial_by_bound += more.spatial_by_bound;
    tiles_by_capacity += more.tiles_by_capacity;
    tiles_by_bound += more.tiles_by_bound;
    orders_by_bound += more.orders_by_bound;
    evaluated += more.evaluated;
    return *this;
  }
  /// Adds all of a space that shares no mapping with those before.
  void add_space(const Certificate& more) {
    *this += more;
    spatial += more.spatial;
    open += more.open;
    most_steps = std::max(most_steps, more.most_steps);
  }
};

/// A mapping that no other one beats in both energy and latency.
struct ParetoPoint {
  Mapping mapping;
  LayerCost cost;
};

/// No mapping of the space fits, or the search was stopped before it met one.
struct NotMapped {
  /// What makes it impossible: "no mapping of <layer> fits <architecture>; for example ...", a
  /// sentence to print as it is. Empty: the search was stopped.
  std::string why;
};
/// The device has one schedule: there is no mapping to choose.
struct Fixed {
  LayerCost cost;
};
/// Of a schedule: the layer runs in the drain of another, of which it is part.
struct InDrain {
  LayerCost cost;  ///< nothing; `bound` says where it runs
};
/// Of a schedule: the layer runs in strips of rows, each under a mapping of its own.
struct InStrips {
  LayerCost cost;   ///< of all strips
  std::string how;  ///< the runs and their mappings in words
};
/// The best mapping of the space.
struct Mapped {
  Mapping mapping;  ///< Pareto: the least EDP of the front
  LayerCost cost;
  std::vector<ParetoPoint> front;  ///< Objective::Pareto only, by rising latency
};

/// The answer, with what was done to prove it. All counts are the same for any number of threads.
struct SearchResult {
  std::variant<NotMapped, Fixed, InDrain, InStrips, Mapped> answer;
  double objective_value = 0.0;  ///< Pareto: the least EDP of the front
  double lower_bound = 0.0;  ///< proven: nothing in the space is below; = objective_value if proven
  double gap = 0.0;          ///< objective_value / lower_bound - 1
  Factors factors = Factors::Divisors;  ///< the space that the answer is about
  Tiles tiles = Tiles::Even;            ///< likewise
  SpaceSize space;                      ///< mappings in it, valid or not
  Certificate certificate;
  bool proven = true;  ///< no mapping of the space beats the answer
};

/// The best mapping; null: the control is fixed, or nothing fits.
inline const Mapping* best_mapping(const SearchResult& result) {
  const auto* mapped = std::get_if<Mapped>(&result.answer);
  return mapped ? &mapped->mapping : nullptr;
}
/// What the layer costs; null: nothing fits.
inline const LayerCost* cost(const SearchResult& result) {
  if (const auto* mapped = std::get_if<Mapped>(&result.answer)) return &mapped->cost;
  if (const auto* fixed = std::get_if<Fixed>(&result.answer)) return &fixed->cost;
  if (const auto* drained = std::get_if<InDrain>(&result.answer)) return &drained->cost;
  if (const auto* strips = std::get_if<InStrips>(&result.answer)) return &strips->cost;
  return nullptr;
}
/// Every trade of energy for latency, by rising latency; empty unless the objective is Pareto.
inline std::span<const ParetoPoint> front(const SearchResult& result) {
  const auto* mapped = std::get_if<Mapped>(&result.answer);
  if (mapped == nullptr) return {};
  return mapped->front;
}
/// Why there is no cost; empty where there is one, or the search was stopped.
inline std::string_view why_none(const SearchResult& result) {
  const auto* none = std::get_if<NotMapped>(&result.answer);
  return none ? std::string_view(none->why) : std::string_view();
}

SearchResult search(const Architecture& architecture, const Layer& layer,
                    const SearchOptions& options);

/// How many architectures of one relatives_key share a search at most; 1: they do not.
std::size_t most_in_search(const MappingOptions& options);
/// The same for architectures of one relatives_key, which for the least EDP over given factors
/// share one search: each has a mapping of the cost that `search` finds, and the certificate of the
/// whole. docs/mapper.md, "Relatives".
std::vector<SearchResult> search_relatives(std::span<const Architecture> relatives,
                                           const Layer& layer, const MappingOptions& options);

}  // namespace tilewise
