#include "sweep/sweep.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "space/nasbench201.hpp"
#include "space/search_spaces.hpp"

namespace tilewise {
namespace {

SweepOptions options_for(Dataset dataset) {
  SweepOptions options;
  options.datasets = {std::string(name(dataset))};
  options.devices = {"zc706"};
  options.mapping.run.threads = 1;
  return options;
}

std::int64_t index_of(const char* text) { return nasbench201_index(parse_cell_architecture(text)); }

TEST_SUITE("sweep") {
  TEST_CASE("every architecture has a cost, the same for any number of threads") {
    const SweepResult one = sweep(find_space("nasbench201"), options_for(Dataset::ImageNet16x120));
    SweepOptions more_threads = options_for(Dataset::ImageNet16x120);
    more_threads.mapping.run.threads = 2;
    const SweepResult two = sweep(find_space("nasbench201"), more_threads);
    REQUIRE(one.rows.size() == 15625);
    REQUIRE(two.rows.size() == 15625);
    for (std::size_t i = 0; i < one.rows.size(); ++i) {
      REQUIRE(one.rows[i].costs == two.rows[i].costs);
    }
    for (std::size_t l = 0; l < one.layers.size(); ++l) {
      CHECK(*best_mapping(one.layers[l].results[0]) == *best_mapping(two.layers[l].results[0]));
      CHECK(one.layers[l].results[0].certificate.evaluated ==
            two.layers[l].results[0].certificate.evaluated);
    }
  }

  TEST_CASE("an architecture is the sum of the layers of its network") {
    const SweepResult swept = sweep(find_space("nasbench201"), options_for(Dataset::Cifar10));
    // Stem, cells, residual blocks and classifier, which test_nasbench201_network.cpp counts.
    CHECK(swept.rows[0].macs == 442'368 + 7'864'320 + 7'340'032 + 640);
    const Network network =
        nasbench201_network(nasbench201_architecture(77), Dataset::Cifar10, PruneDead::No);
    double latency = 0.0;
    for (std::size_t i = 0; i < network.size(); ++i) {
      const auto same =
          std::find_if(swept.layers.begin(), swept.layers.end(), [&](const SweepLayer& each) {
            return canonical_key(each.layer) == canonical_key(network.layer(i));
          });
      REQUIRE(same != swept.layers.end());
      latency += cost_of((*cost(same->results[0]))).latency.count();
    }
    CHECK(swept.rows[77].costs[0].latency.count() == doctest::Approx(latency).epsilon(1e-12));
  }

  TEST_CASE("skips alone are the cheapest, and a larger kernel never costs less") {
    const SweepResult swept = sweep(find_space("nasbench201"), options_for(Dataset::Cifar10));
    const auto skips = static_cast<std::size_t>(
        index_of("|skip_connect~0|+|skip_connect~0|skip_connect~1|+|skip_connect~0|skip_connect~1|"
                 "skip_connect~2|"));
    for (const SweepRow& row : swept.rows) {
      CHECK(row.costs[0].latency.count() >= swept.rows[skips].costs[0].latency.count());
      CHECK(row.costs[0].energy.count() >= swept.rows[skips].costs[0].energy.count());
    }
    const auto& architectures = nasbench201_architectures();
    int enlarged = 0;
    for (std::size_t i = 0; i < architectures.size(); i += 7) {
      for (std::size_t edge = 0; edge < kCellEdges.size(); ++edge) {
        if (architectures[i].ops[edge] != Nasbench201Op::NorConv1x1) continue;
        CellArchitecture larger = architectures[i];
        larger.ops[edge] = Nasbench201Op::NorConv3x3;
        const auto at = static_cast<std::size_t>(nasbench201_index(larger));
        CHECK(swept.rows[at].costs[0].latency.count() >= swept.rows[i].costs[0].latency.count());
        CHECK(swept.rows[at].costs[0].energy.count() >= swept.rows[i].costs[0].energy.count());
        ++enlarged;
      }
    }
    CHECK(enlarged > 2'500);  // a fifth of 2,233 x 6 edges
  }

  TEST_CASE("pruning dead branches lowers the cost of each architecture with a none, of no other") {
    const SweepResult all = sweep(find_space("nasbench201"), options_for(Dataset::ImageNet16x120));
    SweepOptions pruned = options_for(Dataset::ImageNet16x120);
    pruned.space.prune_dead = true;
    const SweepResult alive = sweep(find_space("nasbench201"), pruned);
    int pruned_rows = 0;
    for (std::size_t i = 0; i < all.rows.size(); ++i) {
      const auto& ops = nasbench201_architectures()[i].ops;
      // A none takes an operand from a sum at the least.
      const bool dead = std::find(ops.begin(), ops.end(), Nasbench201Op::None) != ops.end();
      pruned_rows += dead ? 1 : 0;
      const auto& less = alive.rows[i].costs[0];
      const auto& whole = all.rows[i].costs[0];
      REQUIRE((less.latency.count() < whole.latency.count()) == dead);
      REQUIRE((less.energy.count() < whole.energy.count()) == dead);
      REQUIRE((less == whole) == !dead);
    }
    CHECK(pruned_rows == 15'625 - 4'096);  // 5^6 architectures, 4^6 of them without none
  }

  TEST_CASE("rows come in their order whatever the size of a block") {
    SweepOptions options = options_for(Dataset::Cifar10);
    options.datasets = {"ImageNet16-120", "cifar10"};
    options.devices = {"hwnasbench-zc706"};  // of fixed control: nothing is searched
    const SweepResult all = sweep(find_space("nasbench201"), options);
    REQUIRE(all.rows.size() == 2 * 15'625);
    for (const std::int64_t at_most : {1, 7, 20'000}) {
      CAPTURE(at_most);
      std::size_t next = 0;
      const auto take = [&](const SweepResult& swept, const RowBlock& block) {
        REQUIRE(!block.rows.empty());
        REQUIRE(std::ssize(block.rows) <= at_most);
        REQUIRE(block.architectures.size() == block.rows.size());
        REQUIRE(swept.targets.size() == 1);
        for (std::size_t r = 0; r < block.rows.size(); ++r, ++next) {
          const SweepRow& row = block.rows[r];
          REQUIRE(row.index == all.rows[next].index);
          REQUIRE(row.dataset == all.rows[next].dataset);
          REQUIRE(row.macs == all.rows[next].macs);
          REQUIRE(row.parameters == all.rows[next].parameters);
          REQUIRE(row.costs == all.rows[next].costs);
          REQUIRE(block.architectures[r] == to_string(nasbench201_architecture(row.index)));
        }
      };
      const SweepResult swept = sweep(find_space("nasbench201"), options, {take, at_most});
      CHECK(next == all.rows.size());
      CHECK(swept.rows.empty());
      CHECK(swept.architectures.empty());
    }
  }

  TEST_CASE("a sweep without a device counts, and one with a device twice is refused") {
    SweepOptions none = options_for(Dataset::Cifar10);
    none.devices.clear();
    const SweepResult counts = sweep(find_space("nasbench201"), none);
    CHECK(counts.rows[0].macs == 442'368 + 7'864'320 + 7'340'032 + 640);
    CHECK(counts.rows[0].costs.empty());
    SweepOptions twice = options_for(Dataset::Cifar10);
    twice.devices = {"zc706", "zc706"};
    CHECK_THROWS_WITH_AS(
        sweep(find_space("nasbench201"), twice),
        "device zc706: zc706 is there twice; give each device once, with a name of its own",
        InputError);
  }
}

}  // namespace
}  // namespace tilewise
