#include "schedule/least_path.hpp"

#include <limits>
#include <utility>

namespace tilewise {
namespace {

/// A weighted cost and what it is compared by next.
using Value = std::pair<double, double>;
constexpr Value kNone{std::numeric_limits<double>::infinity(),
                      std::numeric_limits<double>::infinity()};

Value operator+(const Value& a, const Value& b) { return {a.first + b.first, a.second + b.second}; }

/// The least of the points of one ask.
struct Least {
  Value value = kNone;
  std::size_t point = 0;
};

Least least_of(const std::vector<CostPoint>& points, const Weights& weights) {
  Least least;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Value value = weights.of(points[i].cost);
    if (value < least.value) least = {value, i};
  }
  return least;
}

class PathSearch {
 public:
  PathSearch(const KeptGraph& graph, const HomeCosts& costs, const std::vector<TotalCost>& alone,
             const Weights& weights, Costs allowed)
      : graph_(graph), costs_(costs), alone_(alone), weights_(weights), allowed_(allowed) {
    for (std::size_t place = 0; place < costs.asks(); ++place) {
      least_.push_back(least_of(points_of(place), weights));
    }
  }

  KeptPath run() {
    std::vector<Value> rest(graph_.nodes(), kNone);  // from a node to the end
    std::vector<std::size_t> best(graph_.nodes(), kNever);
    for (std::size_t n = graph_.first_node(graph_.layers()); n < rest.size(); ++n) rest[n] = {};
    for (std::size_t l = graph_.layers(); l-- > 0;) {
      for (std::size_t n = graph_.first_node(l); n < graph_.first_node(l + 1); ++n) {
        const KeptGraph::Node& node = graph_.node(n);
        for (std::size_t e = node.first_edge; e < node.first_edge + node.edges; ++e) {
          const Value value = least(e).value + rest[graph_.edge(e).next];
          if (!(value < rest[n])) continue;
          rest[n] = value;
          best[n] = e;
        }
      }
    }
    return trace(best);
  }

 private:
  const std::vector<CostPoint>& points_of(std::size_t place) const {
    return allowed_ == Costs::Bounded ? costs_.points(place) : costs_.possible(place);
  }

  Least least(std::size_t edge) const {
    const KeptEdge& at = graph_.edge(edge);
    if (at.place != kNever) return least_[at.place];
    return {weights_.of(alone_[at.layer]), 0};
  }

  KeptPath trace(const std::vector<std::size_t>& best) const {
    KeptPath path;
    std::size_t node = 0;
    while (node < graph_.first_node(graph_.layers())) {
      const std::size_t e = best[node];
      if (e == kNever) return {};
      const KeptEdge& edge = graph_.edge(e);
      const std::size_t point = least(e).point;
      path.total += edge.place == kNever ? alone_[edge.layer] : points_of(edge.place)[point].cost;
      path.edges.push_back(e);
      path.points.push_back(point);
      const bool bounded = allowed_ == Costs::Bounded && edge.place != kNever;
      if (bounded && !costs_.known(edge.place)) path.unknown.push_back(edge.place);
      node = edge.next;
    }
    path.found = true;
    return path;
  }

  const KeptGraph& graph_;
  const HomeCosts& costs_;
  const std::vector<TotalCost>& alone_;
  const Weights& weights_;
  Costs allowed_;
  std::vector<Least> least_;  ///< [place]
};

}  // namespace

KeptPath least_path(const KeptGraph& graph, const HomeCosts& costs,
                    const std::vector<TotalCost>& alone, const Weights& weights, Costs allowed) {
  return PathSearch(graph, costs, alone, weights, allowed).run();
}

}  // namespace tilewise
