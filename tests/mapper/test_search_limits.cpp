#include <doctest/doctest.h>

#include <ctime>
#include <string>

#include "arch/check_architecture.hpp"
#include "base/error.hpp"
#include "layer_of.hpp"
#include "mapper/bound/boundary_tables.hpp"
#include "mapper/problem.hpp"
#include "mapper/search.hpp"
#include "search_checks.hpp"

namespace tilewise {
namespace {

using testing::layer_of;
using testing::same;

/// Off-chip memory and `buffers` levels of one buffer for all tensors, the outer ones larger.
Architecture deep(std::size_t buffers) {
  Architecture made;
  made.name = "deep";
  for (std::size_t l = 0; l <= buffers; ++l) {
    Memory memory;
    memory.name = "m";
    memory.holds = {{true, true, true}};
    if (l > 0) memory.capacity = Bits{16 * 1024 * static_cast<std::int64_t>(buffers + 2 - l)};
    memory.energy = l == 0 ? AccessEnergy{Picojoules{100.0}, Picojoules{100.0}}
                           : AccessEnergy{Picojoules{1.0}, Picojoules{1.0}};
    memory.read_bandwidth = memory.write_bandwidth = BitsPerCycle{16.0};
    Level level;
    level.name = "L" + std::to_string(l);
    level.memories = {memory};
    made.levels.push_back(level);
  }
  made.compute.energy = Picojoules{1.0};
  made.constraints.resize(made.levels.size());
  check_architecture(made);
  return made;
}

/// The innermost level holds Weight alone.
Architecture with_weight_level(Architecture made) {
  Level level = made.levels.back();
  level.name = "weights";
  level.memories.front().holds = {{false, true, false}};
  level.memories.front().capacity = Bits{16};
  made.levels.push_back(level);
  made.constraints.emplace_back();
  check_architecture(made);
  return made;
}

TEST_SUITE("search limits") {
  TEST_CASE("sets of kept tensors are not listed: eight levels have two million") {
    const Layer layer = layer_of(Operator::Convolution, {1, 1, 4, 3, 2, 3, 1, 1}, 1);
    const Architecture on = deep(7);
    const Problem problem = make_problem(on, layer, Factors::Divisors);
    REQUIRE(problem.keeps.size() == std::size_t{1} << 21);
    CHECK(problem.keeps[0].keep.back() == EnumArray<Tensor, bool>{{true, true, true}});
    const KeepChoice least = problem.keeps[problem.keeps.size() - 1];
    for (std::size_t l = 1; l < on.levels.size(); ++l) {
      CHECK(least.keep[l] == EnumArray<Tensor, bool>{});
    }
    // Every level bypassed: words come from off-chip memory.
    CHECK(least.parents.back()[Tensor::Weight] == std::size_t{0});
  }

  TEST_CASE("a search of two million sets that is told to stop at once stops") {
    const Layer layer = layer_of(Operator::Convolution, {1, 1, 4, 3, 2, 3, 1, 1}, 1);
    const Architecture on = deep(7);
    for (const int threads : {1, 2}) {
      int asked = 0;
      const SearchResult cut =
          search(on, layer, {.mapping = {.run = {.threads = threads, .interrupted = [&] {
                                                   ++asked;
                                                   return true;
                                                 }}}});
      CHECK(!cut.proven);
      CHECK(asked > 0);
      // Far from all subtrees were listed, be there an answer or not.
      CHECK(cut.certificate.spatial < 100'000);
      if (!best_mapping(cut)) CHECK(why_none(cut).empty());
    }
  }

  TEST_CASE("what is stopped while it lists splits, or spatial choices, has no answer") {
    const Layer layer = layer_of(Operator::Convolution, {1, 1, 720, 480, 96, 96, 3, 3}, 1);
    Architecture on = deep(3);
    on.levels[1].fan_out.x.size = on.levels[2].fan_out.x.size = 64;
    const auto always = [] { return true; };
    CHECK(make_problem(on, layer, Factors::All, kMostSplits, always).stopped);
    const SearchResult none = search(
        on, layer,
        {.mapping = {.factors = Factors::All, .run = {.threads = 1, .interrupted = always}}});
    CHECK(!best_mapping(none));
    CHECK(!none.proven);
    CHECK(why_none(none).empty());
  }

  TEST_CASE("a table of many tiles is left unfinished when told to stop, a small one is not") {
    const Architecture on = deep(1);
    for (const std::int64_t rows : {20, 1000}) {
      bool told = false;
      const Layer layer = layer_of(Operator::Convolution, {1, 1, 4, 3, rows, 1, 31, 1}, 1);
      const Problem problem =
          make_problem(on, layer, Factors::All, kMostSplits, [&] { return told; });
      REQUIRE(!problem.stopped);
      BoundaryTableCache cache(problem);
      BoundaryTables& tables = cache.at(1, problem.keeps[0].parents[1]);
      told = true;
      if (rows == 20) {
        CHECK(tables.tiles(DimGroup::Rows, {}).tiles.size() >= 20 * 16);
        continue;
      }
      CHECK_THROWS_AS(tables.tiles(DimGroup::Rows, {}), SearchStopped);
      told = false;
      CHECK(tables.tiles(DimGroup::Rows, {}).tiles.size() >= 1000 * 16);
    }
  }

  TEST_CASE("a budget ends a search that makes tables of a million tiles") {
    const Layer layer = layer_of(Operator::Convolution, {1, 1, 4, 3, 8000, 8000, 31, 31}, 3);
    SearchOptions options{.mapping = {.factors = Factors::All, .run = {.threads = 1}},
                          .budget_seconds = 0.1};
    const std::clock_t begun = std::clock();
    const SearchResult cut = search(deep(1), layer, options);
    CHECK(std::clock() - begun < 3 * CLOCKS_PER_SEC);  // the tables take 10 s
    CHECK(!cut.proven);
    CHECK(why_none(cut).empty());
  }

  TEST_CASE("a level that holds nothing of the layer changes no answer") {
    // A pool has no weights: its 2 x 2 taps slide by 2, so that no tile shares a word with another.
    const Layer pool = layer_of(Operator::MaxPool, {1, 24, 1, 1, 24, 12, 2, 2}, 2);
    const Architecture without = deep(1);
    const Architecture with = with_weight_level(without);
    for (const Objective objective : {Objective::Latency, Objective::Energy, Objective::Edp}) {
      const SearchOptions options{
          .mapping = {.objective = objective, .factors = Factors::Divisors, .run = {.threads = 1}}};
      const SearchResult one = search(without, pool, options);
      const SearchResult other = search(with, pool, options);
      REQUIRE(best_mapping(one));
      REQUIRE(best_mapping(other));
      CHECK(other.proven);
      CHECK(same(one.objective_value, other.objective_value));
    }
  }

  TEST_CASE("costs that are not finite are refused, not compared") {
    const Layer layer = layer_of(Operator::Convolution, {1, 1, 4, 3, 2, 3, 1, 1}, 1);
    Architecture on = deep(1);
    for (const double energy : {1e304, 1e308}) {
      on.levels[0].memories[0].energy = {Picojoules{energy}, Picojoules{energy}};
      CHECK_THROWS_WITH_AS(search(on, layer, {}),
                           doctest::Contains("layer on deep: its cost is not finite"), InputError);
    }
  }
}

}  // namespace
}  // namespace tilewise
