#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <variant>
#include <vector>

#include "arch/home.hpp"
#include "corner_checks.hpp"
#include "every_strips.hpp"
#include "mapper/scale.hpp"
#include "random_schedule.hpp"
#include "schedule/given_schedule.hpp"
#include "schedule_checks.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

using testing::alone_of;
using testing::AloneLayers;
using testing::at_most;
using testing::EveryStrips;
using testing::KeptProblem;
using testing::kTotals;
using testing::RandomGraphs;
using testing::RoomlessLayers;
using testing::same;
using testing::scaled;

/// What the layers and groups of a schedule take, evaluated again: in the room that is left.
testing::CostPoint totals_of(const KeptProblem& problem, const AloneLayers& alone,
                             const Schedule& schedule) {
  testing::CostPoint sum;
  const auto add = [&](const LayerCost& cost, double times) {
    sum.latency += times * cost.latency.total.count();
    sum.energy += times * cost.energy.total.count();
  };
  std::vector<bool> in_strips(problem.network.size(), false);
  for (const ScheduledStrips& strips : schedule.strips) {
    for (const std::size_t l : strips.layers) in_strips[l] = true;
    for (const ScheduledStrips::Run& run : strips.runs) {
      const Architecture room = at_home(problem.architecture, *schedule.home, run.use);
      CHECK_FALSE(find_misfit(room, run.part, run.mapping));
      add(evaluate(room, run.part, run.mapping), static_cast<double>(run.times));
    }
    for (const ScheduledStrips::Load& load : strips.loads) {
      add(load.cost, static_cast<double>(load.times));
    }
  }
  for (std::size_t l = 0; l < problem.network.size(); ++l) {
    if (schedule.layers[l]) {
      CHECK_FALSE(in_strips[l]);
      add(schedule.layers[l]->cost, 1.0);
    } else if (!schedule.merged[l] && !in_strips[l]) {
      sum.latency += alone.layers[l].latency_cycles;
      sum.energy += alone.layers[l].energy_pj;
    }
  }
  return sum;
}

/// Problems whose bound was compared, and those whose energy it is near to.
struct Bounded {
  int compared = 0;
  int near = 0;
};

/// Corners are those of the front, and nothing of it is below the bound.
void check_hull(const KeptProblem& problem, const std::vector<testing::CostPoint>& front,
                Bounded& met) {
  const AloneLayers alone = alone_of(problem, Objective::Pareto);
  const Schedule pareto = schedule_kept(problem.network, problem.architecture, alone.layers,
                                        {.objective = Objective::Pareto, .run = {.threads = 1}});
  CHECK(pareto.corners_proven);
  testing::check_corners(front, pareto.corners);
  // The bound knows no layers that run in parts.
  const auto& apart = problem.apart;
  if (!alone.all_mapped || std::find(apart.begin(), apart.end(), true) != apart.end()) return;
  ++met.compared;
  const auto bound = schedule_bound(problem.network, problem.architecture, {});
  REQUIRE(bound);
  CHECK(at_most(bound->latency_cycles, front.front().latency));
  CHECK(at_most(bound->energy_pj, front.back().energy));
  met.near += at_most(front.back().energy, 1.5 * bound->energy_pj) ? 1 : 0;
}

TEST_SUITE("schedules with strips") {
  TEST_CASE("the best schedule is the best of all, with every group in strips that there is") {
    RandomGraphs graphs(57, true);
    int compared = 0;
    int in_strips = 0;
    Bounded met;
    for (int trial = 0; compared < scaled(40); ++trial) {
      CAPTURE(trial);
      REQUIRE(trial < 6000);
      KeptProblem problem = graphs.next(60);
      if (problem.network.size() > 4) continue;
      for (Memory& memory : problem.architecture.levels[1].memories) {
        memory.capacity = Bits{graphs.random().pick(128, 2048)};
      }
      const auto home = std::get<Home>(home_of(problem.architecture));
      RoomlessLayers layers;
      std::vector<AloneLayers> alone_for;
      for (const Objective objective : kTotals) alone_for.push_back(alone_of(problem, objective));
      EveryStrips every(problem, home, alone_for.front(), layers);
      if (every.joints() == 0 || every.joints() > 40) continue;
      ++compared;
      const auto front = every.front();
      REQUIRE_FALSE(front.empty());
      for (std::size_t i = 0; i < kTotals.size(); ++i) {
        const Objective objective = kTotals[i];
        CAPTURE(name(objective));
        double least = testing::value_of(objective, front.front());
        for (const auto& totals : front) {
          least = std::min(least, testing::value_of(objective, totals));
        }
        ScheduleOptions options{.objective = objective, .run = {.threads = 1}};
        const Schedule best =
            schedule_kept(problem.network, problem.architecture, alone_for[i].layers, options);
        CHECK(best.proven);
        CHECK(same(best.objective_value, std::min(least, best.alone_value)));
        const auto totals = totals_of(problem, alone_for[i], best);
        CHECK(same(totals, {best.latency_cycles, best.energy_pj}));
        in_strips += best.strips.empty() ? 0 : 1;
        options.allowed = allowed_by(ScheduleKind::Fused);
        const Schedule fused =
            schedule_kept(problem.network, problem.architecture, alone_for[i].layers, options);
        CHECK_FALSE(fused.keeps_any());
        CHECK(at_most(best.objective_value, fused.objective_value));
      }
      check_hull(problem, front, met);
    }
    CHECK(in_strips > compared / 10);
    CHECK(met.near > met.compared / 2);
  }
}

}  // namespace
}  // namespace tilewise
