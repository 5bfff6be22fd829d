#include "schedule/piece_costs.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <utility>

#include "base/parallel.hpp"
#include "schedule/least_room.hpp"

namespace tilewise {

PieceCosts::PieceCosts(HomeCosts& costs, const Home& home, std::vector<Bits> room, Totals totals,
                       int threads)
    : costs_(costs),
      home_(home),
      room_(std::move(room)),
      totals_(totals),
      threads_(threads),
      places_(places_at(home)) {}

std::size_t PieceCosts::add(const KeptPlan& piece) {
  const auto [at, fresh] = known_.try_emplace(piece, plans_.size());
  if (fresh) plans_.push_back(&at->first);
  return at->second;
}

void PieceCosts::solve() {
  settle();
  for (std::size_t place = 0; place < costs_.asks(); ++place) {
    of_place_.push_back(hull_of(costs_.points(place)));
  }
  hulls_.resize(plans_.size());
  parallel_for(std::ssize(plans_), threads_, [&](std::int64_t i) {
    hulls_[static_cast<std::size_t>(i)] = hulls_of(static_cast<std::size_t>(i));
  });
}

/// Calls `visit` with the graph from each place of what is open before a piece. Graphs are made
/// anew when they are looked at: all together are larger than what they are made from.
void PieceCosts::for_each_graph(std::size_t piece, const KeptGraph::PlaceOf& place_of,
                                const std::function<void(const KeptGraph&)>& visit) const {
  const KeptPlan& plan = *plans_[piece];
  const std::size_t entries = plan.entry == kNever ? 1 : places_.size();
  for (std::size_t e = 0; e < entries; ++e) {
    visit(KeptGraph(plan, home_, room_, place_of, places_[e]));
  }
}

/// What the pieces from `first` to before `last` ask.
PieceCosts::Asks PieceCosts::asks_of(std::size_t first, std::size_t last) const {
  Asks asks;
  std::map<HomeAsk, std::size_t> places;
  std::vector<bool> seen;
  const auto place_of = [&](const HomeAsk& ask) {
    return places.try_emplace(ask, places.size()).first->second;
  };
  for (std::size_t piece = first; piece < last; ++piece) {
    for_each_graph(piece, place_of, [&](const KeptGraph& graph) {
      seen.resize(places.size(), false);
      std::vector<const HomeAsk*> at(places.size());
      for (const auto& [ask, place] : places) at[place] = &ask;
      for (std::size_t e = 0; e < graph.edges(); ++e) {
        const std::size_t place = graph.parts(graph.edge(e)).front().place;
        if (seen[place]) continue;
        seen[place] = true;
        const KeptStep& step = *one_layer(*plans_[piece], graph.edge(e));
        asks.least.insert(with_least_room(*at[place], step, home_));
      }
    });
  }
  for (const auto& [ask, place] : places) asks.all.insert(ask);
  return asks;
}

/// Every ask: those with the least room taken first, as what they leave free answers others too.
void PieceCosts::settle() {
  constexpr std::size_t kChunk = 64;  // pieces
  const std::size_t chunks = (plans_.size() + kChunk - 1) / kChunk;
  Asks asks;
  std::mutex joining;
  parallel_for(static_cast<std::int64_t>(chunks), threads_, [&](std::int64_t chunk) {
    const std::size_t first = static_cast<std::size_t>(chunk) * kChunk;
    Asks own = asks_of(first, std::min(plans_.size(), first + kChunk));
    const std::scoped_lock lock(joining);
    asks.all.merge(own.all);
    asks.least.merge(own.least);
  });
  std::vector<std::size_t> places;
  for (const HomeAsk& ask : asks.least) places.push_back(costs_.place_of(ask));
  for (const HomeAsk& ask : asks.all) costs_.place_of(ask);
  costs_.settle(std::move(places));
  costs_.settle_all();
}

/// Forward from each entry: the totals from there to each node.
PieceCosts::PieceHulls PieceCosts::hulls_of(std::size_t piece) const {
  PieceHulls made;
  const auto place_of = [this](const HomeAsk& ask) { return costs_.known_place(ask); };
  for_each_graph(piece, place_of, [&](const KeptGraph& graph) {
    std::vector<CostHull> to(graph.nodes());
    to.front() = {TotalCost{}};
    for (std::size_t n = 0; n < graph.first_node(graph.layers()); ++n) {
      const KeptGraph::Node& node = graph.node(n);
      for (std::size_t e = node.first_edge; e < node.first_edge + node.edges; ++e) {
        const KeptEdge& edge = graph.edge(e);
        const CostHull& step = of_place_[graph.parts(edge).front().place];
        to[edge.next] = join(to[edge.next], sum(to[n], step, totals_), totals_);
      }
    }
    auto& exits = made.emplace_back(places_.size());
    for (std::size_t n = graph.first_node(graph.layers()); n < graph.nodes(); ++n) {
      const auto place = static_cast<std::size_t>(
          std::find(places_.begin(), places_.end(), graph.exit(n)) - places_.begin());
      exits[place] = join(exits[place], to[n], totals_);
    }
  });
  return made;
}

TotalCost PieceCosts::best(const std::vector<std::size_t>& pieces, Objective objective) const {
  std::vector<CostHull> at(places_.size());
  at.front() = {TotalCost{}};
  for (const std::size_t piece : pieces) {
    const PieceHulls& hulls = hulls_[piece];
    std::vector<CostHull> next(places_.size());
    for (std::size_t entry = 0; entry < hulls.size(); ++entry) {
      if (at[entry].empty()) continue;
      for (std::size_t exit = 0; exit < places_.size(); ++exit) {
        if (hulls[entry][exit].empty()) continue;
        next[exit] = join(next[exit], sum(at[entry], hulls[entry][exit], totals_), totals_);
      }
    }
    at = std::move(next);
  }
  TotalCost least;
  double value = std::numeric_limits<double>::infinity();
  for (const CostHull& hull : at) {
    for (const TotalCost& cost : hull) {
      const double each =
          objective_value(objective, Cycles{cost.latency_cycles}, Picojoules{cost.energy_pj});
      if (each < value) {
        value = each;
        least = cost;
      }
    }
  }
  return least;
}

}  // namespace tilewise
