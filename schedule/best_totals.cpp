#include "schedule/best_totals.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace tilewise {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// What differs by less is rounding.
constexpr double kRounding = 1e-12;

/// Totals that no schedule is below in this direction: weights.energy * E + weights.latency * L is
/// at least `least`.
struct Support {
  Weights weights;
  double least = 0.0;
};

double edp_of(const TotalCost& cost) { return cost.energy_pj * cost.latency_cycles; }

/// Where two supports meet.
TotalCost crossing(const Support& a, const Support& b) {
  const double det = a.weights.energy * b.weights.latency - b.weights.energy * a.weights.latency;
  return {(a.least * b.weights.latency - b.least * a.weights.latency) / det,
          (a.weights.energy * b.least - b.weights.energy * a.least) / det, 0.0};
}

/// The part of the hull between two of its corners.
struct Arc {
  KeptPath fast;  ///< of less latency and more energy
  KeptPath lean;
  Support at_fast;
  Support at_lean;
  /// Nothing on the arc has a smaller product.
  double least() const { return edp_of(crossing(at_fast, at_lean)); }
};

class TotalsSearch {
 public:
  TotalsSearch(const KeptGraph& graph, HomeCosts& costs, const std::vector<TotalCost>& alone,
               const std::function<bool()>& stop, double cutoff = kInfinity)
      : graph_(graph), costs_(costs), alone_(alone), stop_(stop) {
    made_.value = cutoff;
  }

  /// The corner in one direction.
  BestTotals corner(const Weights& weights) {
    Support support;
    auto path = settled(weights, support, [this](const Support& at) { return excluded(at.least); });
    if (path && !path->found) return none();
    if (!path && !stopped_) return none();
    BestTotals made;
    made.lower_bound = support.least;
    made.proven = path.has_value();
    made.path = path ? std::move(*path) : known_path(weights);
    made.value = made.path.found ? weights.of(made.path.total).first : kInfinity;
    made.weights = weights_;
    return made;
  }

  /// The least product.
  BestTotals least_product() {
    Support at_fast;
    Support at_lean;
    const auto never = [](const Support&) { return false; };
    auto fast = settled({0.0, 1.0}, at_fast, never);
    auto lean = settled({1.0, 0.0}, at_lean, never);
    made_.lower_bound = at_fast.least * at_lean.least;
    if (fast && !fast->found) return none();
    if (fast) offer(*fast);
    if (lean) offer(*lean);
    if (!fast || !lean) return give_up();
    std::vector<Arc> arcs;
    add(arcs, {std::move(*fast), std::move(*lean), at_fast, at_lean});
    while (!arcs.empty()) {
      // The arc that may have the least product next.
      const auto next = std::min_element(arcs.begin(), arcs.end(), [](const Arc& a, const Arc& b) {
        return a.least() < b.least();
      });
      const Arc arc = std::move(*next);
      arcs.erase(next);
      if (excluded(arc.least())) continue;
      const double slope = (arc.fast.total.energy_pj - arc.lean.total.energy_pj) /
                           (arc.lean.total.latency_cycles - arc.fast.total.latency_cycles);
      Support between;
      const auto hopeless = [&](const Support& support) { return cannot_improve(arc, support); };
      auto path = settled({1.0, slope}, between, hopeless);
      if (!path && !stopped_) continue;
      if (!path) {
        arcs.push_back(arc);
        break;
      }
      offer(*path);
      const double ends = arc.fast.total.energy_pj + slope * arc.fast.total.latency_cycles;
      if (between.least >= ends * (1.0 - kRounding)) continue;  // an edge of the hull
      add(arcs, {arc.fast, *path, arc.at_fast, between});
      add(arcs, {std::move(*path), arc.lean, between, arc.at_lean});
    }
    if (stopped_) offer_known();
    made_.lower_bound = made_.value;
    for (const Arc& arc : arcs) made_.lower_bound = std::min(made_.lower_bound, arc.least());
    made_.proven = !stopped_;
    made_.weights = weights_;
    return std::move(made_);
  }

