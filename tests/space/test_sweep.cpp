#include "space/sweep.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "base/error.hpp"

namespace tilewise {
namespace {

SweepOptions options_for(Dataset dataset) {
  SweepOptions options;
  options.datasets = {std::string(name(dataset))};
  options.devices = {"zc706"};
  options.threads = 1;
  return options;
}

std::int64_t index_of(const char* text) { return nasbench201_index(parse_cell_architecture(text)); }

TEST_SUITE("sweep") {
  TEST_CASE("every architecture has a cost, the same for any number of threads") {
    const SweepResult one = sweep_nasbench201(options_for(Dataset::ImageNet16x120));
    SweepOptions more_threads = options_for(Dataset::ImageNet16x120);
    more_threads.threads = 2;
    const SweepResult two = sweep_nasbench201(more_threads);
    REQUIRE(one.rows.size() == 15625);
    REQUIRE(two.rows.size() == 15625);
    for (std::size_t i = 0; i < one.rows.size(); ++i) {
      REQUIRE(one.rows[i].latency_ms == two.rows[i].latency_ms);
      REQUIRE(one.rows[i].energy_mj == two.rows[i].energy_mj);
      REQUIRE(one.rows[i].dram_bytes == two.rows[i].dram_bytes);
    }
    for (std::size_t l = 0; l < one.layers.size(); ++l) {
      CHECK(one.layers[l].results[0].best == two.layers[l].results[0].best);
      CHECK(one.layers[l].results[0].certificate.evaluated ==
            two.layers[l].results[0].certificate.evaluated);
    }
  }

  TEST_CASE("an architecture is the sum of the layers of its network") {
    const SweepResult sweep = sweep_nasbench201(options_for(Dataset::Cifar10));
    CHECK(sweep.rows[0].macs == 15647360);
    const Network network =
        nasbench201_network(nasbench201_architecture(77), Dataset::Cifar10, PruneDead::No);
    double latency = 0.0;
    for (std::size_t i = 0; i < network.size(); ++i) {
      const auto same =
          std::find_if(sweep.layers.begin(), sweep.layers.end(), [&](const SweepLayer& each) {
            return canonical_key(each.layer) == canonical_key(network.layer(i));
          });
      REQUIRE(same != sweep.layers.end());
      latency += same->results[0].cost.time.count() * 1e-3;
    }
    CHECK(sweep.rows[77].latency_ms[0] == doctest::Approx(latency).epsilon(1e-12));
  }

  TEST_CASE("skips alone are the cheapest, and a larger kernel never costs less") {
    const SweepResult sweep = sweep_nasbench201(options_for(Dataset::Cifar10));
    const auto skips = static_cast<std::size_t>(
        index_of("|skip_connect~0|+|skip_connect~0|skip_connect~1|+|skip_connect~0|skip_connect~1|"
                 "skip_connect~2|"));
    for (const SweepRow& row : sweep.rows) {
      CHECK(row.latency_ms[0] >= sweep.rows[skips].latency_ms[0]);
      CHECK(row.energy_mj[0] >= sweep.rows[skips].energy_mj[0]);
    }
    const auto& architectures = nasbench201_architectures();
    for (std::size_t i = 0; i < architectures.size(); i += 7) {
      for (std::size_t edge = 0; edge < kCellEdges.size(); ++edge) {
        if (architectures[i].ops[edge] != Nasbench201Op::NorConv1x1) continue;
        CellArchitecture larger = architectures[i];
        larger.ops[edge] = Nasbench201Op::NorConv3x3;
        const auto at = static_cast<std::size_t>(nasbench201_index(larger));
        CHECK(sweep.rows[at].latency_ms[0] >= sweep.rows[i].latency_ms[0]);
        CHECK(sweep.rows[at].energy_mj[0] >= sweep.rows[i].energy_mj[0]);
      }
    }
  }

  TEST_CASE("pruning dead branches never raises a cost") {
    const SweepResult all = sweep_nasbench201(options_for(Dataset::ImageNet16x120));
    SweepOptions pruned = options_for(Dataset::ImageNet16x120);
    pruned.prune = PruneDead::Yes;
    const SweepResult alive = sweep_nasbench201(pruned);
    for (std::size_t i = 0; i < all.rows.size(); ++i) {
      CHECK(alive.rows[i].latency_ms[0] <= all.rows[i].latency_ms[0] * (1.0 + 1e-12));
    }
  }

  TEST_CASE("a sweep without a device or with one twice is refused") {
    SweepOptions none = options_for(Dataset::Cifar10);
    none.devices.clear();
    CHECK_THROWS_WITH_AS(sweep_nasbench201(none), "sweep: no device; give --device eyeriss",
                         InputError);
    SweepOptions twice = options_for(Dataset::Cifar10);
    twice.devices = {"zc706", "zc706"};
    CHECK_THROWS_AS(sweep_nasbench201(twice), InputError);
  }
}

}  // namespace
}  // namespace tilewise
