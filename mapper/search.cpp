#include "mapper/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "mapper/incumbent.hpp"
#include "mapper/problem.hpp"
#include "mapper/search_tuning.hpp"
#include "mapper/spatial_choices.hpp"
#include "mapper/subtree.hpp"
#include "mapper/unmappable.hpp"
#include "sim/merged_dims.hpp"
#include "sim/step_interval.hpp"

namespace tilewise {
namespace {

using Clock = std::chrono::steady_clock;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// What stops a search before its end.
struct Limits {
  std::function<bool()> stop;  ///< time is up, or the user interrupts
  std::int64_t most_work = 0;  ///< tiles and orders looked at; 0: no limit
};

/// The search of one space: subtrees in rounds, by rising bound.
class Searcher {
 public:
  Searcher(const Problem& problem, const SearchOptions& options, Limits limits)
      : problem_(problem),
        options_(options),
        limits_(std::move(limits)),
        context_(problem, options.mapping.objective),
        threads_(options.mapping.run.threads > 0 ? options.mapping.run.threads
                                                 : available_threads()),
        best_(options.mapping.objective, options.gap) {
    for (int i = 0; i < threads_; ++i) {
      workers_.push_back(std::make_unique<SubtreeSearch>(context_));
    }
  }

  /// Mappings known beforehand.
  void know(const Incumbent& known) { best_.merge(known); }

  /// All of the space, or until a limit.
  void run() {
    double more = kInfinity;
    for_each_spatial_choice(problem_, kInfinity, 0.0, more,
                            [](const SpatialCandidate&) { return true; });
    double above = 0.0;
    while (!stopped_ && std::isfinite(more)) {
      const double most = options_.mapping.objective == Objective::Energy && above > 0.0
                              ? std::numeric_limits<double>::max()
                              : more * kBand;
      if (above > 0.0 && band_hopeless(more)) {
        certificate.most_steps = above;
        return;
      }
      if (above > 0.0 && asked_to_stop()) {
        leave_open_from(more);
        return;
      }
      search_band(above, most, more);
      above = most;
    }
    if (stopped_ && std::isfinite(more)) open_least_ = std::min(open_least_, band_least(more));
  }

  bool stopped() const { return stopped_; }
  const Incumbent& best() const { return best_; }
  /// No mapping that is not priced costs less.
  double lower_bound() const { return std::min({best_.value(), best_.floor(), open_least_}); }
  std::int64_t work() const { return work_; }
  Certificate certificate;

 private:
  double least(const Subtree& subtree) const {
    return Incumbent::cost(options_.mapping.objective, subtree.energy, subtree.latency);
  }

  /// Limits of work wait for a first mapping; a user who says stop has some patience.
  bool asked_to_stop() const {
    if (best_.empty() && std::max(work_, workers_[0]->tiles_made()) < kPatience) return false;
    return (limits_.stop && limits_.stop()) ||
           (!best_.empty() && limits_.most_work > 0 && work_ >= limits_.most_work);
  }

  /// Everything with more than `steps` steps stays open.
  void leave_open_from(double steps) {
    open_least_ = std::min(open_least_, band_least(steps));
    ++certificate.open;
    stopped_ = true;
  }

  double least_time(double steps) const {
    return std::max(steps * step_interval(problem_.architecture, problem_.layer).count(),
                    context_.least_latency);
  }
  /// The least cost of any mapping with at least `steps` iterations.
  double band_least(double steps) const {
    const double latency = least_time(steps);
    return Incumbent::cost(options_.mapping.objective, band_energy(latency), latency);
  }
  double band_energy(double latency) const {
    return context_.least_energy + context_.static_energy_per_cycle * latency;
  }
  bool band_hopeless(double steps) {
    const double latency = least_time(steps);
    return best_.excludes(band_energy(latency), latency);
  }

