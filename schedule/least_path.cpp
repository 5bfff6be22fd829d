#include "schedule/least_path.hpp"

#include "schedule/path_within.hpp"

namespace tilewise {
namespace {

/// The least of the points of one ask.
struct Least {
  PathValue value = kNoPath;
  std::size_t point = 0;
};

Least least_of(const std::vector<CostPoint>& points, const Weights& weights) {
  Least least;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const PathValue value = weights.of(points[i].cost);
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
    for (std::size_t e = 0; e < graph.edges(); ++e) values_.push_back(value_of(graph.edge(e)));
  }

  KeptPath run() const {
    const auto limited = path_within(graph_, values_);
    if (!limited) return {};
    KeptPath path;
    for (const std::size_t e : *limited) {
      path.edges.push_back(e);
      path.points.emplace_back();
      add(graph_.edge(e), path);
    }
    path.found = true;
    return path;
  }

 private:
  const std::vector<CostPoint>& points_of(std::size_t place) const {
    return allowed_ == Costs::Bounded ? costs_.points(place) : costs_.possible(place);
  }

  PathValue value_of(const KeptEdge& edge) const {
    if (edge.parts == 0) return weights_.of(alone_[edge.layer]);
    PathValue sum = weights_.of(graph_.beside(edge));
    for (const KeptPart& part : graph_.parts(edge)) {
      const auto times = static_cast<double>(part.times);
      const PathValue& each = least_[part.place].value;
      sum = sum + PathValue{times * each.first, times * each.second};
    }
    return sum;
  }

  /// Adds what an edge takes to the end of a path.
  void add(const KeptEdge& edge, KeptPath& path) const {
    path.total += edge.parts == 0 ? alone_[edge.layer] : graph_.beside(edge);
    path.resident += edge.resident;
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
  std::vector<Least> least_;       ///< [place]
  std::vector<PathValue> values_;  ///< [edge]
};

}  // namespace

KeptPath least_path(const KeptGraph& graph, const HomeCosts& costs,
                    const std::vector<TotalCost>& alone, const Weights& weights, Costs allowed) {
  return PathSearch(graph, costs, alone, weights, allowed).run();
}

}  // namespace tilewise
