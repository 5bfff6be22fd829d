#include "schedule/home_costs.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "mapper/bound/layer_bound.hpp"
#include "schedule/cost_hull.hpp"
#include "sim/evaluate.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

bool all_at_most(const std::vector<Bits>& a, const std::vector<Bits>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
  }
  return true;
}

std::int64_t sum_of(const std::vector<Bits>& bits) {
  std::int64_t all = 0;
  for (const Bits each : bits) all += each.count();
  return all;
}

/// The same ask with nothing taken: what it shares with those that differ in room alone.
HomeAsk without_room(HomeAsk ask) {
  std::fill(ask.use.taken.begin(), ask.use.taken.end(), Bits{0});
  return ask;
}

CostPoint point_of(const Mapping& mapping, const LayerCost& cost) {
  return {total_of(cost), mapping};
}

Objective objective_of(Totals totals) {
  switch (totals) {
    case Totals::Energy: return Objective::Energy;
    case Totals::Latency: return Objective::Latency;
    case Totals::Both: return Objective::Pareto;
  }
  return Objective::Pareto;
}

std::vector<CostPoint> points_of(const SearchResult& result) {
  std::vector<CostPoint> points;
  for (const ParetoPoint& each : front(result)) points.push_back(point_of(each.mapping, each.cost));
  if (points.empty() && best_mapping(result) != nullptr) {
    points.push_back(point_of(*best_mapping(result), *cost(result)));
  }
  return points;
}

constexpr Bits kMost{std::numeric_limits<std::int64_t>::max()};

}  // namespace

Totals totals_of(Objective objective) {
  switch (objective) {
    case Objective::Energy: return Totals::Energy;
    case Objective::Latency: return Totals::Latency;
    case Objective::Edp:
    case Objective::Pareto: return Totals::Both;
  }
  return Totals::Both;
}

Objective asked_at_home(Objective objective) { return objective_of(totals_of(objective)); }

std::size_t HomeCosts::add_layer(const Layer& layer, const Mapping* alone) {
  DistinctLayer made{layer, {}, {}};
  if (alone != nullptr) {
    made.alone.push_back(point_of(*alone, evaluate(asked_.architecture, layer, *alone)));
    made.alone_free = free_bits(asked_.architecture, layer, *alone, asked_.home.level);
  }
  layers_.push_back(std::move(made));
  return layers_.size() - 1;
}

std::size_t HomeCosts::place_of(const HomeAsk& ask) {
  const auto [at, fresh] = places_.try_emplace(ask, entries_.size());
  if (fresh) {
    entries_.push_back({ask, 0, false});
    bound(entries_.back());
  }
  return at->second;
}

/// What earlier searches say of an ask.
void HomeCosts::bound(Entry& entry) const {
  const auto all = searched_.find(without_room(entry.ask));
  if (all == searched_.end()) return;
  std::int64_t nearest = -1;
  for (const Searched& each : all->second) {
    if (!all_at_most(each.taken, entry.ask.use.taken)) continue;
    if (points_[each.points].empty() || all_at_most(entry.ask.use.taken, each.most)) {
      entry.points = each.points;
      entry.known = true;
      return;
    }
    if (sum_of(each.taken) <= nearest) continue;
    nearest = sum_of(each.taken);
    entry.points = each.points;
  }
}

std::optional<HomeCosts::Found> HomeCosts::search_at(const HomeAsk& ask) const {
  const Architecture room = at_home(asked_.architecture, asked_.home, ask.use);
  const DistinctLayer& of = layers_[ask.layer];
  SearchOptions options;
  options.mapping.objective = objective_of(asked_.totals);
  options.mapping.factors = asked_.factors;
  options.part = FrontPart::Corners;  // nothing else of a front is ever needed
  options.mapping.run.threads = 1;    // asks are searched side by side
  options.mapping.run.interrupted = asked_.run.interrupted;
  std::optional<SearchResult> result;
  if (asked_.memory.find) result = asked_.memory.find(of.layer, room);
  if (!result) {
    if (asked_.run.stopped()) return std::nullopt;
    result = search(room, of.layer, options);
    if (asked_.run.stopped()) return std::nullopt;  // it may have ended early
    if (asked_.memory.keep) asked_.memory.keep(of.layer, room, *result);
  }
  Found found{points_of(*result), {}};
  if (alone_fits(ask)) found.points.push_back(of.alone.front());
  keep_extremes(found.points, asked_.totals);
  found.most.assign(ask.use.taken.size(), kMost);
  for (const CostPoint& point : found.points) {
    const auto free = free_bits(room, of.layer, point.mapping, asked_.home.level);
    for (std::size_t m = 0; m < free.size(); ++m) {
      if (free[m]) found.most[m] = std::min(found.most[m], ask.use.taken[m] + *free[m]);
    }
  }
  return found;
}