  /// The subtrees of the spatial choices in a band that their bound does not exclude, as many at a
  /// time as there is memory for.
  void search_band(double above, double most, double& more) {
    std::vector<Subtree> subtrees;
    const auto stop = [this] { return asked_to_stop(); };
    const auto visit = [&](const SpatialCandidate& choice) {
      for (std::size_t keep = 0; keep < problem_.keeps.size(); ++keep) {
        if (keep % kWorkBetweenStops == 0 && asked_to_stop()) return false;
        ++certificate.spatial;
        Subtree subtree{keep, choice, 0.0, 0.0};
        workers_[0]->bound(subtree);
        if (best_.excludes(subtree.energy, subtree.latency)) {
          ++certificate.spatial_by_bound;
          continue;
        }
        subtrees.push_back(subtree);
        if (subtrees.size() < kMostSubtrees) continue;
        work_on(subtrees);
        if (stopped_) return false;
      }
      return true;
    };
    const bool whole = for_each_spatial_choice(problem_, above, most, more, visit, stop);
    if (!whole && !stopped_) leave_open_from(above);
    work_on(subtrees);
  }

  /// Searches what is listed so far, and forgets it.
  void work_on(std::vector<Subtree>& subtrees) {
    std::stable_sort(subtrees.begin(), subtrees.end(),
                     [&](const Subtree& a, const Subtree& b) { return least(a) < least(b); });
    if (best_.empty()) probe(subtrees);
    search(subtrees);
    subtrees.clear();
  }

  /// A first mapping of each choice of kept tensors, for the bounds to be held against. What is
  /// met here is met again in its turn, unless it is excluded.
  void probe(const std::vector<Subtree>& subtrees) {
    std::unordered_map<std::size_t, int> tries;
    int probes = 0;
    Certificate tried;
    for (const Subtree& subtree : subtrees) {
      if (probes >= kMostProbes || (probes > 0 && asked_to_stop())) break;
      if (tries[subtree.keep]++ >= kProbes || best_.excludes(subtree.energy, subtree.latency)) {
        continue;
      }
      ++probes;
      std::int64_t work = 0;
      workers_[0]->run(subtree, best_, tried, limits_.stop, kProbeWork, work);
      work_ += work;
    }
    certificate.evaluated += tried.evaluated;
  }

  /// Rounds of work: what is known is frozen during a round, so that what is excluded does not
  /// depend on the number of threads.
  void search(const std::vector<Subtree>& subtrees) {
    std::size_t done = 0;
    std::size_t round = kFirstRound;
    stopped_ = stopped_ || (!subtrees.empty() && asked_to_stop());
    while (done < subtrees.size() && !stopped_) {
      const std::size_t count = std::min(round, subtrees.size() - done);
      struct Outcome {
        Incumbent best;
        Certificate certificate;
        std::int64_t work = 0;
        bool complete = true;
      };
      std::vector<Outcome> outcomes(
          count, {Incumbent(options_.mapping.objective, options_.gap), {}, 0, true});
      const std::int64_t left =
          limits_.most_work > 0 ? std::max<std::int64_t>(1, limits_.most_work - work_) : 0;
      std::atomic<std::size_t> next{0};
      parallel_for(std::min<std::int64_t>(threads_, static_cast<std::int64_t>(count)), threads_,
                   [&](std::int64_t worker) {
                     for (std::size_t i = next++; i < count; i = next++) {
                       const Subtree& subtree = subtrees[done + i];
                       Outcome& outcome = outcomes[i];
                       outcome.best.merge(best_);
                       if (outcome.best.excludes(subtree.energy, subtree.latency)) {
                         ++outcome.certificate.spatial_by_bound;
                         continue;
                       }
                       outcome.complete = workers_[static_cast<std::size_t>(worker)]->run(
                           subtree, outcome.best, outcome.certificate, limits_.stop, left,
                           outcome.work);
                     }
                   });
      for (std::size_t i = 0; i < count; ++i) {
        best_.merge(outcomes[i].best);
        add(outcomes[i].certificate);
        work_ += outcomes[i].work;
        if (!outcomes[i].complete) {
          leave_open(subtrees[done + i]);
          stopped_ = true;
        }
      }
      done += count;
      round = std::min(2 * round, kLongestRound);
      options_.mapping.run.show("mapping",
                                static_cast<double>(done) / static_cast<double>(subtrees.size()));
      stopped_ = stopped_ || (done < subtrees.size() && asked_to_stop());
    }
    for (std::size_t i = done; i < subtrees.size(); ++i) leave_open(subtrees[i]);
  }

