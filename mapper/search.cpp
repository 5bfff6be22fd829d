#include "mapper/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "mapper/incumbent.hpp"
#include "mapper/problem.hpp"
#include "mapper/search_tuning.hpp"
#include "mapper/spatial_choices.hpp"
#include "mapper/subtree.hpp"
#include "sim/step_interval.hpp"
#include "sim/validity.hpp"

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
    spatial_choices(problem_, kInfinity, 0.0, more);
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
        open_least_ = std::min(open_least_, band_least(more));
        ++certificate.open;
        stopped_ = true;
        return;
      }
      std::vector<Subtree> subtrees = band(above, most, more);
      above = most;
      if (best_.empty()) probe(subtrees);
      search(subtrees);
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

  bool asked_to_stop() const {
    if (best_.empty()) return false;
    return (limits_.stop && limits_.stop()) ||
           (limits_.most_work > 0 && work_ >= limits_.most_work);
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

  /// The subtrees of the spatial choices in a band that their bound does not exclude.
  std::vector<Subtree> band(double above, double most, double& more) {
    std::vector<Subtree> subtrees;
    const auto choices = spatial_choices(problem_, above, most, more);
    for (const SpatialCandidate& choice : choices) {
      if (asked_to_stop()) {
        open_least_ = std::min(open_least_, band_least(above));
        ++certificate.open;
        stopped_ = true;
        break;
      }
      for (std::size_t keep = 0; keep < problem_.keeps.size(); ++keep) {
        ++certificate.spatial;
        Subtree subtree{keep, choice, 0.0, 0.0};
        workers_[0]->bound(subtree);
        if (best_.excludes(subtree.energy, subtree.latency)) {
          ++certificate.spatial_by_bound;
          continue;
        }
        subtrees.push_back(subtree);
      }
    }
    std::stable_sort(subtrees.begin(), subtrees.end(),
                     [&](const Subtree& a, const Subtree& b) { return least(a) < least(b); });
    return subtrees;
  }

  /// A first mapping of each choice of kept tensors, for the bounds to be held against. What is
  /// met here is met again in its turn, unless it is excluded.
  void probe(const std::vector<Subtree>& subtrees) {
    std::vector<int> tries(problem_.keeps.size(), 0);
    Certificate tried;
    for (const Subtree& subtree : subtrees) {
      if (tries[subtree.keep]++ >= kProbes || best_.excludes(subtree.energy, subtree.latency)) {
        continue;
      }
      std::int64_t work = 0;
      workers_[0]->run(subtree, best_, tried, {}, kProbeWork, work);
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

/// What stands in the way where no mapping fits: the misfit of the mapping with the least tiles.
std::string reason_for_none(const Problem& problem) {
  Mapping smallest;
  smallest.levels.resize(problem.levels);
  for (std::size_t level = 0; level < problem.levels; ++level) {
    smallest.levels[level].keep = problem.keeps.back().keep[level];
    for (const Dim d : kDims) {
      const SpatialSplit& split = problem.splits[static_cast<std::size_t>(d)].spatial.front();
      const TileNode* node = &split.nodes.front();
      while (node->children > 0) node = &split.nodes[node->first_child];
      if (node->temporal[level] > 1) {
        smallest.levels[level].temporal.push_back({d, node->temporal[level]});
      }
      const AxisPair& pair = split.axes[level].front();
      if (pair.y > 1) smallest.levels[level].spatial.push_back({d, pair.y, Axis::Y});
      if (pair.x > 1) smallest.levels[level].spatial.push_back({d, pair.x, Axis::X});
    }
  }
  const auto misfit = find_misfit(problem.architecture, problem.layer, smallest);
  const std::string why = misfit ? fmt::format("{}: {}", misfit->place, misfit->reason)
                                 : std::string("no order of loops is allowed for what fits");
  return fmt::format("no mapping of {} fits {}; for example {}", problem.layer.name,
                     problem.architecture.name, why);
}

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
  SearchResult result;
  const auto start = Clock::now();
  const std::function<bool()> stop = [&options, start] {
    if (options.mapping.run.stopped()) return true;
    return options.budget_seconds > 0.0 &&
           std::chrono::duration<double>(Clock::now() - start).count() > options.budget_seconds;
  };
  const bool stops = options.mapping.run.interrupted || options.budget_seconds > 0.0;
  const auto pareto = [&](const Searcher& searcher) {
    if (options.mapping.objective != Objective::Pareto) return;
    auto* mapped = std::get_if<Mapped>(&result.answer);
    for (const PricedMapping& each : searcher.best().found()) {
      mapped->front.push_back({each.mapping, evaluate(architecture, layer, each.mapping)});
    }
  };

  const Problem divisors =
      make_problem(architecture, layer, options.mapping.factors.value_or(Factors::Divisors));
  result.factors = divisors.factors;
  if (divisors.too_many) {
    throw InputError(fmt::format(
        "{} on {}: dimension {} = {} has more than {} splits over the levels with factors {}; "
        "take --factors divisors, or constrain it in the architecture",
        layer.name, architecture.name, name(*divisors.too_many), layer.bounds[*divisors.too_many],
        kMostSplits, name(divisors.factors)));
  }
  if (!divisors.why_empty.empty()) {
    result.answer = NotMapped{fmt::format("no mapping of {}: {}", layer.name, divisors.why_empty)};
    return result;
  }
  Searcher searcher(divisors, options, {stops ? stop : std::function<bool()>{}, 0});
  searcher.run();
  take_answer(divisors, searcher, result);
  pareto(searcher);
  if (!options.mapping.factors && result.proven && !(stops && stop())) {
    const Problem all = make_problem(architecture, layer, Factors::All, kMostAutomaticSplits);
    if (all.too_many) return result;
    Searcher wider(all, options, {stops ? stop : std::function<bool()>{}, kMostAutomaticWork});
    wider.know(searcher.best());
    wider.run();
    if (!wider.stopped()) {
      const std::int64_t before = result.certificate.evaluated;
      take_answer(all, wider, result);
      result.certificate.evaluated += before;
      pareto(wider);
    }
  }
  return result;
}

}  // namespace tilewise
