#include "mapper/bound/layer_bound.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "arch/architecture_yaml.hpp"
#include "base/file.hpp"
#include "mapper/random_problem.hpp"
#include "mapper/scale.hpp"
#include "mapper/search.hpp"
#include "mapper/search_checks.hpp"
#include "workload/layer_yaml.hpp"

namespace tilewise {
namespace {

using testing::at_most;

TEST_CASE("no optimum undercuts the bound of its layer, whatever is made least") {
  testing::RandomProblems problems(71);
  int bounded = 0;
  for (int trial = 0; trial < testing::scaled(60); ++trial) {
    const testing::DrawnProblem problem = problems.any(600);
    CAPTURE(trial);
    const auto bound = layer_bound(problem.architecture, problem.layer, problem.factors);
    for (const Objective objective : {Objective::Latency, Objective::Energy, Objective::Edp}) {
      const SearchResult found = testing::search(problem, objective);
      if (!best_mapping(found)) continue;
      REQUIRE(bound);
      CHECK(at_most(bound->latency.count(), (*cost(found)).latency.total.count()));
      CHECK(at_most(bound->energy.count(), (*cost(found)).energy.total.count()));
      ++bounded;
    }
  }
  CHECK(bounded > testing::scaled(60));
}

TEST_CASE("without given factors the bound holds for either space") {
  testing::RandomProblems problems(72);
  int compared = 0;
  for (int trial = 0; trial < testing::scaled(40); ++trial) {
    const testing::DrawnProblem problem = problems.any(600);
    const auto bound = layer_bound(problem.architecture, problem.layer, std::nullopt);
    if (!bound) continue;
    for (const Factors factors : all_of<Factors>()) {
      const auto of_space = layer_bound(problem.architecture, problem.layer, factors);
      if (!of_space) continue;
      CHECK(at_most(bound->latency.count(), of_space->latency.count()));
      CHECK(at_most(bound->energy.count(), of_space->energy.count()));
      ++compared;
    }
  }
  CHECK(compared > testing::scaled(40));
}

TEST_CASE("on Eyeriss the latency bound of CONV3 is that of its busiest PEs") {
  const Architecture eyeriss = load_architecture(find_config("arch", "eyeriss"));
  const Layer conv3 = load_layer(find_config("workload", "alexnet_conv3"));
  const auto bound = layer_bound(eyeriss, conv3, Factors::Divisors);
  REQUIRE(bound);
  // 149,520,384 MACs of one image over 168 PEs take 890,002.3 cycles at the least; of rows of 14
  // with 13 outputs 13 work: 149,520,384 / 156 = 958,464.
  CHECK(iterations(conv3) == 149'520'384);
  CHECK(bound->latency.count() >= 958'464.0);
}

/// Off-chip memory, a buffer without a place for Input and Output, and two PEs below it: all that
/// takes time is the network that brings Input to the PEs, a word of 16 bit in four cycles.
Architecture fed_through_a_buffer() {
  Architecture made;
  made.name = "fed";
  for (const char* name : {"DRAM", "buffer", "PE"}) {
    Level level;
    level.name = name;
    Memory memory;
    memory.name = name;
    memory.holds = {{true, true, true}};
    level.memories.push_back(memory);
    made.levels.push_back(level);
  }
  made.levels[1].memories[0].holds = {{false, true, false}};
  made.levels[2].memories[0].buffering = Buffering::Streaming;
  made.levels[1].fan_out.x.size = 2;
  made.levels[1].fan_out.networks[Tensor::Input].bandwidth = BitsPerCycle{4.0};
  made.constraints.resize(3);
  for (const Tensor t : kTensors) made.constraints[2].keep[t] = true;
  return made;
}

TEST_CASE("a network inside the chip carries the padding too, though no memory outside holds it") {
  // Two channels of 4 x 4, padded to 6 x 6, for 3 x 3 taps.
  Layer layer;
  layer.op = Operator::Depthwise;
  layer.bounds = {{1, 2, 1, 1, 4, 4, 3, 3}};
  layer.padding = {1, 1};
  layer.image = {4, 4};
  const Architecture fed = fed_through_a_buffer();
  const auto bound = layer_bound(fed, layer, Factors::Divisors);
  REQUIRE(bound);
  // 2 x 6 x 6 words, where 2 x 4 x 4 leave the memory, each four cycles; the compute units need no
  // more than 2 x 4 x 4 x 3 x 3 / 2 = 144.
  CHECK(bound->latency.count() >= 288.0);
  const SearchResult found = search(
      fed, layer, {.mapping = {.objective = Objective::Latency, .factors = Factors::Divisors}});
  CHECK(at_most(bound->latency.count(), found.objective_value));
}

}  // namespace
}  // namespace tilewise
