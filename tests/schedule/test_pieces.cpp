#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "arch/home.hpp"
#include "mapper/scale.hpp"
#include "random_schedule.hpp"
#include "schedule/piece_costs.hpp"
#include "schedule_checks.hpp"

namespace tilewise {
namespace {

using testing::alone_of;
using testing::AloneLayers;
using testing::KeptProblem;
using testing::kTotals;
using testing::RandomGraphs;
using testing::same;
using testing::scaled;

/// The totals of a problem put together from pieces, so many of which are worked out at a time.
TotalCost in_pieces(const KeptProblem& problem, const AloneLayers& alone, Objective objective,
                    std::size_t at_a_time, std::size_t& pieces) {
  const Home home = std::get<Home>(home_of(problem.architecture));
  const std::vector<Bits> room = home_room(problem.architecture, home);
  HomeCosts costs(
      {problem.architecture, home, totals_of(objective), Factors::Divisors, {.threads = 1}, {}});
  std::map<std::string, std::size_t> known;
  std::vector<std::size_t> layers;
  for (std::size_t l = 0; l < problem.network.size(); ++l) {
    const auto [at, fresh] = known.try_emplace(canonical_key(problem.network.layer(l)));
    if (fresh) at->second = costs.add_layer(problem.network.layer(l), alone.layers[l].mapping);
    layers.push_back(at->second);
  }
  const Bits most = std::max(room[home.input_memory], room[home.output_memory]);
  const std::vector<bool> none_apart(problem.network.size(), false);
  std::vector<MergedPlace> merged;
  for (const MergedLayers& each :
       merged_layers(problem.network, problem.architecture.merges, none_apart)) {
    if (in_a_row(each)) merged.push_back({each, costs.add_layer(each.layer, nullptr)});
  }
  const KeptPlan plan =
      plan_of(problem.network, activations_of(problem.network, none_apart, most), layers, merged);
  PieceCosts solved(costs, home, room, totals_of(objective), 1, at_a_time);
  std::vector<std::size_t> places;
  for (const KeptPlan& piece : pieces_of(plan)) places.push_back(solved.add(piece));
  pieces = places.size();
  solved.solve();
  return solved.best(places, objective);
}

TEST_SUITE("pieces of schedules") {
  TEST_CASE("a network put together from its pieces costs what it costs as a whole") {
    RandomGraphs graphs(5);
    int compared = 0;
    int in_several = 0;
    for (int trial = 0; compared < scaled(60); ++trial) {
      CAPTURE(trial);
      REQUIRE(trial < 2000);
      KeptProblem problem = graphs.next(300);
      problem.apart.assign(problem.network.size(), false);
      for (Memory& memory : problem.architecture.levels[1].memories) {
        memory.capacity = Bits{graphs.random().pick(64, 4096)};
      }
      const Objective objective = kTotals[static_cast<std::size_t>(trial % 3)];
      const AloneLayers alone = alone_of(problem, objective);
      bool all_run = true;
      for (const LayerAlone& each : alone.layers) all_run = all_run && each.mapping != nullptr;
      if (!all_run) continue;
      ++compared;
      const Schedule whole = testing::schedule_of(problem, alone, objective, 1);
      std::size_t pieces = 0;
      // What later pieces ask comes to costs that earlier ones settled.
      const std::size_t at_a_time = trial % 2 == 0 ? 1 : 2048;
      const TotalCost total = in_pieces(problem, alone, objective, at_a_time, pieces);
      in_several += pieces > 1 ? 1 : 0;
      CHECK(same(
          objective_value(objective, Cycles{total.latency_cycles}, Picojoules{total.energy_pj}),
          whole.objective_value));
    }
    CHECK(in_several > compared / 2);
  }

  TEST_CASE("repeated blocks are the same pieces") {
    // Two blocks of a 3x3 convolution and a sum with what it read: x -> c -> x + c.
    Network network;
    Layer stem;
    stem.name = "stem";
    stem.bounds[Dim::M] = 4;
    stem.bounds[Dim::P] = stem.bounds[Dim::Q] = 4;
    stem.image = {4, 4};
    Layer conv = stem;
    conv.bounds[Dim::C] = 4;
    Layer add;
    add.op = Operator::Add;
    add.bounds[Dim::G] = 4;
    add.bounds[Dim::C] = 2;
    add.bounds[Dim::P] = add.bounds[Dim::Q] = 4;
    add.image = {4, 4};
    std::size_t x = network.add(stem, {});
    for (int block = 0; block < 3; ++block) {
      const std::size_t c = network.add(conv, {x});
      x = network.add(add, {x, c});
    }
    const Activations kept =
        activations_of(network, std::vector<bool>(network.size(), false), Bits{1 << 20});
    const std::vector<KeptPlan> pieces = pieces_of(plan_of(network, kept, {0, 1, 2, 1, 2, 1, 2}));
    // Inside a block two are open, which lie each in a place of its own.
    REQUIRE(pieces.size() == 4);
    CHECK(pieces[1] == pieces[2]);
    CHECK(pieces[2] != pieces[3]);
    CHECK(pieces[3].exit == kNever);
  }
}

}  // namespace
}  // namespace tilewise
