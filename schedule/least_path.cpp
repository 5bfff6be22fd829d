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
          const Value value = value_of(graph_.edge(e)) + rest[graph_.edge(e).next];
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

  Value value_of(const KeptEdge& edge) const {
    if (edge.parts == 0) return weights_.of(alone_[edge.layer]);
    Value sum = weights_.of(graph_.beside(edge));
    for (const KeptPart& part : graph_.parts(edge)) {
      const auto times = static_cast<double>(part.times);
      const Value& each = least_[part.place].value;
      sum = sum + Value{times * each.first, times * each.second};
    }
    return sum;
  }

  KeptPath trace(const std::vector<std::size_t>& best) const {
    KeptPath path;
    std::size_t node = 0;
    while (node < graph_.first_node(graph_.layers())) {
      const std::size_t e = best[node];
      if (e == kNever) return {};
      path.edges.push_back(e);
      path.points.emplace_back();
      add(graph_.edge(e), path);
      node = graph_.edge(e).next;
    }
    path.found = true;
    return path;
  }

  /// Adds what an edge takes to the end of a path.
  void add(const KeptEdge& edge, KeptPath& path) const {
    path.total += edge.parts == 0 ? alone_[edge.layer] : graph_.beside(edge);
    for (const KeptPart& part : graph_.parts(edge)) {
      const std::size_t point = least_[part.place].point;
      path.points.back().push_back(point);
      path.total += static_cast<double>(part.times) * points_of(part.place)[point].cost;
      if (allowed_ == Costs::Bounded && !costs_.known(part.place)) {
        path.unknown.push_back(part.place);
      }
    }
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
