// A shortest path with one limited resource. A price for each bit of the resource makes it a
// shortest path without a limit; at the best price the path of least priced value bounds all others
// below. Where the bound is met by a path within the limit, that is the answer. Elsewhere labels,
// (bits, value) pairs of which no other has less of both, are led forward through the graph; one
// whose value with the bound of its rest is no less than the best path that is known goes no
// further.
#include "schedule/path_within.hpp"

#include <algorithm>

namespace tilewise {
namespace {

constexpr double kRoundingOfSums = 1e-12;

/// Least priced values from each node to the end, and the edges that have them.
struct Rest {
  std::vector<PathValue> values;   ///< [node]
  std::vector<std::size_t> edges;  ///< [node]
};

/// A path from the first node to one.
struct Label {
  Bits resident;
  PathValue value;
  std::size_t edge = kNever;    ///< its last
  std::size_t before = kNever;  ///< the label that this one goes on from
};

/// A path to the end.
struct Whole {
  std::vector<std::size_t> edges;
  PathValue value;
  Bits resident;
};

class LimitedPaths {
 public:
  LimitedPaths(const KeptGraph& graph, const std::vector<PathValue>& values)
      : graph_(graph), values_(values), most_(graph.most_resident()) {}

  std::optional<std::vector<std::size_t>> least() {
    std::optional<Whole> over = trace(rest_at(0.0));
    if (!over || over->resident <= most_) return edges_of(over);
    std::optional<Whole> within = trace(rest_without());
    if (!within) return best_label(0.0, kNoPath.first);  // what must stay has no other way
    const double price = best_price(*over, *within);
    const double bound = within->value.first - price * slack(within->resident);
    if (within->value.first - bound <= kRoundingOfSums * within->value.first) {
      return edges_of(within);
    }
    auto found = best_label(price, within->value.first);
    return found ? found : edges_of(within);
  }

 private:
  static std::optional<std::vector<std::size_t>> edges_of(const std::optional<Whole>& path) {
    if (!path) return std::nullopt;
    return path->edges;
  }
  double slack(Bits resident) const { return static_cast<double>((most_ - resident).count()); }

  PathValue priced(std::size_t edge, double price) const {
    const auto bits = static_cast<double>(graph_.edge(edge).resident.count());
    return {values_[edge].first + price * bits, values_[edge].second};
  }

  /// `value_of(edge)`: kNoPath leaves it out.
  template <class ValueOf>
  Rest rest_with(const ValueOf& value_of) const {
    Rest rest{std::vector<PathValue>(graph_.nodes(), kNoPath),
              std::vector<std::size_t>(graph_.nodes(), kNever)};
    const std::size_t ends = graph_.first_node(graph_.layers());
    for (std::size_t n = ends; n < rest.values.size(); ++n) rest.values[n] = {};
    for (std::size_t n = ends; n-- > 0;) {
      const KeptGraph::Node& node = graph_.node(n);
      for (std::size_t e = node.first_edge; e < node.first_edge + node.edges; ++e) {
        const PathValue value = value_of(e) + rest.values[graph_.edge(e).next];
        if (!(value < rest.values[n])) continue;
        rest.values[n] = value;
        rest.edges[n] = e;
      }
    }
    return rest;
  }
  Rest rest_at(double price) const {
    return rest_with([&](std::size_t e) { return priced(e, price); });
  }
  /// Where no weights stay.
  Rest rest_without() const {
    return rest_with(
        [&](std::size_t e) { return graph_.edge(e).resident > Bits{0} ? kNoPath : values_[e]; });
  }

  std::optional<Whole> trace(const Rest& rest) const {
    Whole made;
    for (std::size_t node = 0; node < graph_.first_node(graph_.layers());) {
      const std::size_t e = rest.edges[node];
      if (e == kNever) return std::nullopt;
      made.edges.push_back(e);
      made.value = made.value + values_[e];
      made.resident += graph_.edge(e).resident;
      node = graph_.edge(e).next;
    }
    return made;
  }

  /// The price whose bound is the highest. `within` becomes the best path on the way.
  double best_price(Whole over, Whole& within) const {
    Whole lean = within;  // of the paths within the limit the one at the price
    while (true) {
      const double price = (lean.value.first - over.value.first) /
                           static_cast<double>((over.resident - lean.resident).count());
      const std::optional<Whole> path = trace(rest_at(price));
      if (path->resident <= most_ && path->value < within.value) within = *path;
      const auto priced_value = [&](const Whole& of) {
        return of.value.first + price * static_cast<double>(of.resident.count());
      };
      const bool met = priced_value(*path) >= priced_value(lean) * (1.0 - kRoundingOfSums);
      if (met) return price;
      (path->resident <= most_ ? lean : over) = *path;
    }
  }

  /// Of paths with less value than `known`; empty: there is none.
  std::optional<std::vector<std::size_t>> best_label(double price, double known) {
    const Rest rest = rest_at(price);
    const double allowance = price * static_cast<double>(most_.count());
    std::vector<std::vector<std::size_t>> at(graph_.nodes());  // [node] labels
    labels_ = {{}};
    at.front() = {0};
    const std::size_t ends = graph_.first_node(graph_.layers());
    for (std::size_t n = 0; n < ends; ++n) {
      keep_best(at[n]);
      for (const std::size_t before : at[n]) {
        const KeptGraph::Node& node = graph_.node(n);
        for (std::size_t e = node.first_edge; e < node.first_edge + node.edges; ++e) {
          const KeptEdge& edge = graph_.edge(e);
          const Label made{labels_[before].resident + edge.resident,
                           labels_[before].value + values_[e], e, before};
          const double least = made.value.first + rest.values[edge.next].first +
                               price * static_cast<double>(made.resident.count()) - allowance;
          if (made.resident > most_ || !(least < known)) continue;
          at[edge.next].push_back(labels_.size());
          labels_.push_back(made);
        }
      }
      at[n].clear();
    }
    std::size_t best = kNever;
    for (std::size_t n = ends; n < at.size(); ++n) {
      for (const std::size_t label : at[n]) {
        if (best == kNever || labels_[label].value < labels_[best].value) best = label;
      }
    }
    return best == kNever ? std::nullopt : std::optional(edges_to(best));
  }

  /// Leaves those of which no other has less of both.
  void keep_best(std::vector<std::size_t>& labels) const {
    std::sort(labels.begin(), labels.end(), [&](std::size_t a, std::size_t b) {
      const Label& left = labels_[a];
      const Label& right = labels_[b];
      if (left.resident != right.resident) return left.resident < right.resident;
      return left.value != right.value ? left.value < right.value : a < b;
    });
    PathValue least = kNoPath;
    std::erase_if(labels, [&](std::size_t label) {
      if (!(labels_[label].value < least)) return true;
      least = labels_[label].value;
      return false;
    });
  }

  std::vector<std::size_t> edges_to(std::size_t label) const {
    std::vector<std::size_t> edges;
    for (; labels_[label].edge != kNever; label = labels_[label].before) {
      edges.push_back(labels_[label].edge);
    }
    std::reverse(edges.begin(), edges.end());
    return edges;
  }

  const KeptGraph& graph_;
  const std::vector<PathValue>& values_;
  Bits most_;
  std::vector<Label> labels_;
};

}  // namespace

std::optional<std::vector<std::size_t>> path_within(const KeptGraph& graph,
                                                    const std::vector<PathValue>& values) {
  return LimitedPaths(graph, values).least();
}

}  // namespace tilewise
