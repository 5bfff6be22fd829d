#include "mapper/search.hpp"

#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "arch/home.hpp"
#include "brute_force.hpp"
#include "random_problem.hpp"
#include "scale.hpp"
#include "search_checks.hpp"

namespace tilewise {
namespace {

using testing::check_exact;
using testing::DrawnProblem;
using testing::enumerate;
using testing::Enumerated;
using testing::RandomProblems;
using testing::scaled;

/// A level of one instance that holds Input and Output, in one memory or in two that exchange their
/// roles.
Home make_home(testing::RandomNests& random, Architecture& architecture) {
  const auto last = static_cast<std::int64_t>(architecture.levels.size()) - 1;
  const auto level = static_cast<std::size_t>(random.pick(1, last));
  for (std::size_t outer = 0; outer < level; ++outer) {
    FanOut& fan_out = architecture.levels[outer].fan_out;
    fan_out.x.size = fan_out.y.size = 1;
    LevelConstraint& rule = architecture.constraints[outer];
    rule.spatial_x = rule.spatial_y = {};
  }
  Level& home = architecture.levels[level];
  home.exchanges_roles = true;
  for (const Tensor t : {Tensor::Input, Tensor::Output}) {
    if (home.memory_of(t) == nullptr) home.memories.front().holds[t] = true;
  }
  architecture.home = home.name;
  return std::get<Home>(home_of(architecture));
}

/// A sum of two or three small maps.
void make_sum(testing::RandomNests& random, Layer& layer) {
  layer.op = Operator::Add;
  layer.bounds = {{{1, random.pick(1, 3), 1, random.pick(2, 3), random.pick(1, 4), 1, 1, 1}}};
  layer.stride = layer.dilation = {1, 1};
  layer.padding = {0, 0};
  layer.image = {layer.bounds[Dim::P], 1};
}

HomeUse random_use(testing::RandomNests& random, const Architecture& architecture,
                   const Layer& layer, const Home& home) {
  const Level& level = architecture.levels[home.level];
  HomeUse use;
  for (const Tensor t : kTensors) {
    use.kept[t] = level.memory_of(t) != nullptr && random.chance(60);
  }
  if (layer.op == Operator::Add && layer.bounds[Dim::C] > 1 && !use.kept[Tensor::Input]) {
    use.operands = layer.bounds[Dim::C];
    use.operands_off_chip = random.pick(1, use.operands - 1);
  }
  use.exchanged = home.exchanges() && random.chance(50);
  if (use.exchanged && use.kept[Tensor::Weight]) use.kept[Tensor::Weight] = false;
  for (const Memory& memory : level.memories) {
    const std::int64_t most = memory.capacity ? memory.capacity->count() : 0;
    use.taken.emplace_back(random.chance(50) ? 0 : random.pick(0, most / 2));
  }
  return use;
}

/// Sums start from operands, which are all at home where the output is.
void start_sums(testing::RandomNests& random, Layer& layer, HomeUse& use) {
  layer.start = {random.pick(0, 2), Bits{random.pick(4, 40)}};
  use.starts = layer.start.operands;
  if (!use.kept[Tensor::Output]) use.starts = random.pick(0, layer.start.operands);
}

TEST_SUITE("search at home") {
  TEST_CASE("where tensors begin or end at home the search finds what full enumeration finds") {
    RandomProblems problems(61);
    int compared = 0;
    for (int trial = 0; compared < scaled(96); ++trial) {
      DrawnProblem problem = problems.any(600);
      const Home home = make_home(problems.random(), problem.architecture);
      if (trial % 4 == 0) {
        make_sum(problems.random(), problem.layer);
        problem = testing::merged(problem);
      }
      HomeUse use = random_use(problems.random(), problem.architecture, problem.layer, home);
      if (trial % 4 != 0 && has_weights(problem.layer.op)) {
        start_sums(problems.random(), problem.layer, use);
      }
      problem.architecture = at_home(problem.architecture, home, use);
      if (testing::count_mappings(problem, 3001) > 3000) continue;
      CAPTURE(trial);
      const Enumerated known = enumerate(problem.architecture, problem.layer, problem.factors);
      for (const Objective objective : all_of<Objective>()) check_exact(problem, known, objective);
      compared += known.fitting > 0 ? 1 : 0;
    }
  }

  TEST_CASE("what is at home crosses no boundary outside it, and less room never costs less") {
    const Architecture eyeriss = find_architecture("eyeriss");
    const Home home = std::get<Home>(home_of(eyeriss));
    CHECK(eyeriss.levels[home.level].name == "GLB");
    Layer layer;
    layer.bounds[Dim::M] = layer.bounds[Dim::C] = 32;
    layer.bounds[Dim::P] = layer.bounds[Dim::Q] = 14;
    layer.image = {14, 14};
    HomeUse use{.kept = {{true, false, true}}, .taken = {Bits{0}}};
    double before = 0.0;
    for (const std::int64_t kib : {0, 60, 90, 98, 99}) {
      CAPTURE(kib);
      use.taken[0] = Bits{kib * 8192};
      const Architecture room = at_home(eyeriss, home, use);
      const SearchResult found = search(
          room, layer, {.mapping = {.objective = Objective::Energy, .factors = Factors::Divisors}});
      const auto& mapped = std::get<Mapped>(found.answer);
      CHECK(mapped.cost.off_chip_bits == words(layer, Tensor::Weight) * 16);
      for (const TransferCounts& transfer : mapped.cost.counts.transfers) {
        CHECK((transfer.parent > 0 || transfer.tensor == Tensor::Weight));
      }
      CHECK(found.objective_value >= before);
      before = found.objective_value;
    }
  }
}

}  // namespace
}  // namespace tilewise
