#include "mapper/search.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "brute_force.hpp"
#include "random_problem.hpp"
#include "scale.hpp"
#include "search_checks.hpp"

namespace tilewise {
namespace {

using testing::at_most;
using testing::check_answer;
using testing::enumerate;
using testing::Enumerated;
using testing::front_of;
using testing::Problem;
using testing::RandomProblems;
using testing::same;
using testing::scaled;
using testing::search;

/// Problems whose search is compared with full enumeration in one test case.
constexpr int kCompared = scaled(52);

void check_front(const Enumerated& known, const SearchResult& found) {
  const auto front = front_of(testing::points_of(tilewise::front(found)));
  REQUIRE(front.size() == known.front.size());
  for (std::size_t i = 0; i < front.size(); ++i) CHECK(same(front[i], known.front[i]));
}

bool names_a_level(std::string_view text, const Architecture& architecture) {
  const auto& levels = architecture.levels;
  return std::any_of(levels.begin(), levels.end(), [&](const Level& level) {
    return text.find(level.name) != std::string::npos;
  });
}

void check_exact(const Problem& problem, const Enumerated& known, Objective objective) {
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
  if (objective == Objective::Pareto) check_front(known, found);
  // A bound that is too high need not show in the answer; it shows where the search is cut short.
  const SearchResult cut =
      search(problem,
             SearchOptions{.mapping = {.objective = objective,
                                       .run = {.threads = 1, .interrupted = [] { return true; }}}});
  CHECK(at_most(cut.lower_bound, known.least[objective]));
}

/// Compares until `kCompared` problems had a mapping that fits.
void compare(std::uint64_t seed, std::size_t levels, Factors factors) {
  RandomProblems problems(seed);
  int compared = 0;
  int impossible = 0;
  for (int trial = 0; compared < kCompared; ++trial) {
    const Problem problem = problems.next(levels, factors, problems.random().pick(20, 2000));
    CAPTURE(levels);
    CAPTURE(name(factors));
    CAPTURE(trial);
    const Enumerated known = enumerate(problem.architecture, problem.layer, factors);
    for (const Objective objective : all_of<Objective>()) check_exact(problem, known, objective);
    ++(known.fitting > 0 ? compared : impossible);
  }
  CHECK((impossible > 0 || kCompared < 50));
}

TEST_SUITE("search") {
  TEST_CASE("with two levels and dividing factors the search finds what full enumeration finds") {
    compare(1, 2, Factors::Divisors);
  }
  TEST_CASE("with two levels and all factors the search finds what full enumeration finds") {
    compare(2, 2, Factors::All);
  }
  TEST_CASE("with three levels and dividing factors the search finds what full enumeration finds") {
    compare(3, 3, Factors::Divisors);
  }
  TEST_CASE("with three levels and all factors the search finds what full enumeration finds") {
    compare(4, 3, Factors::All);
  }
  TEST_CASE("with four levels and dividing factors the search finds what full enumeration finds") {
    compare(5, 4, Factors::Divisors);
  }
  TEST_CASE("with four levels and all factors the search finds what full enumeration finds") {
    compare(6, 4, Factors::All);
  }
}

}  // namespace
}  // namespace tilewise
