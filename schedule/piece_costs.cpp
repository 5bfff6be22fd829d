#include "schedule/piece_costs.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/parallel.hpp"

namespace tilewise {
namespace {

CostHull hull_of(const std::vector<CostPoint>& points) {
  CostHull hull;
  for (const CostPoint& point : points) hull.push_back(point.cost);
  return hull;
}

}  // namespace

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
  for (const KeptPlan* plan : plans_) {
    auto& graphs = graphs_.emplace_back();
    const std::size_t entries = plan->entry == kNever ? 1 : places_.size();
    for (std::size_t e = 0; e < entries; ++e) {
      graphs.emplace_back(*plan, home_, room_, costs_, places_[e]);
    }
  }
  settle();
  hulls_.resize(plans_.size());
  parallel_for(std::ssize(plans_), threads_, [&](std::int64_t i) {
    hulls_[static_cast<std::size_t>(i)] = hulls_of(static_cast<std::size_t>(i));
  });
}

/// Every ask: those with the least room taken first, as what they leave free answers others too.
void PieceCosts::settle() {
  std::vector<std::size_t> places;
  for (std::size_t piece = 0; piece < plans_.size(); ++piece) {
    for (const KeptGraph& graph : graphs_[piece]) {
      const auto least = least_room_places(graph, *plans_[piece], home_, costs_);
      places.insert(places.end(), least.begin(), least.end());
    }
  }
  costs_.settle(std::move(places));
  costs_.settle_all();
}

/// Forward from each entry: the totals from there to each node.
PieceCosts::PieceHulls PieceCosts::hulls_of(std::size_t piece) const {
  PieceHulls made;
  for (const KeptGraph& graph : graphs_[piece]) {
    std::vector<CostHull> to(graph.nodes());
    to.front() = {TotalCost{}};
    for (std::size_t n = 0; n < graph.first_node(graph.layers()); ++n) {
      const KeptGraph::Node& node = graph.node(n);
      for (std::size_t e = node.first_edge; e < node.first_edge + node.edges; ++e) {
        const KeptEdge& edge = graph.edge(e);
        to[edge.next] =
            join(to[edge.next], sum(to[n], hull_of(costs_.points(edge.place)), totals_), totals_);
      }
    }
    auto& exits = made.emplace_back(places_.size());
    for (std::size_t n = graph.first_node(graph.layers()); n < graph.nodes(); ++n) {
      const auto place = static_cast<std::size_t>(
          std::find(places_.begin(), places_.end(), graph.exit(n)) - places_.begin());
      exits[place] = join(exits[place], to[n], totals_);
    }
  }
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
