#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <variant>
#include <vector>

#include "every_strips.hpp"
#include "free_home.hpp"
#include "mapper/scale.hpp"
#include "random_schedule.hpp"
#include "schedule/agenda.hpp"
#include "schedule/path_within.hpp"
#include "schedule_checks.hpp"

namespace tilewise {
namespace {

using testing::alone_of;
using testing::AloneLayers;
using testing::at_most;
using testing::EveryStrips;
using testing::KeptProblem;
using testing::kTotals;
using testing::RandomGraphs;
using testing::RandomNests;
using testing::RoomlessLayers;
using testing::same;
using testing::scaled;

Bits weights_of(const Network& network) {
  Bits all;
  for (std::size_t l = 0; l < network.size(); ++l) {
    const Layer& layer = network.layer(l);
    if (!has_weights(layer.op) || !layer.owns_weights) continue;
    all += stored_words(layer, Tensor::Weight) * layer.widths.tensor[Tensor::Weight];
  }
  return all;
}

/// The mean of the images, from what the layers and the load say.
testing::CostPoint mean_of(const Schedule& schedule, const AloneLayers& alone,
                           const Architecture& architecture) {
  testing::CostPoint sum{schedule.load.latency_cycles, schedule.load.energy_pj};
  const double share = share_of_one(schedule.images);
  sum = {share * sum.latency, share * sum.energy};
  const auto add = [&](const LayerCost& cost) {
    sum.latency += cost.latency.total.count();
    sum.energy += cost.energy.total.count();
  };
  std::vector<bool> in_strips(schedule.layers.size(), false);
  for (const ScheduledStrips& strips : schedule.strips) {
    for (const std::size_t l : strips.layers) {
      in_strips[l] = true;
      add(strips.cost_of(l, architecture));
    }
  }
  for (std::size_t l = 0; l < schedule.layers.size(); ++l) {
    if (schedule.layers[l]) {
      CHECK(schedule.layers[l]->use.kept[Tensor::Weight] == schedule.resident[l]);
      add(schedule.layers[l]->cost);
    } else if (!schedule.merged[l] && !in_strips[l]) {
      sum.latency += alone.layers[l].latency_cycles;
      sum.energy += alone.layers[l].energy_pj;
    }
  }
  return sum;
}

/// What the cases of a test met.
struct MetImages {
  int compared = 0;
  int stay = 0;    ///< some weights stay
  int strips = 0;  ///< weights stay of layers that run in strips
  int cut = 0;     ///< more than three ranges that weights take was looked at
};

void note(MetImages& met, const Schedule& schedule) {
  ++met.compared;
  if (schedule.any_resident()) ++met.stay;
  if (schedule.certificate.ranges > 3) ++met.cut;
  for (const ScheduledStrips& each : schedule.strips) met.strips += each.stays ? 1 : 0;
}

/// Compares with every set of weights beside every schedule.
void compare_images(const KeptProblem& problem, std::int64_t images, bool strips, MetImages& met) {
  const auto home = std::get<Home>(home_of(problem.architecture));
  RoomlessLayers layers;
  std::vector<AloneLayers> alone_for;
  for (const Objective objective : kTotals) alone_for.push_back(alone_of(problem, objective));
  EveryStrips every(problem, home, alone_for.front(), layers, images);
  if (!strips) every.leave_out_strips();
  const auto front = every.front();
  REQUIRE_FALSE(front.empty());
  for (std::size_t i = 0; i < kTotals.size(); ++i) {
    const Objective objective = kTotals[i];
    CAPTURE(name(objective));
    double least = testing::value_of(objective, front.front());
    for (const auto& totals : front) least = std::min(least, testing::value_of(objective, totals));
    ScheduleOptions options{.objective = objective, .run = {.threads = 1}, .images = images};
    options.allowed.strips = strips;
    const Schedule best =
        schedule_kept(problem.network, problem.architecture, alone_for[i].layers, options);
    CHECK(best.proven);
    CHECK(same(best.objective_value, std::min(least, best.alone_value)));
    CHECK(same(best.lower_bound, best.objective_value));
    CHECK(same(mean_of(best, alone_for[i], problem.architecture),
               {best.latency_cycles, best.energy_pj}));
    note(met, best);
    options.images = 1;
    const Schedule one =
        schedule_kept(problem.network, problem.architecture, alone_for[i].layers, options);
    CHECK_FALSE(one.any_resident());
    CHECK(at_most(best.objective_value, one.objective_value));
  }
}

/// Gives the memories of the home room for about so much of the weights, beside activations.
void give_room(KeptProblem& problem, std::int64_t percent, std::int64_t words) {
  for (Memory& memory : problem.architecture.levels[1].memories) {
    const Bits own = memory.holds[Tensor::Weight] ? weights_of(problem.network) : Bits{0};
    memory.capacity = Bits{own.count() * percent / 100 + words * 16};
  }
}

/// A chain of steps whose weights may stay, with a value a step for each way.
struct ValuedChain {
  KeptPlan plan;
  std::vector<std::array<double, 2>> values;  ///< [step][whether its weights stay]
};

ValuedChain random_chain(RandomNests& random) {
  ValuedChain made;
  made.plan.weight_memory = 0;
  const std::int64_t steps = random.pick(1, 9);
  for (std::int64_t s = 0; s < steps; ++s) {
    KeptStep& step = made.plan.steps.emplace_back();
    step.layer = static_cast<std::size_t>(s);
    step.weights = Bits{random.chance(15) ? 0 : random.pick(1, 20)};
    const auto fetched = static_cast<double>(random.pick(1, 60));
    const auto saved = static_cast<double>(random.pick(-5, 40));
    made.values.push_back({fetched, std::max(0.0, fetched - saved)});
  }
  return made;
}

/// The least value of any choice, one by one.
double least_of_all(const ValuedChain& chain, Bits most) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t set = 0; set < std::size_t{1} << chain.values.size(); ++set) {
    double value = 0.0;
    Bits stays;
    bool possible = true;
    for (std::size_t s = 0; s < chain.values.size(); ++s) {
      const bool here = ((set >> s) & 1U) != 0;
      possible = possible && (!here || chain.plan.steps[s].weights > Bits{0});
      value += chain.values[s][here ? 1 : 0];
      if (here) stays += chain.plan.steps[s].weights;
    }
    if (possible && stays <= most) least = std::min(least, value);
  }
  return least;
}

