#include "mapper/search.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "mapper/problem.hpp"
#include "mapper/search_tuning.hpp"
#include "mapper/space_search.hpp"
#include "mapper/unmappable.hpp"
#include "sim/merged_dims.hpp"

namespace tilewise {
namespace {

using Clock = std::chrono::steady_clock;

void take_answer(const Problem& problem, const SpaceSearch& searcher, Objective objective,
                 SearchResult& result) {
  const Architecture& on = problem.architecture;
  const Incumbent& best = searcher.best();
  result.certificate = searcher.certificate();
  result.factors = problem.factors;
  result.space = space_size(on, problem.layer, problem.factors);
  result.proven = !searcher.stopped() && best.exact();
  if (best.empty()) {
    if (result.proven) result.answer = NotMapped{reason_for_none(problem)};
    return;
  }
  const PricedMapping* chosen = &best.found().front();
  for (const PricedMapping& each : best.found()) {
    if (each.edp() < chosen->edp()) chosen = &each;
  }
  const auto point = [&](const Mapping& mapping) {
    return ParetoPoint{mapping, evaluate(on, problem.layer, mapping)};
  };
  const ParetoPoint answer = point(chosen->mapping);
  Mapped mapped{answer.mapping, answer.cost, {}};
  if (objective == Objective::Pareto) {
    for (const PricedMapping& each : best.found()) mapped.front.push_back(point(each.mapping));
  }
  result.answer = std::move(mapped);
  result.objective_value = best.value();
  result.lower_bound = searcher.lower_bound();
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
  SearchResult result;
  const std::function<bool()> stop = stop_of(options);
  const Problem divisors = make_problem(
      architecture, layer, options.mapping.factors.value_or(Factors::Divisors), kMostSplits, stop);
  result.factors = divisors.factors;
  if (divisors.too_many) return std::nullopt;
  if (divisors.stopped) {
    result.proven = false;
    return result;
  }
  if (!divisors.why_empty.empty()) {
    result.answer = NotMapped{fmt::format("no mapping of {}: {}", layer.name, divisors.why_empty)};
    return result;
  }
  SpaceSearch searcher(divisors, options, {stop, 0});
  searcher.run();
  take_answer(divisors, searcher, options.mapping.objective, result);
  if (!options.mapping.factors && result.proven && !(stop && stop())) {
    const Problem all = make_problem(architecture, layer, Factors::All, kMostAutomaticSplits, stop);
    if (all.too_many || all.stopped) return result;
    SpaceSearch wider(all, options, {stop, kMostAutomaticWork});
    wider.start_from(searcher.best());
    wider.run();
    if (!wider.stopped()) {
      const std::int64_t before = result.certificate.evaluated;
      take_answer(all, wider, options.mapping.objective, result);
      result.certificate.evaluated += before;
    }
  }
  return result;
}

/// Tells the answer over merged dimensions in those of the layer, where that can be done.
void take_own_dims(const Architecture& architecture, const Layer& layer, SearchResult& result) {
  auto* mapped = std::get_if<Mapped>(&result.answer);
  if (mapped == nullptr) return;
  mapped->mapping = in_own_dims(mapped->mapping, layer, architecture);
  mapped->cost = evaluate(architecture, layer, mapped->mapping);
  for (ParetoPoint& point : mapped->front) {
    point.mapping = in_own_dims(point.mapping, layer, architecture);
    point.cost = evaluate(architecture, layer, point.mapping);
  }
}

}  // namespace

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
      "take --factors divisors, or constrain it in the architecture",
      layer.name, architecture.name, name(d), layer.bounds[d], kMostSplits, name(factors)));
}

}  // namespace tilewise
