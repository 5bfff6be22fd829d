#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "mapper/search.hpp"
#include "random_problem.hpp"
#include "scale.hpp"
#include "search_checks.hpp"

namespace tilewise {
namespace {

using testing::at_most;
using testing::check_answer;
using testing::covers;
using testing::DrawnProblem;
using testing::points_of;
using testing::RandomProblems;
using testing::same;
using testing::same_mapping;
using testing::scaled;
using testing::search;

/// Larger than what is compared with full enumeration: a search must not end in its first round.
constexpr std::int64_t kLargest = 5000;
constexpr int kProblems = scaled(24);

/// What a search that was cut short may still say, next to the one that was not. Whether it left
/// something open: one that always runs to its end would pass as well.
bool check_bracket(const DrawnProblem& problem, Objective objective, const SearchResult& found,
                   const SearchResult& exact) {
  REQUIRE((best_mapping(found) != nullptr) == (best_mapping(exact) != nullptr));
  if (!best_mapping(exact)) return false;
  check_answer(problem, objective, found);
  CHECK(at_most(found.lower_bound, exact.objective_value));
  CHECK(at_most(exact.objective_value, found.objective_value));
  CHECK(found.space.digits == exact.space.digits);
  // Nothing that is found lies beyond the front.
  const auto front = points_of(tilewise::front(exact));
  for (const auto& point : points_of(tilewise::front(found))) {
    CHECK(std::any_of(front.begin(), front.end(),
                      [&](const auto& best) { return covers(best, point); }));
  }
  return !found.proven;
}

/// Calls `visit(problem, objective, exact)` on random problems, each with each objective; the sum
/// of what it returns, which says how many searches were cut short.
template <class Visit>
int for_each_search(std::uint64_t seed, const Visit& visit) {
  RandomProblems problems(seed);
  int sum = 0;
  for (int trial = 0; trial < kProblems; ++trial) {
    const DrawnProblem problem = problems.any(kLargest);
    for (const Objective objective : all_of<Objective>()) {
      CAPTURE(trial);
      CAPTURE(name(objective));
      sum += visit(problem, objective, search(problem, objective));
    }
  }
  return sum;
}

void check_same_certificate(const Certificate& a, const Certificate& b) {
  CHECK(a.spatial == b.spatial);
  CHECK(a.spatial_by_bound == b.spatial_by_bound);
  CHECK(a.tiles_by_capacity == b.tiles_by_capacity);
  CHECK(a.tiles_by_bound == b.tiles_by_bound);
  CHECK(a.orders_by_bound == b.orders_by_bound);
  CHECK(a.evaluated == b.evaluated);
  CHECK(a.open == b.open);
}

void check_same(const SearchResult& a, const SearchResult& b) {
  CHECK(same_mapping(a, b));
  CHECK(a.objective_value == b.objective_value);
  CHECK(a.lower_bound == b.lower_bound);
  CHECK(a.proven == b.proven);
  CHECK(why_none(a) == why_none(b));
  check_same_certificate(a.certificate, b.certificate);
  REQUIRE(front(a).size() == front(b).size());
  for (std::size_t i = 0; i < front(a).size(); ++i) {
    CHECK(front(a)[i].mapping == front(b)[i].mapping);
    CHECK(front(a)[i].cost.latency.total == front(b)[i].cost.latency.total);
    CHECK(front(a)[i].cost.energy.total == front(b)[i].cost.energy.total);
  }
}

TEST_SUITE("search") {
  TEST_CASE("with a gap the answer is that near to a lower bound, which lies below the optimum") {
    const int cut = for_each_search(
        41, [](const DrawnProblem& problem, Objective objective, const SearchResult& exact) {
          int open = 0;
          for (const double gap : {0.01, 0.2, 3.0}) {
            CAPTURE(gap);
            const SearchResult near = search(
                problem, SearchOptions{.mapping = {.objective = objective, .run = {.threads = 1}},
                                       .gap = gap});
            open += check_bracket(problem, objective, near, exact) ? 1 : 0;
            if (best_mapping(near))
              CHECK(at_most(near.objective_value, (1.0 + gap) * near.lower_bound));
          }
          return open;
        });
    CHECK(cut > kProblems);
  }

  TEST_CASE("a search that is interrupted at once still answers, and brackets the optimum") {
    const int stopped = for_each_search(42, [](const DrawnProblem& problem, Objective objective,
                                               const SearchResult& exact) {
      const SearchResult cut = search(
          problem,
          SearchOptions{.mapping = {.objective = objective,
                                    .run = {.threads = 1, .interrupted = [] { return true; }}}});
      return check_bracket(problem, objective, cut, exact);
    });
    CHECK(stopped > kProblems);
  }

  TEST_CASE("a search that is interrupted later brackets the optimum and never gets worse") {
    const int stopped = for_each_search(43, [](const DrawnProblem& problem, Objective objective,
                                               const SearchResult& exact) {
      int open = 0;
      double before = 0.0;
      for (const int rounds : {1, 3, 9}) {
        int asked = 0;
        const auto interrupted = [&] { return ++asked > rounds; };
        const SearchResult cut = search(
            problem, SearchOptions{.mapping = {.objective = objective,
                                               .run = {.threads = 1, .interrupted = interrupted}}});
        open += check_bracket(problem, objective, cut, exact) ? 1 : 0;
        if (!best_mapping(cut)) continue;
        if (rounds > 1) CHECK(at_most(cut.objective_value, before));
        before = cut.objective_value;
      }
      return open;
    });
    CHECK(stopped > kProblems);
  }

  TEST_CASE("a search without time still answers, and brackets the optimum") {
    const int stopped = for_each_search(
        44, [](const DrawnProblem& problem, Objective objective, const SearchResult& exact) {
          const SearchResult cut = search(
              problem, SearchOptions{.mapping = {.objective = objective, .run = {.threads = 2}},
                                     .budget_seconds = 1e-9});
          return check_bracket(problem, objective, cut, exact);
        });
    CHECK(stopped > kProblems);
  }

  TEST_CASE("with time enough and an interruption that never comes the answer is the proven one") {
    const int found = for_each_search(
        45, [](const DrawnProblem& problem, Objective objective, const SearchResult& exact) {
          const SearchResult all = search(
              problem,
              SearchOptions{.mapping = {.objective = objective,
                                        .run = {.threads = 1, .interrupted = [] { return false; }}},
                            .budget_seconds = 1e6});
          CHECK(all.proven);
          CHECK(same_mapping(all, exact));
          CHECK(all.objective_value == exact.objective_value);
          return best_mapping(exact) != nullptr;
        });
    CHECK(found > kProblems);
  }

  TEST_CASE("the answer and the certificate do not depend on the number of threads") {
    RandomProblems problems(46);
    for (int trial = 0; trial < kProblems / 2; ++trial) {
      const DrawnProblem problem = problems.any(kLargest);
      CAPTURE(trial);
      for (const Objective objective : {Objective::Edp, Objective::Pareto}) {
        for (const double gap : {0.0, 0.3}) {
          SearchOptions options{.mapping = {.objective = objective, .run = {.threads = 1}},
                                .gap = gap};
          const SearchResult one = search(problem, options);
          for (const int threads : {2, 4}) {
            options.mapping.run.threads = threads;
            check_same(search(problem, options), one);
          }
        }
      }
    }
  }

  TEST_CASE("where the factors are left open the answer is that of the space it names") {
    RandomProblems problems(47);
    for (int trial = 0; trial < kProblems; ++trial) {
      DrawnProblem problem = problems.any(1000);
      CAPTURE(trial);
      const SearchResult open = tilewise::search(
          problem.architecture, problem.layer,
          SearchOptions{.mapping = {.factors = std::nullopt, .run = {.threads = 1}}});
      problem.factors = open.factors;
      const SearchResult named = search(problem, Objective::Edp);
      CHECK(open.proven);
      CHECK(open.space.digits == named.space.digits);
      REQUIRE((best_mapping(open) != nullptr) == (best_mapping(named) != nullptr));
      if (best_mapping(open)) CHECK(same(open.objective_value, named.objective_value));
    }
  }
}

}  // namespace
}  // namespace tilewise
