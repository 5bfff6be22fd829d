#include "mapper/relatives.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "mapper/search.hpp"
#include "random_problem.hpp"
#include "scale.hpp"
#include "search_checks.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

using testing::DrawnProblem;
using testing::RandomProblems;
using testing::same;
using testing::same_mapping;
using testing::scaled;

/// The architecture with other capacities, energies and leakage; now and then as it is.
Architecture relative_of(const Architecture& architecture, testing::RandomNests& random) {
  Architecture made = architecture;
  const auto energy = [&] { return Picojoules{static_cast<double>(random.pick(0, 60)) / 10.0}; };
  std::size_t with_energies = kMostVarying / 2;
  for (std::size_t level = 1; level < made.levels.size(); ++level) {
    for (Memory& memory : made.levels[level].memories) {
      if (memory.capacity && random.chance(70)) {
        const std::int64_t quarters = random.pick(1, 12);
        memory.capacity = Bits{std::max<std::int64_t>(1, memory.capacity->count() * quarters / 4)};
      }
      if (random.chance(50)) memory.leakage = Milliwatts{static_cast<double>(random.pick(0, 40))};
      if (with_energies == 0) continue;
      --with_energies;
      if (random.chance(40)) memory.energy.read = energy();
      if (random.chance(40)) memory.energy.write = energy();
    }
  }
  if (random.chance(30)) made.compute.leakage = Milliwatts{static_cast<double>(random.pick(0, 9))};
  return made;
}

/// Answers of the same cost, both proven; number for number where they name the same mapping.
void check_same_answer(const SearchResult& together, const SearchResult& alone) {
  CHECK(together.proven == alone.proven);
  CHECK(same(together.objective_value, alone.objective_value));
  CHECK(same(together.lower_bound, alone.lower_bound));
  CHECK(together.factors == alone.factors);
  CHECK(together.space.digits == alone.space.digits);
  CHECK(why_none(together) == why_none(alone));
  REQUIRE((cost(together) == nullptr) == (cost(alone) == nullptr));
  if (cost(alone) == nullptr) return;
  CHECK(same(cost(together)->energy.total.count(), cost(alone)->energy.total.count()));
  CHECK(same(cost(together)->latency.total.count(), cost(alone)->latency.total.count()));
}

TEST_CASE("relatives that share a search have the answers that each has alone") {
  RandomProblems problems(20261127);
  int mapped = 0;
  int unmapped = 0;
  int different = 0;  // answers that differ from those of the first relative
  constexpr int kProblems = 60;
  for (int i = 0; i < scaled(kProblems); ++i) {
    const DrawnProblem problem = problems.any(2500);
    std::vector<Architecture> members;
    const std::int64_t count = problems.random().pick(2, 80);
    for (std::int64_t m = 0; m < count; ++m) {
      members.push_back(relative_of(problem.architecture, problems.random()));
      CHECK(relatives_key(members.back()) == relatives_key(problem.architecture));
    }
    const MappingOptions options{
        .objective = Objective::Edp, .factors = problem.factors, .run = {.threads = 1}};
    REQUIRE(most_in_search(options) == RelativeSet::kMost);
    const auto together = search_relatives(members, problem.layer, options);
    REQUIRE(together.size() == members.size());
    for (std::size_t m = 0; m < members.size(); ++m) {
      CAPTURE(i);
      CAPTURE(m);
      const SearchResult alone = search(members[m], problem.layer, {.mapping = options});
      check_same_answer(together[m], alone);
      if (const Mapping* best = best_mapping(together[m])) {
        CHECK(!find_misfit(members[m], problem.layer, *best));
      }
      (best_mapping(alone) ? mapped : unmapped) += 1;
      different += same_mapping(together[m], together[0]) ? 0 : 1;
    }
  }
  CHECK(mapped > 10 * scaled(kProblems));
  // A few problems may have no relative that does not fit, or whose answer differs.
  if (scaled(kProblems) < kProblems) return;
  CHECK(unmapped > 0);
  CHECK(different > 3 * kProblems);
}

