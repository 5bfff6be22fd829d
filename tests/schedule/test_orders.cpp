#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <vector>

#include "mapper/scale.hpp"
#include "random_schedule.hpp"
#include "schedule/given_schedule.hpp"
#include "schedule/kept_graph.hpp"
#include "schedule_checks.hpp"

namespace tilewise {
namespace {

using testing::alone_of;
using testing::AloneLayers;
using testing::at_most;
using testing::KeptProblem;
using testing::kTotals;
using testing::RandomGraphs;
using testing::same;
using testing::scaled;

using Order = std::vector<std::size_t>;

/// Calls `visit` with each order in which every layer comes after those that it reads.
void for_each_order(const Network& network, Order& so_far, std::vector<bool>& run,
                    const std::function<void(const Order&)>& visit) {
  if (so_far.size() == network.size()) return visit(so_far);
  for (std::size_t l = 0; l < network.size(); ++l) {
    const auto inputs = network.inputs_of(l);
    const bool ready =
        std::all_of(inputs.begin(), inputs.end(), [&](std::size_t from) { return run[from]; });
    if (run[l] || !ready) continue;
    run[l] = true;
    so_far.push_back(l);
    for_each_order(network, so_far, run, visit);
    so_far.pop_back();
    run[l] = false;
  }
}

/// The problem with its layers in another order.
KeptProblem reordered(const KeptProblem& problem, const Order& order) {
  KeptProblem made{Network("reordered"), problem.architecture, {}};
  std::vector<std::size_t> step_of(order.size());
  for (std::size_t step = 0; step < order.size(); ++step) {
    step_of[order[step]] = step;
    std::vector<std::size_t> inputs;
    for (const std::size_t from : problem.network.inputs_of(order[step])) {
      inputs.push_back(step_of[from]);
    }
    made.network.add(problem.network.layer(order[step]), inputs);
    made.apart.push_back(problem.apart[order[step]]);
  }
  return made;
}

TEST_SUITE("orders of schedules") {
  TEST_CASE("the best order is the best of all orders, one by one") {
    RandomGraphs graphs(11);
    int compared = 0;
    int better = 0;
    for (int trial = 0; compared < scaled(48); ++trial) {
      CAPTURE(trial);
      REQUIRE(trial < 4000);
      KeptProblem problem = graphs.next(120);
      for (Memory& memory : problem.architecture.levels[1].memories) {
        memory.capacity = Bits{graphs.random().pick(64, 2048)};
      }
      std::vector<Order> orders;
      Order so_far;
      std::vector<bool> run(problem.network.size(), false);
      for_each_order(problem.network, so_far, run,
                     [&](const Order& order) { orders.push_back(order); });
      if (orders.size() < 2 || orders.size() > 30) continue;
      ++compared;
      const Objective objective = kTotals[static_cast<std::size_t>(trial % 3)];
      double least = std::numeric_limits<double>::infinity();
      for (const Order& order : orders) {
        const KeptProblem other = reordered(problem, order);
        const AloneLayers alone = alone_of(other, objective);
        const Schedule each = testing::schedule_of(other, alone, objective, 1);
        least = std::min(least, each.objective_value);
      }
      const AloneLayers alone = alone_of(problem, objective);
      ScheduleOptions options{
          .objective = objective, .run = {.threads = 1}, .allowed = testing::kNoStrips};
      const Schedule given =
          schedule_kept(problem.network, problem.architecture, alone.layers, options);
      options.orders = Orders::All;
      const Schedule all =
          schedule_kept(problem.network, problem.architecture, alone.layers, options);
      CHECK(all.proven);
      CHECK(all.orders == Orders::All);
      CHECK(same(all.objective_value, least));
      CHECK(at_most(all.objective_value, given.objective_value));
      better += all.objective_value < given.objective_value * 0.999 ? 1 : 0;
      // Written down and read again it costs the same, in its order.
      const std::string text = schedule_yaml(all, problem.network, problem.architecture);
      const Schedule again = price_schedule(problem.network, problem.architecture, alone.layers,
                                            read_schedule(YamlNode::load_text(text, "all.yaml"),
                                                          problem.network, problem.architecture),
                                            options);
      CHECK(again.order == all.order);
      CHECK(same(again.objective_value, all.objective_value));
    }
    if (compared >= 20) CHECK(better > 0);  // fewer may have none
  }

  TEST_CASE("of more layers than orders are looked at for the given order stays") {
    RandomGraphs graphs(3, true);
    KeptProblem problem = graphs.next(60);
    Network chain("chain");
    Layer pool;
    pool.op = Operator::MaxPool;
    pool.bounds[Dim::G] = 2;
    pool.image = {1, 1};
    for (std::size_t l = 0; l <= kMostOrdered; ++l) {
      chain.add(pool, l == 0 ? std::vector<std::size_t>{} : std::vector<std::size_t>{l - 1});
    }
    problem.network = chain;
    problem.apart.assign(chain.size(), false);
    for (Memory& memory : problem.architecture.levels[1].memories) memory.capacity = Bits{1024};
    const AloneLayers alone = alone_of(problem, Objective::Energy);
    const Schedule schedule = schedule_kept(
        problem.network, problem.architecture, alone.layers,
        {.objective = Objective::Energy, .run = {.threads = 1}, .orders = Orders::All});
    CHECK(schedule.orders == Orders::Given);
    CHECK(schedule.order.size() == kMostOrdered + 1);
  }
}

}  // namespace
}  // namespace tilewise
