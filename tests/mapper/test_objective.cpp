#include "mapper/objective.hpp"

#include <doctest/doctest.h>

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

}  // namespace tilewise
