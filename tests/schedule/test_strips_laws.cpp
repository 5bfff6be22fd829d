#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <variant>
#include <vector>

#include "mapper/scale.hpp"
#include "mapper/search.hpp"
#include "random_strips.hpp"
#include "schedule/fetch_cost.hpp"
#include "schedule/strip_costs.hpp"
#include "small_networks.hpp"
#include "strip_checks.hpp"

namespace tilewise {
namespace {

using testing::group_of;
using testing::kOne;
using testing::least_energy;
using testing::machine;
using testing::plain;
using testing::plan_of;
using testing::RandomStrips;
using testing::rows_made;
using testing::same_rows;
using testing::scaled;

/// Every row of every output is read, so that all are made.
bool reads_all(const StripGroup& group) {
  const StripRows rows = strip_rows(group, group.layers.back().layer.bounds[Dim::P], Halo::Kept);
  for (std::size_t l = 0; l < group.layers.size(); ++l) {
    if (rows.made[l].front() != RowRange{0, group.layers[l].layer.bounds[Dim::P]}) return false;
  }
  return true;
}

/// Words of the whole layer's Input that one reader of an outer input touches.
std::int64_t words_of_operand(const StripLayer& reader) {
  const std::int64_t all = words(reader.layer, Tensor::Input);
  return reader.operands > 0 ? all / reader.operands : all;
}

TEST_SUITE("strips") {
  TEST_CASE("one strip is the group with all that is inside kept") {
    RandomStrips strips(7);
    const Architecture architecture = machine(false);
    int compared = 0;
    while (compared < scaled(24)) {
      const StripGroup group = strips.next(false);
      if (!reads_all(group)) continue;
      const StripPlan plan = plan_of(group, plain(group, group.layers.back().layer.bounds[Dim::P]));
      CHECK(plan.runs.size() == group.layers.size());
      CHECK(plan.loads.empty());
      for (const StripRun& run : plan.runs) {
        const StripLayer& of = group.layers[run.layer];
        HomeUse use;
        use.taken = {Bits{0}};
        for (std::size_t maker = 0; maker + 1 < group.layers.size(); ++maker) {
          std::size_t last = maker;
          for (std::size_t r = 0; r < group.layers.size(); ++r) {
            const auto& inner = group.layers[r].inner;
            if (std::find(inner.begin(), inner.end(), maker) != inner.end()) last = r;
          }
          if (run.layer < maker || run.layer > last) continue;
          use.taken[0] += Bits{16} * stored_words(group.layers[maker].layer, Tensor::Output);
        }
        use.kept = {{of.outer.empty(), false, run.layer + 1 < group.layers.size()}};
        if (!of.outer.empty() && !of.inner.empty()) {
          use.operands_off_chip = std::ssize(of.outer);
          use.operands = of.operands;
        }
        CHECK(run.use == use);
        CHECK(run.times == 1);
        const Architecture room = at_home(architecture, kOne, use);
        CHECK(least_energy(room, run.part) == least_energy(room, of.layer));
        ++compared;
      }
    }
  }

  TEST_CASE("a halo that is kept is never more work than one that is made again") {
    RandomStrips strips(9);
    int less = 0;
    for (int trial = 0; trial < scaled(120); ++trial) {
      const StripGroup group = strips.next(trial % 2 == 0);
      const std::int64_t rows = group.layers.back().layer.bounds[Dim::P];
      const std::int64_t once = rows_made(plan_of(group, plain(group, rows)));
      for (std::int64_t height = 1; height <= rows; ++height) {
        const std::int64_t kept = rows_made(plan_of(group, plain(group, height)));
        const std::int64_t again =
            rows_made(plan_of(group, plain(group, height, Halo::Recomputed)));
        CHECK(kept <= once);
        CHECK(kept <= again);
        less += kept < again ? 1 : 0;
      }
    }
    CHECK(less > scaled(120) / 4);
  }

  TEST_CASE("with room for all, inputs, weights and outputs cross once, whatever the height") {
    RandomStrips strips(11);
    int compared = 0;
    while (compared < scaled(40)) {
      const StripGroup group = strips.next(true);
      if (!reads_all(group)) continue;
      const std::int64_t rows = group.layers.back().layer.bounds[Dim::P];
      StripChoice choice = plain(group, strips.random().pick(1, rows));
      choice.resident.assign(group.layers.size(), true);
      std::int64_t least = stored_words(group.layers.back().layer, Tensor::Output);
      for (const StripLayer& each : group.layers) least += stored_words(each.layer, Tensor::Weight);
      for (std::size_t o = 0; o < group.outer.size(); ++o) {
        const OuterInput& input = group.outer[o];
        const bool whole = input.readers.size() > 1 && strips.random().chance(50);
        choice.outer[o] = whole ? OuterRows::Whole : OuterRows::Kept;
        std::int64_t last = 0;
        for (const std::size_t reader : input.readers) {
          const StripLayer& at = group.layers[reader];
          if (!whole)
            least += words_of_operand(at) * std::count(at.outer.begin(), at.outer.end(), o);
          last = std::max(last, rows_read(at.layer, {0, at.layer.bounds[Dim::P]}).end);
        }
        if (whole) least += last * input.row_words;
      }
      StripCosts costs(
          {machine(false), kOne, Totals::Energy, Factors::Divisors, {.threads = 1}, {}});
      const CostHull hull = costs.totals(group, plan_of(group, choice));
      REQUIRE_FALSE(hull.empty());
      CHECK(hull.front().off_chip_bits == 16.0 * static_cast<double>(least));
      ++compared;
    }
  }

  TEST_CASE("the totals of a plan are sums over its runs and loads") {
    const Network network =
        network_in_a_row("two", {same_rows("a", 6, 3, 2), same_rows("b", 6, 3, 2)});
    const StripGroup group = group_of(network, 0, 2);
    Architecture on = machine(false);
    on.levels[1].memories[0].capacity = Bits{40 * 16};
    StripChoice choice = plain(group, 2);
    choice.resident[1] = true;
    const StripPlan plan = plan_of(group, choice);
    for (const Totals totals : {Totals::Energy, Totals::Latency, Totals::Both}) {
      StripCosts costs({on, kOne, totals, Factors::Divisors, {.threads = 1}, {}});
      const CostHull hull = costs.totals(group, plan);
      REQUIRE_FALSE(hull.empty());
      double energy =
          total_of(fetch_cost(on, group.layers[1].layer, Tensor::Weight, 12, 1)).energy_pj;
      for (const StripRun& run : plan.runs) {
        energy +=
            static_cast<double>(run.times) * least_energy(at_home(on, kOne, run.use), run.part);
      }
      if (totals == Totals::Energy) CHECK(hull.front().energy_pj == doctest::Approx(energy));
      if (totals == Totals::Both) CHECK(hull.back().energy_pj == doctest::Approx(energy));
      if (totals == Totals::Latency) CHECK(hull.front().energy_pj >= energy);
      // 4 rows of the first output and 12 weights are 20 words.
      CHECK(costs.totals(group, plan, {Bits{21 * 16}}).empty());
    }
  }

  TEST_CASE("energy x latency of the totals is least over every mapping of every run") {
    const Network network =
        network_in_a_row("two", {same_rows("a", 4, 3, 2), same_rows("b", 4, 3, 2)});
    const StripGroup group = group_of(network, 0, 2);
    int several = 0;
    for (const std::int64_t room : {16, 24, 40}) {
      Architecture on = machine(false);
      on.levels[1].memories[0].capacity = Bits{room * 16};
      on.levels[1].memories[0].energy = {Picojoules{60.0}, Picojoules{60.0}};
      const StripPlan plan = plan_of(group, plain(group, 2));
      StripCosts costs({on, kOne, Totals::Both, Factors::Divisors, {.threads = 1}, {}});
      double found = std::numeric_limits<double>::infinity();
      for (const TotalCost& each : costs.totals(group, plan)) {
        found = std::min(found, each.energy_pj * each.latency_cycles);
      }
      std::vector<TotalCost> sums{TotalCost{}};
      for (const StripRun& run : plan.runs) {
        const SearchResult all = search(at_home(on, kOne, run.use), run.part,
                                        {.mapping = {.objective = Objective::Pareto,
                                                     .factors = Factors::Divisors,
                                                     .run = {.threads = 1}}});
        several += front(all).size() > 1 ? 1 : 0;
        for (int copy = 0; copy < run.times; ++copy) {
          std::vector<TotalCost> more;
          for (const TotalCost& sum : sums) {
            for (const ParetoPoint& point : front(all)) {
              more.push_back(sum);
              more.back() +=
                  {point.cost.energy.total.count(), point.cost.latency.total.count(), 0.0};
            }
          }
          sums = std::move(more);
        }
      }
      double least = std::numeric_limits<double>::infinity();
      for (const TotalCost& each : sums) {
        least = std::min(least, each.energy_pj * each.latency_cycles);
      }
      CHECK(found == doctest::Approx(least).epsilon(1e-12));
      CHECK(least < std::numeric_limits<double>::infinity());
    }
    CHECK(several > 0);
  }
}

}  // namespace
}  // namespace tilewise