  void leave_open(const Subtree& subtree) {
    if (best_.excludes(subtree.energy, subtree.latency)) {
      ++certificate.spatial_by_bound;
      return;
    }
    ++certificate.open;
    open_least_ = std::min(open_least_, least(subtree));
  }

  void add(const Certificate& more) {
    certificate.spatial_by_bound += more.spatial_by_bound;
    certificate.tiles_by_capacity += more.tiles_by_capacity;
    certificate.tiles_by_bound += more.tiles_by_bound;
    certificate.orders_by_bound += more.orders_by_bound;
    certificate.evaluated += more.evaluated;
  }

  const Problem& problem_;
  const SearchOptions& options_;
  Limits limits_;
  SearchContext context_;
  int threads_;
  std::vector<std::unique_ptr<SubtreeSearch>> workers_;
  Incumbent best_;
  double open_least_ = kInfinity;
  std::int64_t work_ = 0;
  bool stopped_ = false;
};

void take_answer(const Problem& problem, const Searcher& searcher, SearchResult& result) {
  const Architecture& on = problem.architecture;
  const Incumbent& best = searcher.best();
  result.certificate = searcher.certificate;
  result.factors = problem.factors;
  result.space = space_size(on, problem.layer, problem.factors);
  result.proven = !searcher.stopped() && best.exact();
  if (best.empty()) {
    if (result.proven) result.answer = NotMapped{reason_for_none(problem)};
    return;
  }
  const PricedMapping* chosen = &best.found().front();
  for (const PricedMapping& each : best.found()) {
    if (each.energy * each.latency < chosen->energy * chosen->latency) chosen = &each;
  }
  result.answer = Mapped{chosen->mapping, evaluate(on, problem.layer, chosen->mapping), {}};
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

void take_front(const Problem& problem, const Searcher& searcher, const SearchOptions& options,
                SearchResult& result) {
  auto* mapped = std::get_if<Mapped>(&result.answer);
  if (options.mapping.objective != Objective::Pareto || mapped == nullptr) return;
  for (const PricedMapping& each : searcher.best().found()) {
    mapped->front.push_back(
        {each.mapping, evaluate(problem.architecture, problem.layer, each.mapping)});
  }
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
  Searcher searcher(divisors, options, {stop, 0});
  searcher.run();
  take_answer(divisors, searcher, result);
  take_front(divisors, searcher, options, result);
  if (!options.mapping.factors && result.proven && !(stop && stop())) {
    const Problem all = make_problem(architecture, layer, Factors::All, kMostAutomaticSplits, stop);
    if (all.too_many || all.stopped) return result;
    Searcher wider(all, options, {stop, kMostAutomaticWork});
    wider.know(searcher.best());
    wider.run();
    if (!wider.stopped()) {
      const std::int64_t before = result.certificate.evaluated;
      take_answer(all, wider, result);
      result.certificate.evaluated += before;
      take_front(all, wider, options, result);
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

const LayerCost* cost(const SearchResult& result) {
  if (const auto* mapped = std::get_if<Mapped>(&result.answer)) return &mapped->cost;
  if (const auto* fixed = std::get_if<Fixed>(&result.answer)) return &fixed->cost;
  return nullptr;
}

std::span<const ParetoPoint> front(const SearchResult& result) {
  const auto* mapped = std::get_if<Mapped>(&result.answer);
  if (mapped == nullptr) return {};
  return mapped->front;
}

std::string_view why_none(const SearchResult& result) {
  const auto* none = std::get_if<NotMapped>(&result.answer);
  return none ? std::string_view(none->why) : std::string_view();
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
      "take --factors divisors, or constrain it in the architecture",
      layer.name, architecture.name, name(d), layer.bounds[d], kMostSplits, name(factors)));
}

}  // namespace tilewise
