#include "schedule/piece_costs.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "schedule/least_room.hpp"

namespace tilewise {
namespace {

struct AskHash {
  std::size_t operator()(const HomeAsk& ask) const {
    std::uint64_t hash = fnv_add(kFnvBasis, ask.layer);
    for (const bool kept : ask.use.kept) hash = fnv_add(hash, kept ? 1 : 0);
    hash = fnv_add(hash, ask.use.exchanged ? 1 : 0);
    for (const std::int64_t each : {ask.use.operands_off_chip, ask.use.operands, ask.use.starts}) {
      hash = fnv_add(hash, static_cast<std::uint64_t>(each));
    }
    for (const Bits each : ask.use.taken) {
      hash = fnv_add(hash, static_cast<std::uint64_t>(each.count()));
    }
    return hash ^ (hash >> 29U);
  }
};

}  // namespace

PieceCosts::PieceCosts(HomeCosts& costs, const Home& home, std::vector<Bits> room, Totals totals,
                       int threads, std::size_t at_a_time)
    : costs_(costs),
      home_(home),
      room_(std::move(room)),
      totals_(totals),
      threads_(threads),
      at_a_time_(at_a_time),
      places_(places_at(home)) {}

std::size_t PieceCosts::add(const KeptPlan& piece) {
  const auto [at, fresh] = known_.try_emplace(piece, plans_.size());
  if (fresh) plans_.push_back(&at->first);
  return at->second;
}

/// In rounds, each with its graphs, what these ask, and the hulls: all graphs together are larger
/// than what they are made from.
void PieceCosts::solve() {
  hulls_.resize(plans_.size());
  for (std::size_t first = 0; first < plans_.size(); first += at_a_time_) {
    std::vector<Batch> batches = batches_of(first, std::min(plans_.size(), first + at_a_time_));
    settle(batches);
    parallel_for(std::ssize(batches), threads_, [&](std::int64_t i) {
      const Batch& batch = batches[static_cast<std::size_t>(i)];
      for (std::size_t piece = 0; piece < batch.graphs.size(); ++piece) {
        hulls_[batch.first + piece] = hulls_of(batch, piece);
      }
    });
  }
}

/// The pieces from `first` to before `last`.
std::vector<PieceCosts::Batch> PieceCosts::batches_of(std::size_t first, std::size_t last) const {
  constexpr std::size_t kBatch = 64;  // pieces
  std::vector<Batch> batches((last - first + kBatch - 1) / kBatch);
  parallel_for(std::ssize(batches), threads_, [&](std::int64_t i) {
    const std::size_t begin = first + static_cast<std::size_t>(i) * kBatch;
    batches[static_cast<std::size_t>(i)] = batch_of(begin, std::min(last, begin + kBatch));
  });
  return batches;
}

/// The graphs of the pieces from `first` to before `last`, one from each place of what is open
/// before a piece, and what they ask.
PieceCosts::Batch PieceCosts::batch_of(std::size_t first, std::size_t last) const {
  Batch batch;
  batch.first = first;
  std::unordered_map<HomeAsk, std::size_t, AskHash> places;
  std::set<HomeAsk> least;
  std::vector<bool> seen;
  const auto place_of = [&](const HomeAsk& ask) {
    const auto [at, fresh] = places.try_emplace(ask, batch.asks.size());
    if (fresh) batch.asks.push_back(ask);
    return at->second;
  };
  for (std::size_t piece = first; piece < last; ++piece) {
    const KeptPlan& plan = *plans_[piece];
    auto& graphs = batch.graphs.emplace_back();
    const std::size_t entries = plan.entry == kNever ? 1 : places_.size();
    for (std::size_t entry = 0; entry < entries; ++entry) {
      const KeptGraph& graph = graphs.emplace_back(plan, home_, room_, place_of, places_[entry]);
      seen.resize(batch.asks.size(), false);
      for (std::size_t e = 0; e < graph.edges(); ++e) {
        const std::size_t place = graph.parts(graph.edge(e)).front().place;
        if (seen[place]) continue;
        seen[place] = true;
        least.insert(with_least_room(batch.asks[place], *one_layer(plan, graph.edge(e)), home_));
      }
    }
  }
  batch.least.assign(least.begin(), least.end());
  return batch;
}

/// Every ask: those with the least room taken first, as what they leave free answers others too.
void PieceCosts::settle(std::vector<Batch>& batches) {
  std::vector<std::size_t> least;
  for (const Batch& batch : batches) {
    for (const HomeAsk& ask : batch.least) least.push_back(costs_.place_of(ask));
  }
  for (Batch& batch : batches) {
    for (const HomeAsk& ask : batch.asks) batch.places.push_back(costs_.place_of(ask));
  }
  costs_.settle(std::move(least));
  costs_.settle_all();
  for (std::size_t place = of_place_.size(); place < costs_.asks(); ++place) {
    of_place_.push_back(hull_of(costs_.points(place)));
  }
}

/// Forward from each entry: the totals from there to each node.
PieceCosts::PieceHulls PieceCosts::hulls_of(const Batch& batch, std::size_t piece) const {
  PieceHulls made;
  for (const KeptGraph& graph : batch.graphs[piece]) {
    std::vector<CostHull> to(graph.nodes());
    to.front() = {TotalCost{}};
    for (std::size_t n = 0; n < graph.first_node(graph.layers()); ++n) {
      const KeptGraph::Node& node = graph.node(n);
      for (std::size_t e = node.first_edge; e < node.first_edge + node.edges; ++e) {
        const KeptEdge& edge = graph.edge(e);
        const CostHull& step = of_place_[batch.places[graph.parts(edge).front().place]];
        to[edge.next] = join(to[edge.next], sum(to[n], step, totals_), totals_);
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
