#include "sweep/scheduled_space.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

#include "schedule/schedule.hpp"
#include "small_networks.hpp"
#include "space/fbnet_candidates.hpp"
#include "space/search_spaces.hpp"
#include "sweep/network_sweep.hpp"
#include "sweep/scheduled_networks.hpp"
#include "sweep/sweep.hpp"

namespace tilewise {
namespace {

SweepOptions options_for(const std::string& dataset, Objective objective) {
  SweepOptions options;
  options.datasets = {dataset};
  options.devices = {"eyeriss", "zc706", "pixel_m32p32"};
  options.mapping.objective = objective;
  options.mapping.factors = Factors::Divisors;
  options.mapping.run.threads = 2;
  options.schedule = ScheduleKind::Kept;
  return options;
}

/// The first so many candidates of NAS-Bench-201.
SearchSpace first_candidates(std::int64_t size) {
  SearchSpace space = find_space("nasbench201");
  std::get<IndexedForm>(space.form).size = size;
  return space;
}

/// The network alone, under its best schedule.
NetworkSweep scheduled(Network network, const SweepResult& swept, const SweepOptions& options) {
  std::vector<Network> one;
  one.push_back(std::move(network));
  NetworkSweep sweep =
      sweep_networks(list_networks(std::move(one)), swept.devices, options.mapping);
  schedule_networks(sweep, {.kind = ScheduleKind::Kept});
  return sweep;
}

TEST_SUITE("scheduled spaces") {
  TEST_CASE("a candidate costs what its network costs alone, and never more than apart") {
    for (const auto& [device, objective] :
         {std::pair{"weight_stationary", Objective::Energy}, std::pair{"zc706", Objective::Edp}}) {
      CAPTURE(device);
      const SearchSpace space = first_candidates(8);
      SweepOptions options = options_for("ImageNet16-120", objective);
      options.devices = {device, "pixel_m32p32"};
      const SweepResult swept = sweep(space, options);
      options.schedule = ScheduleKind::Separate;
      const SweepResult apart = sweep(space, options);
      REQUIRE(swept.rows.size() == 8);
      for (const std::size_t index : {0U, 3U, 7U}) {
        CAPTURE(index);
        const NetworkSweep alone = scheduled(
            space.network(swept.architectures[index], "ImageNet16-120", {}), swept, options);
        const Cost& cost = swept.rows[index].costs[0];
        CHECK(alone.schedules[0][0].proven);
        CHECK(cost.energy.count() == doctest::Approx(alone.schedules[0][0].energy_pj * 1e-9));
        Cost sum;
        for (const SweepLayer& layer : alone.layers[0]) {
          sum += cost_of(*tilewise::cost(layer.results[0]));
        }
        CHECK(cost.latency.count() == doctest::Approx(sum.latency.count()));
        CHECK(cost.dram_bytes == doctest::Approx(sum.dram_bytes));
      }
      for (std::size_t i = 0; i < swept.rows.size(); ++i) {
        CHECK(swept.rows[i].costs[0].energy < apart.rows[i].costs[0].energy);
        CHECK(swept.rows[i].costs[0].dram_bytes < apart.rows[i].costs[0].dram_bytes);
        // An engine with fixed control keeps nothing.
        CHECK(swept.rows[i].costs[1] == apart.rows[i].costs[1]);
      }
    }
  }

  TEST_CASE("the costs are the same bits for any number of threads") {
    const SearchSpace space = first_candidates(60);
    SweepOptions options = options_for("ImageNet16-120", Objective::Edp);
    options.devices = {"zc706"};
    const SweepResult two = sweep(space, options);
    options.mapping.run.threads = 1;
    const SweepResult one = sweep(space, options);
    for (std::size_t i = 0; i < one.rows.size(); ++i) {
      CHECK(one.rows[i].costs == two.rows[i].costs);
    }
  }

  TEST_CASE("a block of FBNet has its best schedule, and nothing crosses its border") {
    SweepOptions options = options_for("cifar100", Objective::Energy);
    options.devices = {"zc706"};
    const SweepResult swept = sweep(fbnet_space(), options);
    const BlockTable& table = swept.tables.front();
    const auto& positions = table.parts.positions;
    int checked = 0;
    for (std::size_t p = 4; p < positions.size(); p += 7) {
      const Block& block = positions[p][3];  // k3_e6: expand, depthwise, project
      CAPTURE(block.name);
      REQUIRE(block.layers.size() >= 3);
      const NetworkSweep alone = scheduled(network_in_a_row("block", block.layers), swept, options);
      const Schedule& schedule = alone.schedules[0][0];
      CHECK(table.devices[0].energy_mj.at(p, 3) == doctest::Approx(schedule.energy_pj * 1e-9));
      CHECK(schedule.places.back() == 0);
      checked += schedule.keeps_any() ? 1 : 0;
    }
    CHECK(checked > 0);
  }
}

}  // namespace
}  // namespace tilewise
