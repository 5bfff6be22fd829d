#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "arch/home.hpp"
#include "free_home.hpp"
#include "mapper/scale.hpp"
#include "random_schedule.hpp"
#include "schedule/schedule.hpp"
#include "schedule_checks.hpp"

namespace tilewise {
namespace {

using testing::AloneLayers;
using testing::at_most;
using testing::compulsory_bits;
using testing::free_home;
using testing::KeptProblem;
using testing::kTotals;
using testing::RandomGraphs;
using testing::RandomNests;
using testing::same;
using testing::scaled;

constexpr int kLawGraphs = scaled(36);

/// Layers whose output no layer reads.
std::size_t outputs_of(const Network& network) {
  std::size_t count = 0;
  for (std::size_t index = 0; index < network.size(); ++index) {
    if (network.consumers_of(index).empty()) ++count;
  }
  return count;
}

std::int64_t off_chip_bits(const Schedule& schedule, const AloneLayers& alone) {
  std::int64_t bits = 0;
  for (std::size_t layer = 0; layer < schedule.layers.size(); ++layer) {
    const auto& scheduled = schedule.layers[layer];
    bits += scheduled ? scheduled->cost.off_chip_bits : cost(alone.found[layer])->off_chip_bits;
  }
  return bits;
}

/// A home of the first capacity, and then of each larger one, beside the same energies and rates.
/// Returns how often the objective fell.
int check_more_room(KeptProblem& problem, const Home& home, Objective objective) {
  double before = 0.0;
  int fell = 0;
  for (const std::int64_t bits : {100, 180, 300, 500, 900, 2000, 9000}) {
    CAPTURE(bits);
    for (Memory& memory : problem.architecture.levels[home.level].memories) {
      memory.capacity = Bits{bits};
    }
    const AloneLayers alone = alone_of(problem, objective);
    if (!alone.all_mapped) continue;
    const Schedule schedule = schedule_of(problem, alone, objective, 1);
    CHECK(at_most(schedule.objective_value, schedule.alone_value));
    if (before > 0.0) {
      CHECK(at_most(schedule.objective_value, before));
      if (!same(schedule.objective_value, before)) ++fell;
    }
    before = schedule.objective_value;
  }
  return fell;
}

TEST_SUITE("schedule laws") {
  TEST_CASE("with room for all, input, weights and output cross the chip's edge once each") {
    RandomGraphs graphs(29, true);
    for (int trial = 0; trial < kLawGraphs; ++trial) {
      CAPTURE(trial);
      KeptProblem problem;
      problem.network = graphs.network();
      problem.architecture = free_home(Bits{std::int64_t{1} << 20U});
      problem.apart.resize(problem.network.size());
      const AloneLayers alone = alone_of(problem, Objective::Energy);
      REQUIRE(alone.all_mapped);
      const Schedule schedule = schedule_of(problem, alone, Objective::Energy, 1);
      const std::int64_t bits = compulsory_bits(problem.network);
      CHECK(off_chip_bits(schedule, alone) == bits);
      CHECK(schedule.energy_pj == doctest::Approx(static_cast<double>(bits) / 16.0));
      CHECK(schedule.proven);
      CHECK(schedule.keeps_any() == (problem.network.size() > outputs_of(problem.network)));
    }
  }

  TEST_CASE("more room at home never costs more") {
    RandomGraphs graphs(43);
    int fell = 0;
    for (int trial = 0; trial < kLawGraphs; ++trial) {
      CAPTURE(trial);
      KeptProblem problem = graphs.next(250);
      const Home home = std::get<Home>(home_of(problem.architecture));
      for (const Objective objective : kTotals) {
        CAPTURE(name(objective));
        fell += check_more_room(problem, home, objective);
      }
    }
    CHECK(fell > (kLawGraphs < 36 ? 0 : kLawGraphs));  // fewer where sanitizers are slow
  }

  TEST_CASE("on a device without a home a schedule is its layers alone") {
    RandomGraphs graphs(7);
    for (int trial = 0; trial < 5; ++trial) {
      CAPTURE(trial);
      KeptProblem problem = graphs.next(200);
      problem.architecture.home = kNoHome;
      for (const Objective objective : kTotals) {
        CAPTURE(name(objective));
        const AloneLayers alone = alone_of(problem, objective);
        const Schedule schedule = schedule_of(problem, alone, objective, 1);
        CHECK_FALSE(schedule.home);
        CHECK_FALSE(schedule.why_no_home.empty());
        CHECK_FALSE(schedule.keeps_any());
        CHECK(same(schedule.objective_value, schedule.alone_value));
        double energy = 0.0;
        for (const LayerAlone& layer : alone.layers) energy += layer.energy_pj;
        CHECK(same(schedule.energy_pj, energy));
      }
    }
  }
  TEST_CASE("where there are more states than are held, the answer is not called proven") {
    // Sixteen tensors that wait for readers of their own: 65,536 ways to keep some of them.
    Network network;
    Layer pool;
    pool.op = Operator::MaxPool;
    pool.bounds[Dim::G] = 4;
    pool.image = {1, 1};
    constexpr std::size_t kTensorsThatWait = 16;
    for (std::size_t i = 0; i < kTensorsThatWait; ++i) network.add(pool, {});
    for (std::size_t i = 0; i < kTensorsThatWait; ++i) network.add(pool, {i});
    KeptProblem problem{network, free_home(Bits{4096}), std::vector<bool>(network.size(), false)};
    const AloneLayers alone = testing::alone_of(problem, Objective::Energy);
    const Schedule schedule = testing::schedule_of(problem, alone, Objective::Energy, 1);
    CHECK(!schedule.proven);
    CHECK(schedule.keeps_any());
    CHECK(schedule.objective_value < schedule.alone_value);
    CHECK(at_most(schedule.lower_bound, schedule.objective_value));
    // All sixteen have room: only the network's input and outputs go off chip.
    const double words = 4.0 * kTensorsThatWait;
    CHECK(at_most(schedule.lower_bound, 2.0 * words));
  }
}

}  // namespace
}  // namespace tilewise
