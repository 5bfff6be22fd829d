#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "brute_force.hpp"
#include "mapper/search.hpp"
#include "random_problem.hpp"
#include "scale.hpp"
#include "search_checks.hpp"
#include "sim/evaluate.hpp"
#include "sim/validity.hpp"
#include "workload/layer.hpp"

namespace tilewise {
namespace {

using testing::at_most;
using testing::count_mappings;
using testing::covers;
using testing::DrawnProblem;
using testing::EveryMapping;
using testing::points_of;
using testing::RandomNests;
using testing::RandomProblems;
using testing::same;
using testing::scaled;
using testing::search;

constexpr std::int64_t kLargest = 1200;
/// What a law may make of a space of kLargest mappings.
constexpr std::int64_t kLargestChanged = 4000;
constexpr int kLawProblems = scaled(40);

/// On how many problems a law was held, and on how many it changed the answer: a law about a change
/// that changes nothing, or about problems without a mapping, would hold whatever the search does.
struct Held {
  int compared = 0;
  int changed = 0;
};

/// `better` costs at most what `worse` costs, whatever is made least.
Held check_no_dearer(const DrawnProblem& better, const DrawnProblem& worse) {
  Held held;
  for (const Objective objective : all_of<Objective>()) {
    CAPTURE(name(objective));
    const SearchResult before = search(worse, objective);
    if (!best_mapping(before)) return held;
    const SearchResult after = search(better, objective);
    REQUIRE(best_mapping(after));
    CHECK(at_most(after.objective_value, before.objective_value));
    held.compared = 1;
    if (!same(after.objective_value, before.objective_value)) held.changed = 1;
    const auto front = points_of(tilewise::front(after));
    for (const auto& point : points_of(tilewise::front(before))) {
      CHECK(std::any_of(front.begin(), front.end(),
                        [&](const auto& each) { return covers(each, point); }));
    }
  }
  return held;
}

Held check_equal(const DrawnProblem& a, const DrawnProblem& b) {
  Held held;
  for (const Objective objective : all_of<Objective>()) {
    CAPTURE(name(objective));
    const SearchResult one = search(a, objective);
    const SearchResult other = search(b, objective);
    REQUIRE((best_mapping(one) != nullptr) == (best_mapping(other) != nullptr));
    if (!best_mapping(one)) return held;
    held.compared = 1;
    if (*best_mapping(one) != *best_mapping(other)) held.changed = 1;
    CHECK(same(one.objective_value, other.objective_value));
    const auto front = testing::front_of(points_of(tilewise::front(one)));
    const auto mirrored = testing::front_of(points_of(tilewise::front(other)));
    REQUIRE(front.size() == mirrored.size());
    for (std::size_t i = 0; i < front.size(); ++i) CHECK(same(front[i], mirrored[i]));
  }
  return held;
}

/// Calls `visit(problem, random)` on random problems; it must hold its law on most of them, and on
/// some against another answer.
template <class Visit>
void for_each_problem(std::uint64_t seed, const Visit& visit) {
  RandomProblems problems(seed);
  Held all;
  for (int trial = 0; trial < kLawProblems; ++trial) {
    const DrawnProblem problem = problems.any(kLargest);
    CAPTURE(trial);
    const Held held = visit(problem, problems.random());
    all.compared += held.compared;
    all.changed += held.changed;
  }
  CHECK(all.compared >
        (kLawProblems < 40 ? 0 : kLawProblems / 2));  // fewer where sanitizers are slow
  CHECK((all.changed > 0 || kLawProblems < 40));
}

std::size_t random_level(const DrawnProblem& problem, RandomNests& random) {
  return static_cast<std::size_t>(
      random.pick(0, static_cast<std::int64_t>(problem.architecture.levels.size()) - 1));
}

Dim random_dim(RandomNests& random) { return kDims[static_cast<std::size_t>(random.pick(0, 7))]; }

void widen(BitsPerCycle& bandwidth, RandomNests& random) {
  if (random.chance(50)) {
    bandwidth = random.chance(20) ? kUnlimited : BitsPerCycle{bandwidth.count() * 1.5};
  }
}

/// One constraint less.
void relax(DrawnProblem& problem, RandomNests& random) {
  const std::size_t l = random_level(problem, random);
  LevelConstraint& rule = problem.architecture.constraints[l];
  FanOut& fan_out = problem.architecture.levels[l].fan_out;
  const Dim d = random_dim(random);
  switch (random.pick(0, 6)) {
    case 0: rule.temporal[d] = {}; return;
    case 1: rule.spatial_x[d] = {}; return;
    case 2: rule.spatial_y[d] = {}; return;
    case 3: rule.orders.clear(); return;
    case 4: fan_out.x.dims[d] = true; return;
    case 5: fan_out.y.dims[d] = true; return;
    default: rule.keep[kTensors[static_cast<std::size_t>(random.pick(0, 2))]].reset(); return;
  }
}

/// `times` changes, less those that make the space too large to search here.
template <class Change>
DrawnProblem changed_problem(DrawnProblem problem, int times, const Change& change) {
  for (int i = 0; i < times; ++i) {
    DrawnProblem next = problem;
    change(next);
    if (count_mappings(next, kLargestChanged) < kLargestChanged) problem = std::move(next);
  }
  return problem;
}

template <class T>
void swap_rows_and_columns(EnumArray<Dim, T>& of) {
  std::swap(of[Dim::P], of[Dim::Q]);
  std::swap(of[Dim::R], of[Dim::S]);
}

DrawnProblem with_rows_and_columns_swapped(DrawnProblem problem) {
  Layer& layer = problem.layer;
  swap_rows_and_columns(layer.bounds);
  for (Plane* plane : {&layer.stride, &layer.dilation, &layer.padding, &layer.image}) {
    std::swap(plane->vertical, plane->horizontal);
  }
  EnumArray<Dim, Dim> partner{kDims};
  swap_rows_and_columns(partner);
  for (Level& level : problem.architecture.levels) {
    swap_rows_and_columns(level.fan_out.x.dims);
    swap_rows_and_columns(level.fan_out.y.dims);
  }
  for (LevelConstraint& rule : problem.architecture.constraints) {
    for (auto* rules : {&rule.temporal, &rule.spatial_x, &rule.spatial_y}) {
      swap_rows_and_columns(*rules);
    }
    for (auto& order : rule.orders) {
      for (Dim& d : order) d = partner[d];
    }
  }
  return problem;
}

/// Empty where a loop must have a least bound along an axis: X is filled before Y, so that such a
/// constraint leaves other mappings along the other axis.
std::optional<DrawnProblem> with_axes_swapped(DrawnProblem problem) {
  for (Level& level : problem.architecture.levels) std::swap(level.fan_out.x, level.fan_out.y);
  for (LevelConstraint& rule : problem.architecture.constraints) {
    for (const auto* rules : {&rule.spatial_x, &rule.spatial_y}) {
      for (const Dim d : kDims) {
        const FactorRule& each = (*rules)[d];
        if (each.least > 1 || (each.full && problem.layer.bounds[d] > 1)) return std::nullopt;
      }
    }
    std::swap(rule.spatial_x, rule.spatial_y);
  }
  return problem;
}

TEST_SUITE("search") {
  TEST_CASE("more capacity never costs more") {
    for_each_problem(61, [](const DrawnProblem& problem, RandomNests& random) {
      DrawnProblem roomy = problem;
      for (Level& level : roomy.architecture.levels) {
        for (Memory& memory : level.memories) {
          if (!memory.capacity || random.chance(40)) continue;
          memory.capacity = Bits{memory.capacity->count() * random.pick(5, 12) / 4};
        }
      }
      return check_no_dearer(roomy, problem);
    });
  }

  TEST_CASE("more bandwidth and separate ports never cost more") {
    for_each_problem(62, [](const DrawnProblem& problem, RandomNests& random) {
      DrawnProblem fast = problem;
      for (Level& level : fast.architecture.levels) {
        for (Memory& memory : level.memories) {
          widen(memory.read_bandwidth, random);
          widen(memory.write_bandwidth, random);
          if (memory.shared_port && random.chance(50)) {
            memory.write_bandwidth = memory.read_bandwidth;
            memory.shared_port = false;
          }
        }
        for (TensorNetwork& network : level.fan_out.networks) widen(network.bandwidth, random);
      }
      return check_no_dearer(fast, problem);
    });
  }

  TEST_CASE("streaming never costs more than a single or a double buffer") {
    for_each_problem(63, [](const DrawnProblem& problem, RandomNests& random) {
      DrawnProblem streaming = problem;
      for (Level& level : streaming.architecture.levels) {
        for (Memory& memory : level.memories) {
          // What is queued hides behind more than its own tile.
          const bool queued = memory.buffering == Buffering::Queued;
          if (random.chance(60) && !queued) memory.buffering = Buffering::Streaming;
        }
      }
      return check_no_dearer(streaming, problem);
    });
  }

  TEST_CASE("a larger fan-out that does not leak never costs more") {
    for_each_problem(64, [](DrawnProblem problem, RandomNests& random) {
      problem.architecture.compute.leakage = Milliwatts{0.0};
      for (Level& level : problem.architecture.levels) {
        for (Memory& memory : level.memories) memory.leakage = Milliwatts{0.0};
      }
      const DrawnProblem large = changed_problem(problem, 3, [&](DrawnProblem& next) {
        FanOut& fan_out = next.architecture.levels[random_level(next, random)].fan_out;
        FanOutAxis& axis = random.chance(50) ? fan_out.x : fan_out.y;
        axis.size += random.pick(1, 3);
      });
      return check_no_dearer(large, problem);
    });
  }

  TEST_CASE("fewer constraints never cost more") {
    for_each_problem(65, [](const DrawnProblem& problem, RandomNests& random) {
      return check_no_dearer(
          changed_problem(problem, 20, [&](DrawnProblem& next) { relax(next, random); }), problem);
    });
  }

  TEST_CASE("all factors never cost more than those that divide") {
    for_each_problem(66, [](DrawnProblem problem, RandomNests&) {
      problem.factors = Factors::Divisors;
      return check_no_dearer(
          changed_problem(problem, 1, [](DrawnProblem& next) { next.factors = Factors::All; }),
          problem);
    });
  }

  TEST_CASE("multicast never costs more than a copy for each instance") {
    for_each_problem(67, [](const DrawnProblem& problem, RandomNests& random) {
      DrawnProblem merging = problem;
      for (Level& level : merging.architecture.levels) {
        for (TensorNetwork& network : level.fan_out.networks) {
          if (random.chance(60)) network.multicast = true;
        }
      }
      return check_no_dearer(merging, problem);
    });
  }

  TEST_CASE("adding partial sums on the way never costs more where they are the wider words") {
    for_each_problem(68, [](DrawnProblem problem, RandomNests& random) {
      // Else the mean width of an Output word grows where updates merge, also for the drains below.
      WordWidths& widths = problem.layer.widths;
      widths.partial_sum = std::max(widths.partial_sum, widths.tensor[Tensor::Output]);
      DrawnProblem merging = problem;
      for (Level& level : merging.architecture.levels) {
        for (TensorNetwork& network : level.fan_out.networks) {
          if (random.chance(60)) network.spatial_reduction = true;
        }
      }
      return check_no_dearer(merging, problem);
    });
  }

  TEST_CASE("a layer with rows and columns swapped costs the same") {
    for_each_problem(69, [](const DrawnProblem& problem, RandomNests&) {
      return check_equal(problem, with_rows_and_columns_swapped(problem));
    });
  }

  TEST_CASE("a chip with the axes of its fan-outs swapped costs the same") {
    for_each_problem(70, [](DrawnProblem problem, RandomNests&) {
      // What folds does so from X to Y, not back.
      for (Level& level : problem.architecture.levels) level.fan_out.fold.reset();
      const auto swapped = with_axes_swapped(problem);
      return swapped ? check_equal(problem, *swapped) : Held{};
    });
  }

  TEST_CASE("start-ups, bursts, skew, a pipeline to fill and wider sums never make it cheaper") {
    // Eq. 7 and 20 to 22
    for_each_problem(72, [](DrawnProblem problem, RandomNests& random) {
      WordWidths& widths = problem.layer.widths;
      widths.partial_sum = std::max(widths.partial_sum, widths.tensor[Tensor::Output]);
      DrawnProblem slow = problem;
      slow.architecture.compute.layer_overhead = Cycles{static_cast<double>(random.pick(0, 5))};
      for (std::size_t l = 0; l < slow.architecture.levels.size(); ++l) {
        Level& level = slow.architecture.levels[l];
        for (Memory& memory : level.memories) {
          if (random.chance(50)) memory.start_up = Cycles{static_cast<double>(random.pick(1, 9))};
          if (random.chance(50)) memory.burst = Bits{random.pick(1, 99)};
          if (random.chance(50) && memory.holds[Tensor::Output]) {
            memory.sum_width = widths.partial_sum + Bits{random.pick(0, 16)};
          }
        }
        const bool innermost = l + 1 == slow.architecture.levels.size();
        if (random.chance(50)) level.fan_out.skew = innermost ? Skew::Layer : Skew::Pass;
      }
      return check_no_dearer(problem, slow);
    });
  }

  TEST_CASE("blocks of steps, and tiles that are loaded again, never make it cheaper") {
    // Eq. 24 and 25
    for_each_problem(75, [](const DrawnProblem& problem, RandomNests& random) {
      DrawnProblem slow = problem;
      StepBlock& block = slow.architecture.compute.block;
      for (bool& along : block.along) along = random.chance(30);
      block.steps = random.pick(1, 9);
      block.least = Cycles{static_cast<double>(random.pick(0, 9))};
      for (std::size_t l = 1; l < slow.architecture.levels.size(); ++l) {
        for (Memory& memory : slow.architecture.levels[l].memories) {
          memory.refetches = random.chance(40);
        }
      }
      return check_no_dearer(problem, slow);
    });
  }

  TEST_CASE("a port of its own for each tensor, and codes, never cost more") {
    // Eq. 6 and 18
    for_each_problem(73, [](const DrawnProblem& problem, RandomNests& random) {
      DrawnProblem apart = problem;
      for (Level& level : apart.architecture.levels) {
        for (Memory& memory : level.memories) {
          for (const Tensor t : kTensors) {
            if (!memory.holds[t]) continue;
            MemoryPort port{{}, memory.read_bandwidth, memory.write_bandwidth, false};
            if (memory.shared_port) port.write = port.read;
            port.tensors[t] = true;
            memory.ports.push_back(port);
            if (t == Tensor::Output || memory.coded[t] || random.chance(50)) continue;
            memory.coded[t] = FixedCode{0.7, "round number"};
          }
        }
      }
      return check_no_dearer(apart, problem);
    });
  }

  TEST_CASE("no mapping is faster than its array or moves less than each word once") {
    for_each_problem(71, [](const DrawnProblem& problem, RandomNests&) {
      Held held;
      const Layer& layer = problem.layer;
      const auto units = static_cast<double>(compute_units(problem.architecture));
      const auto least_cycles = static_cast<double>(iterations(layer)) / units;
      EveryMapping(problem.architecture, layer, problem.factors, [&](const Mapping& mapping) {
        if (find_misfit(problem.architecture, layer, mapping)) return true;
        const LayerCost cost = evaluate(problem.architecture, layer, mapping);
        CHECK(at_most(least_cycles, cost.latency.total.count()));
        held.compared = 1;
        if (!at_most(cost.latency.total.count(), least_cycles)) held.changed = 1;
        for (const TransferCounts& transfer : cost.counts.transfers) {
          if (transfer.parent != 0) continue;
          CHECK(transfer.parent_words >= words(layer, transfer.tensor));
          CHECK(transfer.parent_partial_reads >= 0);
        }
        return true;
      }).run();
      return held;
    });
  }
}

}  // namespace
}  // namespace tilewise
