#include "mapper/objective.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

namespace tilewise {

TEST_CASE("the objective is the time, the energy, or their product") {
  // Eq. 17: 3 cycles, 5 pJ, 15 pJ x cycles.
  const auto value = [](Objective objective) {
    return objective_value(objective, Cycles{3.0}, Picojoules{5.0});
  };
  CHECK(value(Objective::Latency) == 3.0);
  CHECK(value(Objective::Energy) == 5.0);
  CHECK(value(Objective::Edp) == 15.0);
  CHECK(value(Objective::Pareto) == 15.0);  // the point of least EDP stands for the front
}

TEST_CASE("every objective is parsed by its name, and where one mapping is wanted a front is not") {
  for (const Objective each : all_of<Objective>()) {
    CAPTURE(name(each));
    CHECK(parse_objective(name(each)) == each);
    if (kObjectives[each].front) {
      CHECK_THROWS_WITH_AS(parse_single_objective(name(each)),
                           "objective \"pareto\": expected one of latency, energy, edp",
                           InputError);
    } else {
      CHECK(parse_single_objective(name(each)) == each);
    }
  }
  CHECK_THROWS_WITH_AS(
      parse_objective("edq"),
      "objective \"edq\": expected one of latency, energy, edp, pareto; did you mean \"edp\"?",
      InputError);
}

}  // namespace tilewise
