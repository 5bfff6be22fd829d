#include "fuzz/target.hpp"
#include "mapper/both_prices.hpp"
#include "mapper/problem.hpp"
#include "mapper/random_problem.hpp"
#include "mapper/search_checks.hpp"
#include "sim/rare_hardware.hpp"

namespace {

using tilewise::testing::same;

/// The bytes choose a small problem; the pricer of the mapper gives the numbers of evaluate.
void compare_prices(tilewise::fuzz::Bytes input) {
  tilewise::testing::RandomProblems problems(tilewise::fuzz::seed_of(input));
  tilewise::testing::DrawnProblem drawn = problems.any(300);
  if (problems.random().chance(50)) {
    tilewise::testing::RareHardware(static_cast<std::uint64_t>(problems.random().pick(0, 255)))
        .add_to(drawn.architecture);
    drawn = tilewise::testing::merged(drawn);
  }
  const auto seed = static_cast<std::uint64_t>(problems.random().pick(0, 255));
  const tilewise::Problem problem =
      tilewise::make_problem(drawn.architecture, drawn.layer, drawn.factors);
  if (!problem.why_empty.empty()) return;
  for (const auto& each : tilewise::testing::both_prices(problem, seed, 4)) {
    tilewise::fuzz::require(same(each.priced, each.evaluated), "pricer and evaluate disagree");
    tilewise::fuzz::require(tilewise::testing::at_most(each.least_latency, each.priced.latency),
                            "a bound is above what it bounds");
  }
}

}  // namespace

TILEWISE_FUZZ_TARGET(compare_prices)
