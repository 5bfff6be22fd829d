#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "mapper/search.hpp"
#include "schedule/strips.hpp"
#include "workload/network.hpp"

namespace tilewise::testing {

/// A home of one memory, and of two.
inline constexpr Home kOne{1, 0, 0};
inline constexpr Home kTwo{1, 0, 1};

inline Memory memory(const char* name, EnumArray<Tensor, bool> holds) {
  Memory made;
  made.name = name;
  made.holds = holds;
  made.read_bandwidth = made.write_bandwidth = BitsPerCycle{64.0};
  made.energy = {Picojoules{1.0}, Picojoules{2.0}};
  return made;
}

/// DRAM of 16 bit a cycle and 100 pJ a word, a buffer of two memories or one, a compute unit.
inline Architecture machine(bool two_memories) {
  Architecture made;
  made.levels.resize(2);
  made.levels[0].name = "DRAM";
  made.levels[0].memories = {memory("DRAM", {{true, true, true}})};
  made.levels[0].memories[0].read_bandwidth = BitsPerCycle{16.0};
  made.levels[0].memories[0].write_bandwidth = BitsPerCycle{16.0};
  made.levels[0].memories[0].energy = {Picojoules{100.0}, Picojoules{100.0}};
  made.levels[1].name = "buffer";
  made.levels[1].memories = {memory("buffer", {{true, true, true}})};
  if (two_memories) {
    made.levels[1].memories = {memory("a", {{true, true, false}}),
                               memory("b", {{false, false, true}})};
    made.levels[1].exchanges_roles = true;
  }
  made.compute.energy = Picojoules{0.5};
  made.constraints.resize(2);
  return made;
}

inline StripGroup group_of(const Network& network, std::size_t first, std::size_t count) {
  auto made = strip_group(network, first, count);
  REQUIRE(std::holds_alternative<StripGroup>(made));
  return std::get<StripGroup>(std::move(made));
}

inline StripChoice plain(const StripGroup& group, std::int64_t height, Halo halo = Halo::Kept) {
  return {height, halo, std::vector<bool>(group.layers.size(), false),
          std::vector<OuterRows>(group.outer.size(), OuterRows::Refetched), false};
}

inline StripPlan plan_of(const StripGroup& group, const StripChoice& choice) {
  const auto made = strip_plan(group, choice, machine(false), kOne);
  REQUIRE(std::holds_alternative<StripPlan>(made));
  return std::get<StripPlan>(made);
}

/// A window of `taps` rows over one column that keeps the number of rows.
inline Layer same_rows(const std::string& name, std::int64_t rows, std::int64_t taps,
                       std::int64_t channels = 1) {
  Layer made;
  made.name = name;
  made.bounds = {{1, 1, channels, channels, rows, 1, taps, 1}};
  made.padding = {taps / 2, 0};
  made.image = {rows, 1};
  check_layer(made);
  return made;
}

inline Layer sum_of_two(const std::string& name, std::int64_t rows) {
  Layer made;
  made.name = name;
  made.op = Operator::Add;
  made.bounds = {{1, 1, 1, 2, rows, 1, 1, 1}};
  made.image = {rows, 1};
  check_layer(made);
  return made;
}

inline std::int64_t rows_made(const StripPlan& plan) {
  return std::accumulate(plan.runs.begin(), plan.runs.end(), std::int64_t{0},
                         [](std::int64_t all, const StripRun& run) {
                           return all + run.times * run.part.bounds[Dim::P];
                         });
}

inline double least_energy(const Architecture& on, const Layer& layer) {
  const SearchResult found = search(
      on, layer,
      {.mapping = {
           .objective = Objective::Energy, .factors = Factors::Divisors, .run = {.threads = 1}}});
  return found.objective_value;
}

}  // namespace tilewise::testing