  /// See all_corners.
  TotalsCorners corners() {
    const auto never = [](const Support&) { return false; };
    Support unused;
    const auto fast = settled({0.0, 1.0}, unused, never);
    const auto lean = fast ? settled({1.0, 0.0}, unused, never) : std::nullopt;
    TotalsCorners made;
    const auto keep = [&](const std::optional<KeptPath>& path) {
      if (path && path->found) made.corners = join(made.corners, {path->total}, Totals::Both);
    };
    keep(fast);
    keep(lean);
    std::vector<std::pair<TotalCost, TotalCost>> sides;  // from the faster to the leaner
    if (made.corners.size() == 2) sides.emplace_back(made.corners.front(), made.corners.back());
    while (!sides.empty() && !stopped_) {
      const auto [faster, leaner] = sides.back();
      sides.pop_back();
      const double slope =
          (faster.energy_pj - leaner.energy_pj) / (leaner.latency_cycles - faster.latency_cycles);
      Support between;
      const auto path = settled({1.0, slope}, between, never);
      const double ends = faster.energy_pj + slope * faster.latency_cycles;
      if (!path || between.least >= ends * (1.0 - kRounding)) continue;
      keep(path);
      sides.emplace_back(faster, path->total);
      sides.emplace_back(path->total, leaner);
    }
    made.proven = !stopped_;
    return made;
  }

 private:
  bool excluded(double least) const { return least >= made_.value * (1.0 - kRounding); }

  /// Whether totals on the arc and above the support between its ends have no smaller product.
  bool cannot_improve(const Arc& arc, const Support& between) const {
    return excluded(
        std::min(edp_of(crossing(arc.at_fast, between)), edp_of(crossing(between, arc.at_lean))));
  }

  static void add(std::vector<Arc>& arcs, Arc arc) {
    if (arc.fast.total.latency_cycles < arc.lean.total.latency_cycles &&
        arc.fast.total.energy_pj > arc.lean.total.energy_pj) {
      arcs.push_back(std::move(arc));
    }
  }

  KeptPath known_path(const Weights& weights) const {
    return least_path(graph_, costs_, alone_, weights, Costs::Known);
  }

  /// What is known already may make a schedule, though none that is proven.
  void offer_known() {
    const KeptPath fast = known_path({0.0, 1.0});
    const KeptPath lean = known_path({1.0, 0.0});
    if (!fast.found) return;
    offer(fast);
    offer(lean);
    // Where the product is least, both change by the same share.
    const TotalCost& near = made_.path.found ? made_.path.total : fast.total;
    offer(known_path({1.0, near.energy_pj / near.latency_cycles}));
  }

  /// Nothing fits: no path leads to the end.
  BestTotals none() {
    made_.value = made_.lower_bound = kInfinity;
    made_.weights = weights_;
    return std::move(made_);
  }

  BestTotals give_up() {
    offer_known();
    made_.proven = false;
    made_.weights = weights_;
    return std::move(made_);
  }

  void offer(const KeptPath& path) {
    const double product = edp_of(path.total);
    if (product >= made_.value) return;
    made_.path = path;
    made_.value = product;
  }

  /// The least path whose costs are all known, and the support that it or its bound is; none: time
  /// is up, or `hopeless` says so of the support.
  template <class Hopeless>
  std::optional<KeptPath> settled(const Weights& weights, Support& support,
                                  const Hopeless& hopeless) {
    ++weights_;
    while (true) {
      KeptPath path = least_path(graph_, costs_, alone_, weights);
      support = {weights, weights.of(path.total).first};
      if (!path.found || path.unknown.empty()) return path;
      if (hopeless(support)) return std::nullopt;
      costs_.settle(path.unknown);
      if (stop_ && stop_()) {
        stopped_ = true;
        return std::nullopt;
      }
    }
  }

  const KeptGraph& graph_;
  HomeCosts& costs_;
  const std::vector<TotalCost>& alone_;
  const std::function<bool()>& stop_;
  BestTotals made_ = {{}, kInfinity, 0.0, true, 0};
  int weights_ = 0;
  bool stopped_ = false;
};

}  // namespace

BestTotals best_totals(const KeptGraph& graph, HomeCosts& costs,
                       const std::vector<TotalCost>& alone, Objective objective,
                       const std::function<bool()>& stop, double cutoff) {
  TotalsSearch search(graph, costs, alone, stop, cutoff);
  switch (objective) {
    case Objective::Energy: return search.corner({1.0, 0.0});
    case Objective::Latency: return search.corner({0.0, 1.0});
    case Objective::Edp:
    case Objective::Pareto: return search.least_product();
  }
  return {};
}

TotalsCorners all_corners(const KeptGraph& graph, HomeCosts& costs,
                          const std::vector<TotalCost>& alone, const std::function<bool()>& stop) {
  return TotalsSearch(graph, costs, alone, stop).corners();
}

}  // namespace tilewise
