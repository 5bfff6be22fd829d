#include "mapper/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "mapper/incumbent.hpp"
#include "mapper/problem.hpp"
#include "mapper/search_context.hpp"
#include "mapper/search_tuning.hpp"
#include "mapper/space_search.hpp"
#include "mapper/unmappable.hpp"
#include "sim/merged_dims.hpp"

namespace tilewise {
namespace {

using Clock = std::chrono::steady_clock;

/// What the spaces of a layer came to, one after the other.
struct Found {
  explicit Found(const SearchOptions& options)
      : best(options.mapping.objective, options.gap, options.part) {}

  Incumbent best;
  Certificate certificate;
  Factors factors = Factors::Divisors;
  SpaceSize space;
  double lower_bound = std::numeric_limits<double>::infinity();
  std::int64_t work = 0;
  bool stopped = false;
  std::optional<Dim> too_many;  ///< a dimension with more splits than can be held
  std::string why_none;         ///< where no mapping fits
};

/// How large the spaces that are searched may be, and when to stop.
struct Bounds {
  Factors factors = Factors::Divisors;
  std::int64_t most_splits = kMostSplits;
  SearchLimits limits;
};

/// Nothing in a space costs less: as if all compute units worked on every step.
double least_of_all(const Problem& problem, Objective objective) {
  const SearchContext context(problem, objective);
  const auto units = static_cast<double>(compute_units(problem.architecture));
  const double latency = context.latency_of(static_cast<double>(iterations(problem.layer)) / units);
  return Incumbent::cost(objective, context.energy_in(latency), latency);
}

/// Searches one more space, with what is known from those before.
void search_space(const Architecture& architecture, const Layer& layer,
                  const SearchOptions& options, const Bounds& bounds, Found& found) {
  const auto& stop = bounds.limits.stop;
  const Problem problem =
      make_problem(architecture, layer, bounds.factors, bounds.most_splits, stop);
  if (problem.too_many) found.too_many = problem.too_many;
  if (problem.stopped) {
    found.stopped = true;
    found.lower_bound =
        std::min(found.lower_bound, least_of_all(problem, options.mapping.objective));
  }
  if (problem.too_many || problem.stopped) return;
  if (!problem.why_empty.empty()) {
    if (found.why_none.empty()) {
      found.why_none = fmt::format("no mapping of {}: {}", layer.name, problem.why_empty);
    }
    return;
  }
  SearchLimits limits = bounds.limits;
  if (limits.most_work > 0)
    limits.most_work = std::max<std::int64_t>(1, limits.most_work - found.work);
  SpaceSearch search(problem, options, limits);
  search.start_from(found.best);
  try {
    search.run();
  } catch (const SearchStopped&) {
    found.stopped = true;
    found.lower_bound =
        std::min(found.lower_bound, least_of_all(problem, options.mapping.objective));
  }
  found.best = search.best()[0];
  found.certificate.add_space(search.certificate());
  found.work += search.work();
  found.lower_bound = std::min(found.lower_bound, search.lower_bound());
  found.stopped = found.stopped || search.stopped();
  if (found.best.empty() && !found.stopped && found.why_none.empty()) {
    found.why_none = reason_for_none(problem);
  }
}

/// Searches spaces that share no mapping; one that has too many splits ends it.
Found search_spaces(const std::vector<Architecture>& spaces, const Layer& layer,
                    const SearchOptions& options, const Bounds& bounds, const Incumbent* known) {
  Found found(options);
  found.factors = bounds.factors;
  if (known != nullptr) found.best.merge(*known);
  for (const Architecture& space : spaces) {
    search_space(space, layer, options, bounds, found);
    if (found.too_many || (found.stopped && bounds.limits.most_work > 0)) return found;
  }
  if (found.stopped && spaces.size() > 1) {
    found.space.digits.clear();  // to count hundreds of spaces takes longer than a stop may
    return found;
  }
  found.space = space_size(spaces.front(), layer, bounds.factors);
  for (std::size_t i = 1; i < spaces.size() && !found.space.digits.empty(); ++i) {
    found.space = found.space + space_size(spaces[i], layer, bounds.factors);
  }
  return found;
}

/// What a mapping costs.
using CostOf = std::function<LayerCost(const Architecture&, const Layer&, const Mapping&)>;

/// The same for relatives, many of which have one mapping.
CostOf cost_of_relatives() {
  return [known = std::make_shared<std::map<Mapping, LayerCost>>()](
             const Architecture& on, const Layer& layer, const Mapping& mapping) {
    const auto [at, fresh] = known->try_emplace(mapping);
    if (fresh) at->second = evaluate(on, layer, mapping);
    return fresh ? at->second : evaluate_relative(on, layer, mapping, at->second);
  };
}

void take_answer(const Architecture& on, const Layer& layer, const Found& found,
                 Objective objective, SearchResult& result, const CostOf& cost_of = evaluate) {
  const Incumbent& best = found.best;
  result.certificate = found.certificate;
  result.factors = found.factors;
  result.space = found.space;
  result.proven = !found.stopped && best.exact();
  if (best.empty()) {
    if (result.proven) result.answer = NotMapped{found.why_none};
    return;
  }
  const PricedMapping* chosen = &best.found().front();
  for (const PricedMapping& each : best.found()) {
    if (each.edp() < chosen->edp()) chosen = &each;
  }
  const auto point = [&](const Mapping& mapping) {
    return ParetoPoint{mapping, cost_of(on, layer, mapping)};
  };
  const ParetoPoint answer = point(*chosen->mapping);
  Mapped mapped{answer.mapping, answer.cost, {}};
  if (objective == Objective::Pareto) {
    for (const PricedMapping& each : best.found()) mapped.front.push_back(point(*each.mapping));
  }
  result.answer = std::move(mapped);
  result.objective_value = best.value();
  result.lower_bound = std::min(best.value(), found.lower_bound);
  result.gap = result.objective_value / result.lower_bound - 1.0;
}

/// What ends a search before its end, for whoever asks.
std::function<bool()> stop_of(const SearchOptions& options) {
  if (!options.mapping.run.interrupted && options.budget_seconds <= 0.0) return {};
  return [&options, start = Clock::now()] {
    if (options.mapping.run.stopped()) return true;
    return options.budget_seconds > 0.0 &&
           std::chrono::duration<double>(Clock::now() - start).count() > options.budget_seconds;
  };
}

/// The best mapping over the dimensions as they are; none where one of them has more splits than
/// can be held.
std::optional<SearchResult> search_dims(const Architecture& architecture, const Layer& layer,
                                        const SearchOptions& options) {
  const MappingOptions& mapping = options.mapping;
  SearchResult result;
  result.tiles = mapping.tiles;
  const std::function<bool()> stop = stop_of(options);
  const std::vector<Architecture> spaces = spaces_of(architecture, layer, mapping.tiles);
  const Bounds given{mapping.factors.value_or(Factors::Divisors), kMostSplits, {stop, 0}};
  const Found found = search_spaces(spaces, layer, options, given, nullptr);
  if (found.too_many) return std::nullopt;
  take_answer(architecture, layer, found, mapping.objective, result);
  if (mapping.factors || !result.proven || (stop && stop())) return result;
  const Bounds all{Factors::All, kMostAutomaticSplits, {stop, kMostAutomaticWork}};
  Found wider = search_spaces(spaces, layer, options, all, &found.best);
  if (wider.too_many || wider.stopped) return result;
  wider.certificate.evaluated += found.certificate.evaluated;
  take_answer(architecture, layer, wider, mapping.objective, result);
  return result;
}

/// Tells the answer over merged dimensions in those of the layer, where that can be done.
void take_own_dims(const Architecture& architecture, const Layer& layer, SearchResult& result,
                   const CostOf& cost_of = evaluate) {
  auto* mapped = std::get_if<Mapped>(&result.answer);
  if (mapped == nullptr) return;
  mapped->mapping = in_own_dims(mapped->mapping, layer, architecture);
  mapped->cost = cost_of(architecture, layer, mapped->mapping);
  for (ParetoPoint& point : mapped->front) {
    point.mapping = in_own_dims(point.mapping, layer, architecture);
    point.cost = cost_of(architecture, layer, point.mapping);
  }
}

/// The answers for relatives over the dimensions as they are; empty where one of these has more
/// splits than can be held.
std::vector<SearchResult> search_relatives_dims(std::span<const Architecture> members,
                                                const Layer& layer, const SearchOptions& options) {
  const MappingOptions& mapping = options.mapping;
  const Relatives relatives(members);
  Problem problem = make_problem(relatives.widest(), layer, mapping.factors.value());
  problem.relatives = &relatives;
  if (problem.too_many) return {};
  std::vector<SearchResult> results(members.size());
  if (!problem.why_empty.empty()) return results;
  SpaceSearch search(problem, options, {});
  search.run();
  Found found(options);
  found.certificate.add_space(search.certificate());
  found.factors = *mapping.factors;
  found.space = space_size(relatives.widest(), layer, *mapping.factors);
  const CostOf cost_of = cost_of_relatives();
  for (std::size_t i = 0; i < members.size(); ++i) {
    found.best = search.best()[i];
    take_answer(members[i], layer, found, mapping.objective, results[i], cost_of);
  }
  return results;
}

/// At most RelativeSet::kMost of one relatives_key.
std::vector<SearchResult> search_some_relatives(std::span<const Architecture> members,
                                                const Layer& layer, const SearchOptions& options) {
  std::vector<SearchResult> results;
  const MergedDims into = merged_dims(layer);
  if (members.size() > 1 && into != own_dims()) {
    std::vector<Architecture> merged;
    for (const Architecture& each : members) merged.push_back(merge_dims(each, into));
    results = search_relatives_dims(merged, merge_dims(layer, into), options);
    const CostOf cost_of = cost_of_relatives();
    for (std::size_t i = 0; i < results.size(); ++i) {
      take_own_dims(members[i], layer, results[i], cost_of);
    }
  } else if (members.size() > 1) {
    results = search_relatives_dims(members, layer, options);
  }
  results.resize(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    // Alone it says why nothing fits, or that there are too many splits.
    if (cost(results[i]) == nullptr) results[i] = search(members[i], layer, options);
  }
  return results;
}

}  // namespace

std::size_t most_in_search(const MappingOptions& options) {
  const bool together = options.objective == Objective::Edp && options.factors.has_value() &&
                        options.tiles == Tiles::Even && !options.run.interrupted;
  return together ? RelativeSet::kMost : 1;
}

std::vector<SearchResult> search_relatives(std::span<const Architecture> relatives,
                                           const Layer& layer, const MappingOptions& options) {
  const SearchOptions alone{options};
  const std::size_t most = most_in_search(options);
  std::vector<SearchResult> results;
  while (results.size() < relatives.size()) {
    const auto rest = relatives.subspan(results.size());
    for (SearchResult& each :
         search_some_relatives(rest.first(std::min(most, rest.size())), layer, alone)) {
      results.push_back(std::move(each));
    }
  }
  return results;
}

SearchResult search(const Architecture& architecture, const Layer& layer,
                    const SearchOptions& options) {
  const MergedDims into = merged_dims(layer);
  if (into != own_dims()) {
    const Architecture for_merged = merge_dims(architecture, into);
    if (auto found = search_dims(for_merged, merge_dims(layer, into), options)) {
      take_own_dims(architecture, layer, *found);
      return std::move(*found);
    }
  }
  // Merged they may have more splits than a search can hold.
  if (auto found = search_dims(architecture, layer, options)) return std::move(*found);
  const Factors factors = options.mapping.factors.value_or(Factors::Divisors);
  const Problem problem = make_problem(architecture, layer, factors);
  const Dim d = problem.too_many.value_or(Dim::N);
  throw InputError(fmt::format(
      "{} on {}: dimension {} = {} has more than {} splits over the levels with factors {}; "
      "{}constrain it in the architecture, or give it fewer levels",
      layer.name, architecture.name, name(d), layer.bounds[d], kMostSplits, name(factors),
      factors == Factors::All ? "take --factors divisors, " : ""));
}

}  // namespace tilewise
