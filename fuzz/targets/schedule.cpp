#include "schedule/schedule.hpp"

#include "fuzz/target.hpp"
#include "schedule/brute_force_schedule.hpp"
#include "schedule/random_schedule.hpp"
#include "schedule/schedule_checks.hpp"

namespace {

using tilewise::testing::value_of;

/// The bytes choose a network of a few tiny layers and its hardware; the schedule costs what the
/// best of all schedules does.
void compare_schedules(tilewise::fuzz::Bytes input) {
  tilewise::testing::RandomGraphs graphs(tilewise::fuzz::seed_of(input));
  tilewise::testing::KeptProblem problem = graphs.next(40);
  const auto home = std::get<tilewise::Home>(tilewise::home_of(problem.architecture));
  for (tilewise::Memory& memory : problem.architecture.levels[home.level].memories) {
    memory.capacity = tilewise::Bits{16 * graphs.random().pick(1, 256)};
  }
  const auto objective = tilewise::testing::kTotals[static_cast<std::size_t>(
      graphs.random().pick(0, tilewise::testing::kTotals.size() - 1))];
  const auto alone = tilewise::testing::alone_of(problem, objective);
  tilewise::testing::RoomlessLayers layers;
  tilewise::testing::EverySchedule every(problem.network, problem.architecture, home, alone.layers,
                                         layers);
  const auto front = every.front();
  tilewise::fuzz::require(!front.empty(), "no schedule at all");
  double least = value_of(objective, front.front());
  for (const auto& totals : front) least = std::min(least, value_of(objective, totals));
  const auto schedule = tilewise::testing::schedule_of(problem, alone, objective, 1);
  tilewise::fuzz::require(schedule.proven, "a schedule without a budget proves nothing");
  tilewise::fuzz::require(tilewise::testing::same(schedule.objective_value, least),
                          "schedule and enumeration disagree on what is best");
}

}  // namespace

TILEWISE_FUZZ_TARGET(compare_schedules)