TEST_CASE("only the least EDP over given factors shares a search") {
  const RunOptions one{.threads = 1};
  CHECK(most_in_search({.objective = Objective::Latency, .factors = Factors::All, .run = one}) ==
        1);
  CHECK(most_in_search({.objective = Objective::Pareto, .factors = Factors::All, .run = one}) == 1);
  CHECK(most_in_search({.objective = Objective::Edp, .factors = {}, .run = one}) == 1);
  RandomProblems problems(5);
  const DrawnProblem problem = problems.any(500);
  const MappingOptions options{
      .objective = Objective::Latency, .factors = problem.factors, .run = one};
  const std::vector<Architecture> members(2, problem.architecture);
  const auto each = search_relatives(members, problem.layer, options);
  const SearchResult alone = search(problem.architecture, problem.layer, {.mapping = options});
  for (const SearchResult& found : each) check_same_answer(found, alone);
}

TEST_CASE("what is no capacity, no leakage and no energy on the chip makes no relatives") {
  RandomProblems problems(7);
  const Architecture one = problems.any(500).architecture;
  Architecture other = one;
  other.levels.front().memories.front().energy.read += Picojoules{1.0};
  CHECK(relatives_key(other) != relatives_key(one));
  other = one;
  other.levels.back().memories.front().energy.read += Picojoules{1.0};
  CHECK(relatives_key(other) == relatives_key(one));
  other.clock = other.clock * 2.0;
  CHECK(relatives_key(other) != relatives_key(one));
}

TEST_CASE("sets of relatives by room") {
  RandomProblems problems(9);
  Architecture small = problems.any(500).architecture;
  small.levels.back().memories.resize(1);
  Memory& memory = small.levels.back().memories.front();
  memory.capacity = Bits{64};
  memory.leakage = Milliwatts{5.0};
  Architecture large = small;
  large.levels.back().memories.front().capacity = Bits{256};
  large.levels.back().memories.front().leakage = Milliwatts{2.0};
  const std::vector<Architecture> members{large, small, large};
  const Relatives relatives(members);
  const auto set = [](std::initializer_list<std::size_t> numbers) {
    RelativeSet made;
    for (const std::size_t i : numbers) made.add(i);
    return made;
  };
  CHECK(relatives.all() == set({0, 1, 2}));
  const std::size_t level = small.levels.size() - 1;
  CHECK(relatives.holding(level, 0, 64.0) == set({0, 1, 2}));
  CHECK(relatives.holding(level, 0, 64.5) == set({0, 2}));
  CHECK(relatives.holding(level, 0, 256.5).empty());
  CHECK(relatives.at_least(0) == set({0, 2}));
  CHECK(relatives.at_least(1) == set({0, 1, 2}));
  CHECK(relatives.by_room() == std::vector<std::size_t>{1, 0, 2});
  CHECK(*relatives.widest().levels.back().memories.front().capacity == Bits{256});
  CHECK(relatives.static_pj()[0] < relatives.static_pj()[1]);
}

TEST_CASE("a set is filtered alike one by one and a block at once") {
  testing::RandomNests random(64);
  for (int trial = 0; trial < 200; ++trial) {
    RelativeSet members;
    RelativeSet kept;
    const std::int64_t share = random.pick(0, 100);
    for (std::size_t i = 0; i < RelativeSet::kMost; ++i) {
      if (random.chance(static_cast<int>(share))) members.add(i);
      if (random.chance(50)) kept.add(i);
    }
    RelativeSet both = members;
    both &= kept;
    const auto keep = [&](std::size_t i) { return kept.contains(i); };
    int blocks = 0;
    const auto kept_of = [&](std::size_t first) {
      ++blocks;
      std::uint64_t bits = 0;
      for (std::size_t i = 0; i < RelativeSet::kBlock; ++i) {
        bits |= std::uint64_t{kept.contains(first + i)} << i;
      }
      return bits;
    };
    CHECK(members.filtered(keep) == both);
    for (const int few : {0, 24, 64}) CHECK(members.filtered(keep, few, kept_of) == both);
    if (share == 100) CHECK(blocks == 8);  // all four with few = 0 and 24, none with 64
  }
}

}  // namespace
}  // namespace tilewise