/// Whether the mapping of the layer without a home is one of this ask.
bool HomeCosts::alone_fits(const HomeAsk& ask) const {
  const DistinctLayer& of = layers_[ask.layer];
  const bool anything = ask.use.kept != EnumArray<Tensor, bool>{} || ask.use.operands_off_chip > 0;
  if (of.alone.empty() || ask.use.exchanged || anything) return false;
  for (std::size_t m = 0; m < ask.use.taken.size(); ++m) {
    if (of.alone_free[m] && *of.alone_free[m] < ask.use.taken[m]) return false;
  }
  return true;
}

void HomeCosts::take(const HomeAsk& ask, Found found) {
  ++searches_;
  points_.push_back(std::move(found.points));
  searched_[without_room(ask)].push_back(
      {ask.use.taken, std::move(found.most), points_.size() - 1});
}

void HomeCosts::settle_all() {
  while (true) {
    // Of asks that differ in room alone the one that takes least answers others too.
    std::map<HomeAsk, std::size_t> least;
    for (std::size_t place = 0; place < entries_.size(); ++place) {
      if (known(place)) continue;
      const auto [at, fresh] = least.try_emplace(without_room(ask(place)), place);
      if (!fresh && sum_of(ask(place).use.taken) < sum_of(ask(at->second).use.taken))
        at->second = place;
    }
    if (least.empty()) return;
    std::vector<std::size_t> places;
    for (const auto& [each, place] : least) places.push_back(place);
    settle(std::move(places));
    if (asked_.run.stopped()) throw Interrupted();
  }
}

void HomeCosts::settle(std::vector<std::size_t> places) {
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  std::erase_if(places, [&](std::size_t place) { return known(place); });
  std::vector<std::optional<Found>> found(places.size());
  std::mutex reporting;
  std::size_t done = 0;
  parallel_for(std::ssize(places), asked_.run.threads, [&](std::int64_t i) {
    const auto at = static_cast<std::size_t>(i);
    found[at] = search_at(ask(places[at]));
    const std::scoped_lock lock(reporting);
    ++done;
    asked_.run.show("map layers at home",
                    static_cast<double>(done) / static_cast<double>(places.size()));
  });
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (found[i]) take(ask(places[i]), *std::move(found[i]));
  }
  for (Entry& entry : entries_) {
    if (!entry.known) bound(entry);
    if (entry.points == 0 && asked_.run.stopped()) floor(entry);
  }
}

/// The least that any mapping of the layer may cost with nothing taken.
std::vector<CostPoint> HomeCosts::floor_of(const HomeAsk& ask) const {
  const Architecture room = at_home(asked_.architecture, asked_.home, ask.use);
  const auto least = layer_bound(room, layers_[ask.layer].layer, asked_.factors);
  if (!least) return {};
  return {{{least->energy.count(), least->latency.count(), 0.0}, {}}};
}

/// Where no search is to come.
void HomeCosts::floor(Entry& entry) {
  const auto [at, fresh] = floors_.try_emplace(without_room(entry.ask), points_.size());
  if (fresh) points_.push_back(floor_of(at->first));
  entry.points = at->second;
}

void HomeCosts::bound_below(std::vector<std::size_t> places) {
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  std::vector<HomeAsk> fresh;
  for (const std::size_t place : places) {
    if (entries_[place].points != 0) continue;
    const auto [at, is_new] = floors_.try_emplace(without_room(ask(place)), points_.size());
    if (is_new) {
      points_.emplace_back();
      fresh.push_back(at->first);
    }
    entries_[place].points = at->second;
  }
  const std::size_t first = points_.size() - fresh.size();
  parallel_for(std::ssize(fresh), asked_.run.threads, [&](std::int64_t i) {
    points_[first + static_cast<std::size_t>(i)] = floor_of(fresh[static_cast<std::size_t>(i)]);
  });
}

const std::vector<CostPoint>& HomeCosts::possible(std::size_t place) const {
  static const std::vector<CostPoint> kNone;
  if (known(place)) return points(place);
  const HomeAsk& of = ask(place);
  return alone_fits(of) ? layers_[of.layer].alone : kNone;
}

}  // namespace tilewise