TEST_SUITE("resident weights") {
  TEST_CASE("the least path within the limit is the least of all choices") {
    RandomNests random(83);
    int with_gap = 0;
    for (int trial = 0; trial < 3000; ++trial) {
      CAPTURE(trial);
      const ValuedChain chain = random_chain(random);
      const Bits most{random.pick(0, 90)};
      const Home home{1, 0, 0};
      std::vector<HomeAsk> asks;
      const KeptGraph graph(Agenda(chain.plan), chain.plan, home, {Bits{1000}},
                            [&](const HomeAsk& ask) {
                              asks.push_back(ask);
                              return asks.size() - 1;
                            },
                            kOffChip, {}, {Bits{0}, most});
      std::vector<PathValue> values;
      for (std::size_t e = 0; e < graph.edges(); ++e) {
        const KeptEdge& edge = graph.edge(e);
        values.emplace_back(chain.values[edge.layer][edge.resident > Bits{0} ? 1 : 0], 0.0);
      }
      const auto path = path_within(graph, values);
      REQUIRE(path);
      double value = 0.0;
      Bits stays;
      for (const std::size_t e : *path) {
        value += values[e].first;
        stays += graph.edge(e).resident;
      }
      CHECK(stays <= most);
      CHECK(same(value, least_of_all(chain, most)));
      if (stays > Bits{0} && stays < most) ++with_gap;
    }
    CHECK(with_gap > 500);
  }

  TEST_CASE("with room for all each further image moves its input and its output once") {
    RandomGraphs graphs(89, true);
    for (int trial = 0; trial < scaled(40); ++trial) {
      CAPTURE(trial);
      KeptProblem problem;
      problem.network = graphs.network();
      problem.architecture = testing::free_home(Bits{std::int64_t{1} << 20U});
      problem.apart.resize(problem.network.size());
      const AloneLayers alone = alone_of(problem, Objective::Energy);
      REQUIRE(alone.all_mapped);
      const Schedule schedule = schedule_kept(problem.network, problem.architecture, alone.layers,
                                              {.objective = Objective::Energy,
                                               .run = {.threads = 1},
                                               .images = kStream,
                                               .allowed = testing::kNoStrips});
      const std::int64_t weights = weights_of(problem.network).count();
      const std::int64_t others = testing::compulsory_bits(problem.network) - weights;
      // A word of 16 bits off chip is the only thing that costs anything there.
      CHECK(schedule.energy_pj == doctest::Approx(static_cast<double>(others) / 16.0));
      CHECK(schedule.load.off_chip_bits == static_cast<double>(weights));
      CHECK(schedule.load.energy_pj == doctest::Approx(static_cast<double>(weights) / 16.0));
      CHECK(schedule.proven);
    }
  }

  TEST_CASE("the best weights to keep over images are the best of all sets") {
    RandomGraphs graphs(71, true);
    MetImages met;
    constexpr std::array<std::int64_t, 4> kImages{2, 7, 100, kStream};
    for (int trial = 0; met.compared < scaled(180); ++trial) {
      CAPTURE(trial);
      REQUIRE(trial < 20000);
      KeptProblem problem = graphs.next(40);
      if (problem.network.size() > 4 || problem.architecture.levels[1].name != "home") continue;
      if (weights_of(problem.network) == Bits{0}) continue;
      give_room(problem, graphs.random().pick(20, 110), graphs.random().pick(1, 40));
      const auto home = std::get<Home>(home_of(problem.architecture));
      if (!weight_memory(problem.architecture, home)) continue;
      compare_images(problem, kImages[static_cast<std::size_t>(trial) % kImages.size()], false,
                     met);
    }
    CHECK(met.stay > met.compared / 3);
    CHECK((met.cut > 0 || scaled(180) < 180));
  }

  TEST_CASE("weights of layers in strips stay over images as well") {
    RandomGraphs graphs(73, true);
    MetImages met;
    for (int trial = 0; met.compared < scaled(30); ++trial) {
      CAPTURE(trial);
      REQUIRE(trial < 20000);
      KeptProblem problem = graphs.next(40);
      if (problem.network.size() > 3 || problem.architecture.levels[1].name != "home") continue;
      if (weights_of(problem.network) == Bits{0}) continue;
      give_room(problem, graphs.random().pick(60, 120), graphs.random().pick(16, 128));
      const auto home = std::get<Home>(home_of(problem.architecture));
      if (!weight_memory(problem.architecture, home)) continue;
      const auto joints =
          strip_joints(problem.network, problem.architecture, home,
                       {problem.apart, Factors::Divisors, home_room(problem.architecture, home)});
      if (joints.all.empty() || joints.all.size() > 30) continue;
      compare_images(problem, 4, true, met);
    }
    CHECK((met.strips > 0 || scaled(30) < 30));
  }
}

}  // namespace
}  // namespace tilewise
