#include "sweep/network_shares.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "arch/architecture_yaml.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "sim/evaluate.hpp"
#include "small_networks.hpp"
#include "sweep/scheduled_networks.hpp"

namespace tilewise {
namespace {

NetworkSweep mapped_in_a_row(std::vector<Layer> layers, const std::string& device) {
  auto listed = list_networks({network_in_a_row("net", std::move(layers))});
  auto found = find_devices(std::vector{device}, listed, Objective::Edp);
  return sweep_networks(std::move(listed), std::move(found),
                        {Objective::Edp, Factors::Divisors, {.threads = 1}});
}

std::vector<Layer> three_layers() {
  return {square_convolution("a", 4, {8, 4}, {3}), square_convolution("b", 8, {4, 4}, {1}),
          classifier("fc", 32, 10)};
}

}  // namespace

TEST_CASE("without ports a network takes the time of its work, on one unit a cycle a MAC") {
  const NetworkSweep sweep = mapped_in_a_row(three_layers(), "two_level");
  const auto waits = waits_of(sweep, 0, 0);
  REQUIRE(waits);
  CHECK(waits->total.count() == shares_of(sweep, 0, 0).total.cycles.count());
  // 8 x 4 x 16 x 9, 4 x 8 x 16 and 32 x 10 MACs.
  CHECK(waits->work.count() == doctest::Approx(4608 + 512 + 320));
  CHECK(waits->saved(waits->work) > 0.0);
}

TEST_CASE("what a port saves of a network is what a file without its limit costs") {
  const NetworkSweep sweep = mapped_in_a_row(three_layers(), "edge_free");
  const auto waits = waits_of(sweep, 0, 0);
  REQUIRE(waits);
  const std::string text = read_file(config_folder() / "arch" / "edge_free.yaml");
  const Architecture wide = read_architecture(YamlNode::load_text(
      replaced(text, "bandwidth: 12.8 GB/s", "bandwidth: unlimited"), "edge_free"));
  double left = 0.0;
  for (const SweepLayer& layer : sweep.layers[0]) {
    const Mapping& mapping = *best_mapping(layer.results[0]);
    left += evaluate(wide, layer.layer, mapping).latency.total.count();
  }
  const auto off_chip =
      std::find_if(waits->ports.begin(), waits->ports.end(),
                   [](const auto& each) { return each.port == "DRAM.dram port"; });
  REQUIRE(off_chip != waits->ports.end());
  CHECK(off_chip->left.count() == doctest::Approx(left));
  CHECK(left < waits->total.count());
  CHECK(std::is_sorted(waits->ports.begin(), waits->ports.end(),
                       [](const auto& a, const auto& b) { return a.left < b.left; }));
  for (const PortWait& each : waits->ports) {
    CHECK(each.left <= waits->total);
    CHECK(each.left >= waits->work);
  }
}

TEST_CASE("under a schedule the layers that are evaluated are those that run") {
  for (const ScheduleKind kind : {ScheduleKind::Kept, ScheduleKind::Fused}) {
    NetworkSweep sweep = mapped_in_a_row(
        {square_convolution("a", 4, {8, 8}, {3}), square_convolution("b", 8, {8, 8}, {3}),
         square_convolution("c", 8, {4, 8}, {1})},
        "zc706");
    const double apart = shares_of(sweep, 0, 0).total.cycles.count();
    schedule_networks(sweep, {.kind = kind});
    const auto waits = waits_of(sweep, 0, 0);
    REQUIRE(waits);
    CHECK(waits->total.count() == doctest::Approx(shares_of(sweep, 0, 0).total.cycles.count()));
    CHECK(waits->total.count() <= apart);
    CHECK(waits->work <= waits->ports.front().left);
    CHECK(waits->ports.front().left < waits->total);
  }
}

TEST_CASE("with fixed control there is no mapping to evaluate without a port") {
  CHECK(!waits_of(mapped_in_a_row(three_layers(), "pixel_m32p32"), 0, 0));
}

TEST_CASE("the layers named with a bound are bound by it and take half of its time") {
  const NetworkSweep sweep = mapped_in_a_row(three_layers(), "two_level");
  const NetworkShares shares = shares_of(sweep, 0, 0);
  for (const BoundShare& bound : shares.bounds) {
    double taken = 0.0;
    for (const std::size_t place : bound.slowest) {
      CHECK(shares.layers[place].bound == bound.bound);
      taken += shares.layers[place].time;
    }
    CHECK(taken >= 0.5 * bound.time);
    CHECK(taken - shares.layers[bound.slowest.back()].time < 0.5 * bound.time);
  }
}

}  // namespace tilewise
