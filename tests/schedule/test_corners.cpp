#include <doctest/doctest.h>

#include <cstddef>
#include <variant>

#include "brute_force_schedule.hpp"
#include "corner_checks.hpp"
#include "mapper/scale.hpp"
#include "random_schedule.hpp"
#include "schedule/schedule.hpp"
#include "schedule_checks.hpp"

namespace tilewise {
namespace {

using testing::alone_of;
using testing::AloneLayers;
using testing::EverySchedule;
using testing::KeptProblem;
using testing::RandomGraphs;
using testing::RoomlessLayers;
using testing::same;
using testing::scaled;
using testing::schedule_of;

TEST_SUITE("corners of totals") {
  TEST_CASE("the corners are those of the convex hull of the totals of all schedules") {
    RandomGraphs graphs(29);
    std::size_t corners = 0;
    int several = 0;
    const int problems = scaled(80);
    for (int trial = 0; trial < problems; ++trial) {
      CAPTURE(trial);
      KeptProblem problem = graphs.next(200);
      for (Memory& memory : problem.architecture.levels[1].memories) {
        memory.capacity = Bits{graphs.random().pick(64, 2048)};
      }
      const auto home = std::get<Home>(home_of(problem.architecture));
      RoomlessLayers layers;
      const AloneLayers alone = alone_of(problem, Objective::Pareto);
      EverySchedule every(problem.network, problem.architecture, home, alone.layers, layers);
      const auto front = every.front();
      const Schedule best = schedule_of(problem, alone, Objective::Pareto, 1);
      CHECK(best.corners_proven);
      testing::check_corners(front, best.corners);
      // The schedule that is shown is the corner of the least product.
      double least = best.objective_value;
      for (const TotalCost& corner : best.corners) {
        least = std::min(least, corner.energy_pj * corner.latency_cycles);
      }
      CHECK(same(best.objective_value, least));
      corners += best.corners.size();
      several += best.corners.size() > 2 ? 1 : 0;
      const Schedule again = schedule_of(problem, alone, Objective::Pareto, 2);
      CHECK(again.corners == best.corners);
    }
    CHECK(several > problems / 8);
    MESSAGE(corners << " corners of " << problems << " graphs");
  }

  TEST_CASE("only Pareto has corners, and stopped early they are not proven") {
    RandomGraphs graphs(5);
    KeptProblem problem = graphs.next(200);
    for (Memory& memory : problem.architecture.levels[1].memories) memory.capacity = Bits{2048};
    CHECK(
        schedule_of(problem, alone_of(problem, Objective::Edp), Objective::Edp, 1).corners.empty());
    const AloneLayers alone = alone_of(problem, Objective::Pareto);
    const Schedule stopped = schedule_kept(problem.network, problem.architecture, alone.layers,
                                           {.objective = Objective::Pareto,
                                            .run = {.threads = 1},
                                            .budget_seconds = 1e-12,
                                            .allowed = testing::kNoStrips});
    CHECK_FALSE(stopped.corners_proven);
  }
}

}  // namespace
}  // namespace tilewise
