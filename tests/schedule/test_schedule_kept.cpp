#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "brute_force_schedule.hpp"
#include "mapper/scale.hpp"
#include "mapper/search_checks.hpp"
#include "random_schedule.hpp"
#include "schedule/schedule.hpp"
#include "schedule_checks.hpp"

namespace tilewise {
namespace {

using testing::AloneLayers;
using testing::at_most;
using testing::check_same_schedule;
using testing::EverySchedule;
using testing::KeptProblem;
using testing::kTotals;
using testing::RandomGraphs;
using testing::RandomNests;
using testing::RoomlessLayers;
using testing::same;
using testing::scaled;

constexpr std::int64_t kMostMappings = 250;
/// Graphs, each with three sizes of the home, made least in three ways.
constexpr int kGraphs = scaled(150);

/// Bits of what may lie at home: of all outputs, and of the most that are there at once.
struct Needs {
  std::int64_t all = 0;
  std::int64_t at_once = 0;
  std::int64_t smallest = 0;
};

Needs needs_of(const Network& network) {
  Needs needs;
  std::vector<std::int64_t> alive(network.size(), 0);
  for (std::size_t layer = 0; layer < network.size(); ++layer) {
    const Layer& maker = network.layer(layer);
    const std::int64_t bits =
        stored_words(maker, Tensor::Output) * maker.widths.tensor[Tensor::Output].count();
    needs.all += bits;
    needs.smallest = layer == 0 ? bits : std::min(needs.smallest, bits);
    std::size_t last = layer;
    for (const std::size_t reader : network.consumers_of(layer)) last = std::max(last, reader);
    for (std::size_t at = layer; at <= last; ++at) alive[at] += bits;
  }
  needs.at_once = *std::max_element(alive.begin(), alive.end());
  return needs;
}

enum class Room { Nothing, Half, All };

/// Gives the memories of the home a capacity: nothing fits, or about half of what is there at once
/// beside a few words for tiles, or everything.
void give_room(KeptProblem& problem, const Home& home, Room room, RandomNests& random) {
  const Needs needs = needs_of(problem.network);
  for (Memory& memory : problem.architecture.levels[home.level].memories) {
    const std::int64_t percent = home.exchanges() ? random.pick(40, 120) : 100;
    const std::int64_t some =
        needs.at_once * random.pick(35, 80) / 100 * percent / 100 + random.pick(0, 4) * 16;
    switch (room) {
      case Room::Nothing: memory.capacity = Bits{needs.smallest - 1}; break;
      case Room::Half: memory.capacity = Bits{some}; break;
      case Room::All: memory.capacity = Bits{needs.all + (std::int64_t{1} << 20U)}; break;
    }
  }
}

/// What the cases of a test met, so that they are not all of one kind.
struct Met {
  int compared = 0;
  int choices = 0;    ///< something could be kept
  int keep = 0;       ///< the best schedule keeps something
  int exchanged = 0;  ///< some layer runs with exchanged roles
  int retimed = 0;    ///< nothing is kept, but layers run otherwise than alone
  int limited = 0;    ///< dearer than with room for everything
  int stopped = 0;    ///< time was up before the proof
};

void note(Met& met, const EverySchedule& every, const Schedule& schedule) {
  ++met.compared;
  if (every.schedules() > 1) ++met.choices;
  if (schedule.keeps_any()) ++met.keep;
  if (!schedule.keeps_any() && !same(schedule.objective_value, schedule.alone_value)) ++met.retimed;
  const auto& layers = schedule.layers;
  met.exchanged += std::any_of(layers.begin(), layers.end(),
                               [](const auto& layer) { return layer && layer->use.exchanged; });
}

/// Stopped as soon as can be, a schedule is one that exists, and its bound is none that the best is
/// below.
void check_stopped(const KeptProblem& problem, const AloneLayers& alone, const EverySchedule& every,
                   Objective objective, double least, Met& met) {
  const Schedule schedule = schedule_kept(problem.network, problem.architecture, alone.layers,
                                          {.objective = objective,
                                           .run = {.threads = 1},
                                           .budget_seconds = 1e-12,
                                           .allowed = testing::kNoStrips});
  check_schedule(problem, alone, every, schedule, objective);
  CHECK(at_most(least, schedule.objective_value));
  CHECK(at_most(schedule.lower_bound, least));
  if (schedule.proven) CHECK(same(schedule.objective_value, least));
  if (!schedule.proven) ++met.stopped;
}

void compare_with_every_schedule(const KeptProblem& problem, const Home& home,
                                 RoomlessLayers& layers, EnumArray<Objective, double>& roomy,
                                 Met& met) {
  std::vector<AloneLayers> alone_for;
  for (const Objective objective : kTotals) alone_for.push_back(alone_of(problem, objective));
  // Which layers run alone is all that it asks of them: the same for each objective.
  EverySchedule every(problem.network, problem.architecture, home, alone_for.front().layers,
                      layers);
  const auto front = every.front();
  REQUIRE_FALSE(front.empty());
  for (std::size_t i = 0; i < kTotals.size(); ++i) {
    const Objective objective = kTotals[i];
    const AloneLayers& alone = alone_for[i];
    CAPTURE(name(objective));
    double least = value_of(objective, front.front());
    for (const auto& totals : front) least = std::min(least, value_of(objective, totals));
    const Schedule schedule = schedule_of(problem, alone, objective, 1);
    CHECK(schedule.proven);
    CHECK(same(schedule.objective_value, least));
    CHECK(schedule.certificate.schedules == static_cast<double>(every.schedules()));
    check_schedule(problem, alone, every, schedule, objective);
    check_same_schedule(schedule, schedule_of(problem, alone, objective, 2));
    check_stopped(problem, alone, every, objective, least, met);
    note(met, every, schedule);
    if (roomy[objective] == 0.0) roomy[objective] = least;
    if (!same(least, roomy[objective]) && alone.all_mapped) ++met.limited;
  }
}

TEST_SUITE("schedule kept") {
  TEST_CASE("a schedule costs what the best of all schedules does") {
    RandomGraphs graphs(17);
    std::array<Met, 3> met;  // [Room]
    for (int trial = 0; trial < kGraphs; ++trial) {
      CAPTURE(trial);
      KeptProblem problem = graphs.next(kMostMappings);
      const Home home = std::get<Home>(home_of(problem.architecture));
      RoomlessLayers layers;
      EnumArray<Objective, double> roomy{};
      for (const Room room : {Room::All, Room::Half, Room::Nothing}) {
        CAPTURE(static_cast<int>(room));
        give_room(problem, home, room, graphs.random());
        compare_with_every_schedule(problem, home, layers, roomy,
                                    met[static_cast<std::size_t>(room)]);
      }
    }
    const auto& [nothing, half, all] = met;
    CHECK(nothing.keep == 0);
    CHECK(half.choices > half.compared / 2);
    CHECK(half.keep > half.compared / 3);
    CHECK(half.limited > half.compared / 5);
    CHECK(half.exchanged > half.compared / 8);
    CHECK(all.keep > all.compared / 2);
    CHECK((nothing.retimed > 0 || kGraphs < 150));
    CHECK((half.stopped > 0 || kGraphs < 150));
  }
}

}  // namespace
}  // namespace tilewise
