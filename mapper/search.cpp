#include "mapper/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <deque>
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
  void start_from(const Incumbent& known) { best_.merge(known); }

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
      if (above > 0.0 && band_excluded(more)) {
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
    return Incumbent::cost(options_.mapping.objective, subtree.energy_pj, subtree.latency_cycles);
  }

  /// Limits of work wait for a first mapping; a user who says stop has some patience.
  bool asked_to_stop() const {
    if (best_.empty() && std::max(work_, workers_[0]->tiles_made()) < kPatience) return false;
    return (limits_.stop && limits_.stop()) || (!best_.empty() && limits_.most_work > 0 &&
                                                (sure_to_exceed_ || work_ >= limits_.most_work));
  }

  /// What needs more than `steps` steps stays open.
  void leave_open_from(double steps) {
    open_least_ = std::min(open_least_, band_least(steps));
    ++certificate.open;
    stopped_ = true;
  }

  /// The least cost of any mapping with at least `steps` iterations.
  double band_least(double steps) const {
    const double latency = context_.latency_of(steps);
    return Incumbent::cost(options_.mapping.objective, context_.energy_in(latency), latency);
  }
  bool band_excluded(double steps) {
    const double latency = context_.latency_of(steps);
    return best_.excludes(context_.energy_in(latency), latency);
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
        if (best_.excludes(subtree.energy_pj, subtree.latency_cycles)) {
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
      if (tries[subtree.keep]++ >= kProbes ||
          best_.excludes(subtree.energy_pj, subtree.latency_cycles)) {
        continue;
      }
      ++probes;
      std::int64_t work = 0;
      workers_[0]->run(subtree, best_, tried, limits_.stop, kProbeWork, work);
      work_ += work;
    }
    certificate.evaluated += tried.evaluated;
  }

  /// Subtrees that may take that much work before they wait for another turn, by rising bound.
  struct Turn {
    std::int64_t most_work = 0;
    std::deque<Subtree> waiting;
    std::size_t round = kFirstRound;  ///< subtrees of the next one
  };

  /// Rounds of work: subtrees that need much of it hold up no others, as a good mapping of any
  /// excludes much of the rest.
  void search(const std::vector<Subtree>& subtrees) {
    std::deque<Turn> turns(1);
    turns[0].most_work = kFirstTurn;
    turns[0].waiting.assign(subtrees.begin(), subtrees.end());
    std::size_t left = subtrees.size();
    stopped_ = stopped_ || (left > 0 && asked_to_stop());
    while (left > 0 && !stopped_) {
      std::size_t at = 0;
      while (turns[at].waiting.empty()) ++at;
      if (at + 1 == turns.size()) {
        turns.push_back({turns[at].most_work * kNextTurn, {}, kFirstRound});
      }
      left -= search_round(turns[at], turns[at + 1]);
      if (at == 0) {
        const double done = static_cast<double>(subtrees.size() - turns[0].waiting.size());
        sure_to_exceed_ = exceeds_limit(static_cast<double>(subtrees.size()) / done, turns[1]);
      }
      options_.mapping.run.show(
          "mapping", 1.0 - static_cast<double>(left) / static_cast<double>(subtrees.size()));
      stopped_ = stopped_ || (left > 0 && asked_to_stop());
    }
    for (const Turn& turn : turns) {
      for (const Subtree& subtree : turn.waiting) leave_open(subtree);
    }
  }

  /// Whether a limit of work will not do: those that wait for a second turn, with as many as there
  /// will be if the rest is like those that had their first one, take what they took once more.
  bool exceeds_limit(double all_over_done, const Turn& second) const {
    if (limits_.most_work == 0 || best_.empty()) return false;
    const double again =
        static_cast<double>(second.waiting.size()) * static_cast<double>(kFirstTurn);
    return (static_cast<double>(work_) + again) * all_over_done >
           kSureToExceed * static_cast<double>(limits_.most_work);
  }

  /// A round: what is known is frozen meanwhile, so that what is excluded does not depend on the
  /// number of threads. Subtrees that need more work go to `next`. How many need none.
  std::size_t search_round(Turn& turn, Turn& next) {
    using End = SubtreeSearch::End;
    const std::size_t count = std::min(turn.round, turn.waiting.size());
    struct Outcome {
      Incumbent best;
      Certificate certificate;
      std::int64_t work = 0;
      End end = End::Complete;
    };
    std::vector<Outcome> outcomes(
        count, {Incumbent(options_.mapping.objective, options_.gap), {}, 0, End::Complete});
    std::int64_t most = turn.most_work;
    if (limits_.most_work > 0) {
      most = std::min(most, std::max<std::int64_t>(1, limits_.most_work - work_));
    }
    std::atomic<std::size_t> taken{0};
    parallel_for(std::min<std::int64_t>(threads_, static_cast<std::int64_t>(count)), threads_,
                 [&](std::int64_t worker) {
                   for (std::size_t i = taken++; i < count; i = taken++) {
                     const Subtree& subtree = turn.waiting[i];
                     Outcome& outcome = outcomes[i];
                     outcome.best.merge(best_);
                     if (outcome.best.excludes(subtree.energy_pj, subtree.latency_cycles)) {
                       ++outcome.certificate.spatial_by_bound;
                       continue;
                     }
                     outcome.end = workers_[static_cast<std::size_t>(worker)]->run(
                         subtree, outcome.best, outcome.certificate, limits_.stop, most,
                         outcome.work);
                   }
                 });
    std::size_t complete = 0;
    for (const Outcome& outcome : outcomes) {
      best_.merge(outcome.best);
      certificate += outcome.certificate;
      work_ += outcome.work;
      complete += outcome.end == End::Complete ? 1 : 0;
      stopped_ = stopped_ || outcome.end == End::Stopped;
      if (outcome.end == End::UsedUp) next.waiting.push_back(turn.waiting.front());
      if (outcome.end == End::Stopped) leave_open(turn.waiting.front());
      turn.waiting.pop_front();
    }
    turn.round = std::min(2 * turn.round, kLongestRound);
    return complete;
  }

  void leave_open(const Subtree& subtree) {
    if (best_.excludes(subtree.energy_pj, subtree.latency_cycles)) {
      ++certificate.spatial_by_bound;
      return;
    }
    ++certificate.open;
    open_least_ = std::min(open_least_, least(subtree));
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
  bool sure_to_exceed_ = false;  ///< the limit of work will be used up before the end
  bool stopped_ = false;
};

void take_answer(const Problem& problem, const Searcher& searcher, Objective objective,
                 SearchResult& result) {
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
  Searcher searcher(divisors, options, {stop, 0});
  searcher.run();
  take_answer(divisors, searcher, options.mapping.objective, result);
  if (!options.mapping.factors && result.proven && !(stop && stop())) {
    const Problem all = make_problem(architecture, layer, Factors::All, kMostAutomaticSplits, stop);
    if (all.too_many || all.stopped) return result;
    Searcher wider(all, options, {stop, kMostAutomaticWork});
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
