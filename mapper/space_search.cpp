#include "mapper/space_search.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

#include "base/parallel.hpp"
#include "mapper/spatial_choices.hpp"

namespace tilewise {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The relatives for which a subtree may have something better than they have.
RelativeSet remaining(const Subtree& subtree, Incumbents& best) {
  return best.remaining(subtree.energy, subtree.latency_cycles, best.all());
}

}  // namespace

SpaceSearch::SpaceSearch(const Problem& problem, const SearchOptions& options, SearchLimits limits)
    : problem_(problem),
      options_(options),
      limits_(std::move(limits)),
      context_(problem, options.mapping.objective),
      threads_(options.mapping.run.threads > 0 ? options.mapping.run.threads : available_threads()),
      best_(Incumbent(options.mapping.objective, options.gap, options.part), context_) {
  for (int i = 0; i < threads_; ++i) {
    workers_.push_back(std::make_unique<SubtreeSearch>(context_));
  }
}

void SpaceSearch::run() {
  double more = kInfinity;
  for_each_spatial_choice(problem_, kInfinity, 0.0, more,
                          [](const SpatialCandidate&) { return true; });
  double above = 0.0;
  while (!stopped_ && std::isfinite(more)) {
    const double most = options_.mapping.objective == Objective::Energy && above > 0.0
                            ? std::numeric_limits<double>::max()
                            : more * kBand;
    if (above > 0.0 && band_excluded(more)) {
      certificate_.most_steps = above;
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

double SpaceSearch::lower_bound() const {
  return std::min({best_[0].value(), best_[0].floor(), open_least_});
}

double SpaceSearch::least(const Subtree& subtree) const {
  return Incumbent::cost(options_.mapping.objective,
                         context_.with_static(subtree.energy.pj, subtree.latency_cycles),
                         subtree.latency_cycles);
}

/// Limits of work wait for a first mapping; a user who says stop has some patience.
bool SpaceSearch::asked_to_stop() const {
  if (!best_.any() && std::max(work_, workers_[0]->tiles_made()) < kPatience) return false;
  return (limits_.stop && limits_.stop()) ||
         (best_.any() && limits_.most_work > 0 && (sure_to_exceed_ || work_ >= limits_.most_work));
}

/// What needs more than `steps` steps stays open.
void SpaceSearch::leave_open_from(double steps) {
  open_least_ = std::min(open_least_, band_least(steps));
  ++certificate_.open;
  stopped_ = true;
}

/// The least cost of any mapping with at least `steps` iterations.
double SpaceSearch::band_least(double steps) const {
  const double latency = context_.latency_of(steps);
  return Incumbent::cost(options_.mapping.objective, context_.energy_in(latency), latency);
}
bool SpaceSearch::band_excluded(double steps) {
  const double latency = context_.latency_of(steps);
  return best_.remaining({context_.least_energy_pj, {}}, latency, best_.all()).empty();
}

/// The subtrees of the spatial choices in a band that their bound does not exclude, as many at a
/// time as there is memory for.
void SpaceSearch::search_band(double above, double most, double& more) {
  std::vector<Subtree> subtrees;
  const auto stop = [this] { return asked_to_stop(); };
  const auto visit = [&](const SpatialCandidate& choice) {
    for (std::size_t keep = 0; keep < problem_.keeps.size(); ++keep) {
      if (keep % kWorkBetweenStops == 0 && asked_to_stop()) return false;
      ++certificate_.spatial;
      Subtree subtree{keep, choice, {}, 0.0};
      workers_[0]->bound(subtree);
      if (remaining(subtree, best_).empty()) {
        ++certificate_.spatial_by_bound;
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
void SpaceSearch::work_on(std::vector<Subtree>& subtrees) {
  std::stable_sort(subtrees.begin(), subtrees.end(),
                   [&](const Subtree& a, const Subtree& b) { return least(a) < least(b); });
  if (!best_.empty().empty()) probe(subtrees);
  search(subtrees);
  subtrees.clear();
}

/// First mappings for the bounds to be held against, of relatives for those with the least room
/// first, as theirs fit others too. What is met here is met again in its turn, unless it is
/// excluded.
void SpaceSearch::probe(const std::vector<Subtree>& subtrees) {
  if (problem_.relatives == nullptr) return probe_for(best_.all(), subtrees);
  for (const std::size_t i : problem_.relatives->by_room()) {
    if (!best_[i].empty()) continue;
    probe_for(RelativeSet::of(i), subtrees);
    best_.share(i);
  }
}

/// Looks into subtrees of each choice of kept tensors.
void SpaceSearch::probe_for(const RelativeSet& of, const std::vector<Subtree>& subtrees) {
  std::unordered_map<std::size_t, int> tries;
  int probes = 0;
  Certificate tried;
  for (const Subtree& subtree : subtrees) {
    if (probes >= kMostProbes || (probes > 0 && asked_to_stop())) break;
    if (tries[subtree.keep]++ >= kProbes ||
        best_.remaining(subtree.energy, subtree.latency_cycles, of).empty()) {
      continue;
    }
    ++probes;
    std::int64_t work = 0;
    workers_[0]->run(subtree, of, best_, tried, limits_.stop, kProbeWork, work);
    work_ += work;
  }
  certificate_.evaluated += tried.evaluated;
}

/// Rounds of work: subtrees that need much of it hold up no others, as a good mapping of any
/// excludes much of the rest.
void SpaceSearch::search(const std::vector<Subtree>& subtrees) {
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
bool SpaceSearch::exceeds_limit(double all_over_done, const Turn& second) const {
  if (limits_.most_work == 0 || !best_.any()) return false;
  const double again = static_cast<double>(second.waiting.size()) * static_cast<double>(kFirstTurn);
  return (static_cast<double>(work_) + again) * all_over_done >
         kSureToExceed * static_cast<double>(limits_.most_work);
}

/// A round: what is known is frozen meanwhile, so that what is excluded does not depend on the
/// number of threads. Subtrees that need more work go to `next`. How many need none.
std::size_t SpaceSearch::search_round(Turn& turn, Turn& next) {
  using End = SubtreeSearch::End;
  const std::size_t count = std::min(turn.round, turn.waiting.size());
  struct Outcome {
    Incumbents best;
    Certificate certificate;
    std::int64_t work = 0;
    End end = End::Complete;
  };
  const Incumbent none(options_.mapping.objective, options_.gap, options_.part);
  std::vector<Outcome> outcomes(count, {Incumbents(none, context_), {}, 0, End::Complete});
  std::int64_t most = turn.most_work;
  if (limits_.most_work > 0) {
    most = std::min(most, std::max<std::int64_t>(1, limits_.most_work - work_));
  }
  std::atomic<std::size_t> taken{0};
  parallel_for(
      std::min<std::int64_t>(threads_, static_cast<std::int64_t>(count)), threads_,
      [&](std::int64_t worker) {
        for (std::size_t i = taken++; i < count; i = taken++) {
          const Subtree& subtree = turn.waiting[i];
          Outcome& outcome = outcomes[i];
          const RelativeSet of = outcome.best.open(best_, subtree.energy, subtree.latency_cycles);
          if (of.empty()) {
            ++outcome.certificate.spatial_by_bound;
            continue;
          }
          outcome.end = workers_[static_cast<std::size_t>(worker)]->run(
              subtree, of, outcome.best, outcome.certificate, limits_.stop, most, outcome.work);
        }
      });
  std::size_t complete = 0;
  for (const Outcome& outcome : outcomes) {
    best_.merge(outcome.best);
    certificate_ += outcome.certificate;
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

void SpaceSearch::leave_open(const Subtree& subtree) {
  if (remaining(subtree, best_).empty()) {
    ++certificate_.spatial_by_bound;
    return;
  }
  ++certificate_.open;
  open_least_ = std::min(open_least_, least(subtree));
}

}  // namespace tilewise
