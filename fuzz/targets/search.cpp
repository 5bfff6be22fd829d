#include "mapper/search.hpp"

#include "fuzz/target.hpp"
#include "mapper/random_problem.hpp"
#include "mapper/search_checks.hpp"

namespace {

using tilewise::testing::same;

/// The bytes choose a tiny problem; the search finds what trying every mapping does.
void compare_searches(tilewise::fuzz::Bytes input) {
  tilewise::testing::RandomProblems problems(tilewise::fuzz::seed_of(input));
  const tilewise::testing::DrawnProblem problem = problems.any(300);
  const auto known =
      tilewise::testing::enumerate(problem.architecture, problem.layer, problem.factors);
  for (const tilewise::Objective objective : tilewise::all_of<tilewise::Objective>()) {
    const tilewise::SearchOptions options{
        .mapping = {.objective = objective, .factors = problem.factors, .run = {.threads = 1}}};
    const auto found = tilewise::search(problem.architecture, problem.layer, options);
    tilewise::fuzz::require(found.proven, "a search without a budget proves nothing");
    const bool mapped = tilewise::best_mapping(found) != nullptr;
    tilewise::fuzz::require(mapped == (known.fitting > 0),
                            "search and enumeration disagree on what fits");
    tilewise::fuzz::require(!mapped || same(found.objective_value, known.least[objective]),
                            "search and enumeration disagree on what is best");
  }
}

}  // namespace

TILEWISE_FUZZ_TARGET(compare_searches)
