#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "arch/home.hpp"
#include "brute_force.hpp"
#include "mapper/search.hpp"
#include "random_problem.hpp"
#include "sim/evaluate.hpp"
#include "sim/mapping.hpp"
#include "sim/validity.hpp"

namespace tilewise::testing {

inline bool at_most(double a, double b) { return a <= b * (1.0 + kRounding); }
inline bool same(double a, double b) { return at_most(a, b) && at_most(b, a); }
inline bool same(const CostPoint& a, const CostPoint& b) {
  return same(a.latency, b.latency) && same(a.energy, b.energy);
}
/// Whether `a` is nowhere worse than `b`.
inline bool covers(const CostPoint& a, const CostPoint& b) {
  return at_most(a.latency, b.latency) && at_most(a.energy, b.energy);
}

inline SearchResult search(const DrawnProblem& problem, SearchOptions options) {
  options.mapping.factors = problem.factors;
  options.mapping.tiles = problem.tiles;
  return tilewise::search(problem.architecture, problem.layer, options);
}
/// Whether both have no mapping, or the same.
inline bool same_mapping(const SearchResult& a, const SearchResult& b) {
  const Mapping* one = best_mapping(a);
  const Mapping* other = best_mapping(b);
  return one && other ? *one == *other : one == other;
}
inline SearchResult search(const DrawnProblem& problem, Objective objective) {
  return search(problem, SearchOptions{.mapping = {.objective = objective, .run = {.threads = 1}}});
}

inline std::vector<CostPoint> points_of(std::span<const ParetoPoint> front) {
  std::vector<CostPoint> points;
  for (const ParetoPoint& each : front) points.push_back(point_of(each.cost));
  return points;
}

/// The mapping is complete, fits, and costs what the search says.
inline void check_mapping_costs(const DrawnProblem& problem, const Mapping& mapping,
                                const LayerCost& cost) {
  CHECK_NOTHROW(check_mapping(problem.layer, mapping, tensors_at_home(problem.architecture)));
  REQUIRE(!find_misfit(problem.architecture, problem.layer, mapping));
  const LayerCost again = evaluate(problem.architecture, problem.layer, mapping);
  CHECK(same(point_of(again), point_of(cost)));
  CHECK(again.counts == cost.counts);
}

/// What must hold of every answer that has a mapping, proven or not.
inline void check_answer(const DrawnProblem& problem, Objective objective,
                         const SearchResult& found) {
  REQUIRE((best_mapping(found) != nullptr));
  check_mapping_costs(problem, *best_mapping(found), (*cost(found)));
  CHECK(same(found.objective_value, objective_value(objective, (*cost(found)).latency.total,
                                                    (*cost(found)).energy.total)));
  CHECK(at_most(found.lower_bound, found.objective_value));
  if (found.lower_bound > 0.0) {
    CHECK(found.gap ==
          doctest::Approx(found.objective_value / found.lower_bound - 1.0).epsilon(1e-9));
  }
  CHECK(found.certificate.evaluated > 0);
  if (found.proven) {
    CHECK(found.lower_bound == found.objective_value);
    CHECK(found.certificate.open == 0);
  }
  CHECK(front(found).empty() == (objective != Objective::Pareto));
  for (std::size_t i = 0; i < front(found).size(); ++i) {
    const ParetoPoint& point = front(found)[i];
    check_mapping_costs(problem, point.mapping, point.cost);
    CHECK(at_most(found.objective_value,
                  objective_value(objective, point.cost.latency.total, point.cost.energy.total)));
    if (i == 0) continue;
    CHECK(point.cost.latency.total > front(found)[i - 1].cost.latency.total);
    CHECK(point.cost.energy.total < front(found)[i - 1].cost.energy.total);
  }
}

inline void check_front(const Enumerated& known, const SearchResult& found) {
  const auto front = front_of(points_of(tilewise::front(found)));
  REQUIRE(front.size() == known.front.size());
  for (std::size_t i = 0; i < front.size(); ++i) CHECK(same(front[i], known.front[i]));
}

/// Whether a point lies on or above the line from `fast` to `lean`, which it lies between.
inline bool on_or_above(const CostPoint& fast, const CostPoint& lean, const CostPoint& point) {
  if (point.latency <= fast.latency || point.latency >= lean.latency) return false;
  const double share = (point.latency - fast.latency) / (lean.latency - fast.latency);
  return at_most(fast.energy + share * (lean.energy - fast.energy), point.energy);
}

/// A search for the corners of the front names points of the front, its two ends among them, and
/// leaves out nothing that lies below the lines between those.
inline void check_corners(const DrawnProblem& problem, const Enumerated& known) {
  const SearchResult found = search(
      problem, SearchOptions{.mapping = {.objective = Objective::Pareto, .run = {.threads = 1}},
                             .part = FrontPart::Corners});
  CHECK(found.proven);
  CHECK(same(found.objective_value, known.least[Objective::Pareto]));
  const std::vector<CostPoint> corners = points_of(front(found));
  REQUIRE(!corners.empty());
  const auto among = [](const std::vector<CostPoint>& points, const CostPoint& point) {
    return std::any_of(points.begin(), points.end(),
                       [&](const CostPoint& each) { return same(each, point); });
  };
  CHECK(among(corners, known.front.front()));
  CHECK(among(corners, known.front.back()));
  for (const CostPoint& corner : corners) CHECK(among(known.front, corner));
  for (const CostPoint& point : known.front) {
    bool right = among(corners, point);
    for (std::size_t i = 0; i + 1 < corners.size(); ++i) {
      right = right || on_or_above(corners[i], corners[i + 1], point);
    }
    CHECK(right);
  }
}

inline bool names_a_level(std::string_view text, const Architecture& architecture) {
  const auto& levels = architecture.levels;
  return std::any_of(levels.begin(), levels.end(), [&](const Level& level) {
    return text.find(level.name) != std::string::npos;
  });
}

/// The search proves what full enumeration knows, and a search cut short claims no more.
inline void check_exact(const DrawnProblem& problem, const Enumerated& known, Objective objective) {
  const SearchResult found = search(problem, objective);
  CAPTURE(name(objective));
  CHECK(found.proven);
  CHECK(found.factors == problem.factors);
  CHECK(found.space.digits == std::to_string(known.mappings));
  REQUIRE((best_mapping(found) != nullptr) == (known.fitting > 0));
  if (!best_mapping(found)) {
    CHECK(!why_none(found).empty());
    CHECK(front(found).empty());
    // Where the constraints leave no mapping at all, a dimension is at fault; else a level.
    CHECK((known.mappings == 0 || names_a_level(why_none(found), problem.architecture)));
    return;
  }
  CHECK(why_none(found).empty());
  check_answer(problem, objective, found);
  CHECK(same(found.objective_value, known.least[objective]));
  if (objective == Objective::Pareto) {
    check_front(known, found);
    check_corners(problem, known);
  }
  // A bound that is too high need not show in the answer; it shows where the search is cut short.
  const SearchResult cut =
      search(problem,
             SearchOptions{.mapping = {.objective = objective,
                                       .run = {.threads = 1, .interrupted = [] { return true; }}}});
  CHECK(at_most(cut.lower_bound, known.least[objective]));
}

}  // namespace tilewise::testing
