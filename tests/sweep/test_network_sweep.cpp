#include "sweep/network_sweep.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/file.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"
#include "small_networks.hpp"
#include "sweep/network_shares.hpp"
#include "sweep/target.hpp"

namespace tilewise {
namespace {

using Words = std::vector<std::string>;

NetworkSweep swept(std::vector<ListedNetwork> networks, const Words& devices, int threads = 1) {
  std::vector<Device> found = find_devices(devices, networks, Objective::Edp);
  return sweep_networks(std::move(networks), std::move(found),
                        {Objective::Edp, Factors::Divisors, {.threads = threads}});
}

double summed(const std::vector<double>& parts) {
  double sum = 0.0;
  for (const double part : parts) sum += part;
  return sum;
}

}  // namespace

TEST_CASE("equal layers are mapped once over all networks and devices") {
  const NetworkSweep sweep = swept(small_networks(), {"two_level", "pixel_m32p32"});
  // a = c = d, b and e: three problems a device.
  CHECK(sweep.counts == MappingCounts{6, 0});
  REQUIRE(sweep.layers.size() == 2);
  CHECK(sweep.layers[0].size() == 3);
  CHECK(sweep.layers[1].size() == 2);
  CHECK(cost(sweep.layers[0][0].results[0])->energy.total ==
        cost(sweep.layers[1][0].results[0])->energy.total);
}

TEST_CASE("a total is the sum of the layers, as cost() sums them") {
  const NetworkSweep sweep = swept(small_networks(), {"two_level", "zc706"});
  for (std::size_t n = 0; n < sweep.networks.size(); ++n) {
    const auto sums = cost(layers_of(sweep.networks[n].network), sweep.devices, sweep.mapping);
    for (std::size_t d = 0; d < sweep.devices.size(); ++d) {
      const NetworkShares shares = shares_of(sweep, n, d);
      CHECK(shares.total.cost == sums.totals[d]);
      CHECK(shares.total.macs == macs(sweep.networks[n].network));
    }
  }
}

TEST_CASE("shares add up to the whole, by layer, operator, place and bound") {
  const NetworkSweep sweep = swept(small_networks(), {"two_level", "pixel_m32p32"});
  for (std::size_t d = 0; d < sweep.devices.size(); ++d) {
    const NetworkShares shares = shares_of(sweep, 1, d);
    const auto all = [](const auto& items, const auto& value) {
      std::vector<double> values;
      for (const auto& item : items) values.push_back(value(item));
      return summed(values);
    };
    const auto time = [](const auto& item) { return item.time; };
    const auto energy = [](const auto& item) { return item.energy; };
    for (const double sum :
         {all(shares.layers, time), all(shares.layers, energy), all(shares.operators, time),
          all(shares.operators, energy), all(shares.places, energy), all(shares.bounds, time)}) {
      CHECK(sum == doctest::Approx(1.0).epsilon(1e-12));
    }
    for (const PlaceShare& place : shares.places) CHECK(place.time <= 1.0 + 1e-12);
    REQUIRE(shares.operators.size() == 2);
    const bool conv_first = shares.operators[0].op == "convolution";
    CHECK(shares.operators[conv_first ? 0 : 1].cost == shares.layers[0].cost);
  }
}

TEST_CASE("what bounds a layer is busy longest in its place") {
  const NetworkSweep sweep = swept(small_networks(), {"two_level"});
  const LayerCost& one = *cost(sweep.layers[0][0].results[0]);
  const auto& architecture = std::get<Architecture>(sweep.devices[0]);
  const std::vector<PartLoad> loads = part_loads(one.latency, architecture);
  REQUIRE(loads.size() > 1);
  CHECK(loads.front().part == "compute");
  const PartLoad* longest = &loads.front();
  for (const PartLoad& load : loads) {
    if (load.busy > longest->busy) longest = &load;
  }
  CHECK(longest->part == one.bound);
}

TEST_CASE("the slowest layers are the fewest that take half of the time") {
  const NetworkShares shares = shares_of(swept(small_networks(), {"two_level"}), 0, 0);
  double taken = 0.0;
  for (const std::size_t place : shares.slowest) {
    CHECK(taken < 0.5);
    taken += shares.layers[place].time;
  }
  CHECK(taken >= 0.5);
}

TEST_CASE("a layer that fits in no way is left out, and its network stays") {
  std::vector<ListedNetwork> networks = small_networks();
  networks.push_back(
      {"with pool",
       network_in_a_row("with pool", {square_convolution("a", 4, {8, 4}, {3}),
                                      pool_that_fits_nowhere(), classifier("e", 8, 10)})});
  const NetworkSweep sweep = swept(std::move(networks), {"eyeriss", "two_level"});
  const NetworkShares shares = shares_of(sweep, 2, 0);
  REQUIRE(shares.unfit.size() == 1);
  CHECK(shares.unfit[0].name == "pool5");
  CHECK(
      says(shares.unfit[0].why, "no mapping of pool5: the constraints of eyeriss allow no loops"));
  CHECK(shares.layers.size() == 2);
  Cost rest = shares.layers[0].cost;
  rest += shares.layers[1].cost;
  CHECK(shares.total.cost == rest);
  CHECK(shares_of(sweep, 0, 0).unfit.empty());
  CHECK(shares_of(sweep, 2, 1).unfit.empty());
}

TEST_CASE("a layer that fits in parts is their sum, on the device where it does not fit as one") {
  std::vector<ListedNetwork> networks{
      {"with pool",
       network_in_a_row("with pool", {square_convolution("a", 4, {8, 13}, {3}),
                                      pool_that_fits_in_steps(), classifier("e", 8, 10)})}};
  const NetworkSweep sweep = swept(std::move(networks), {"eyeriss", "two_level"});
  CHECK(split_of(sweep, 0, 1, 1) == nullptr);
  CHECK(split_of(sweep, 0, 0, 0) == nullptr);
  const SplitLayer* split = split_of(sweep, 0, 1, 0);
  REQUIRE(split != nullptr);
  REQUIRE(split->parts.size() >= 2);
  Cost parts;
  for (const SweepLayer& part : split->parts) {
    const auto alone = map_each(std::vector{part.layer}, {sweep.devices[0]}, sweep.mapping);
    CHECK(cost_of(*cost(part.results[0])) == cost_of(*cost(alone[0].results[0])));
    parts += cost_of(*cost(part.results[0]));
  }
  const NetworkShares shares = shares_of(sweep, 0, 0);
  REQUIRE(shares.layers.size() == 3);
  CHECK_FALSE(shares.partial());
  CHECK(shares.layers[1].cost == parts);
  CHECK(shares.layers[1].op == "average_pool");
  CHECK(shares.layers[1].parts.size() == split->parts.size());
  CHECK(shares.total.layers == 3);
  double spent = 0.0;
  for (const PlaceShare& place : shares.places) spent += place.energy;
  CHECK(spent == doctest::Approx(1.0).epsilon(1e-12));
}

TEST_CASE("what an engine does not run is left out too, with its reason") {
  std::vector<Network> networks;
  networks.push_back(
      network_in_a_row("net", {square_convolution("a", 4, {8, 4}, {3}),
                               square_convolution("sky", 1, {1, std::int64_t{1} << 20}, {1})}));
  const NetworkShares shares =
      shares_of(swept(list_networks(std::move(networks)), {"pixel_m32p32"}), 0, 0);
  REQUIRE(shares.unfit.size() == 1);
  CHECK(says(shares.unfit[0].why, "sky"));
}

TEST_CASE("a reason takes the names of the layer and device that it is told of") {
  const ProblemNames from{"a", "dev"};
  CHECK(renamed("no mapping of a fits dev; for example GLB: x", from, {"b", "two"}) ==
        "no mapping of b fits two; for example GLB: x");
  CHECK(renamed("no mapping of a: the constraints of dev allow none", from, {"b", "two"}) ==
        "no mapping of b: the constraints of two allow none");
  CHECK(renamed("a fits dev", from, {"b", "two"}) == "a fits dev");
}

TEST_CASE("nothing to cost, and a model of whole networks, are refused") {
  CHECK(says(refusal([] { sweep_networks({}, {}, {}); }), "network: none"));
  CHECK(says(refusal([] { sweep_networks(small_networks(), {}, {}); }), "device: none"));
  CHECK(says(
      refusal([] { find_devices(Words{"hwnasbench-zc706"}, small_networks(), Objective::Edp); }),
      "hwnasbench-zc706: a model of whole networks"));
}

TEST_CASE("weights stay on chip as a whole network leaves room, not a layer alone") {
  const ScratchFolder folder("kept_weights");
  const auto engine = [&](const std::string& name, const std::string& memory) {
    const auto path = folder.path / (name + ".yaml");
    write_file(path, "family: fpga_pixel_engine\nname: " + name +
                         "\nparameters:\n  M: 64\n  P: 64\n  clock: 400 MHz\n"
                         "  bandwidth: 16 GB/s\n  operand_width: 16 bit\n  weight_memory: " +
                         memory + "\n  dram: ddr4\n  technology: {node: 16 nm, voltage: 0.85 V}\n");
    return load_device(path);
  };
  // 1 MiB of weights of 16 bit, and twice 256 KiB. In 1280 KiB the large one stays while each of
  // the others streams through 256 KiB.
  std::vector<Network> networks;
  networks.push_back(network_in_a_row("three", {square_convolution("a", 512, {1024, 4}, {1}),
                                                square_convolution("b", 1024, {128, 4}, {1}),
                                                square_convolution("c", 1024, {128, 4}, {1})}));
  networks.push_back(network_in_a_row("one", {square_convolution("d", 1024, {128, 4}, {1})}));
  const std::vector<Device> devices{engine("short", "1280 KiB"), engine("all", "1536 KiB"),
                                    engine("none", "none")};
  const NetworkSweep sweep = sweep_networks(list_networks(std::move(networks)), devices, {});
  const auto latency = [&](std::size_t network, std::size_t layer, std::size_t device) {
    return cost_of(*cost(sweep.layers[network][layer].results[device])).latency;
  };
  enum { kShort, kAll, kNone };
  CHECK(latency(0, 0, kShort) == latency(0, 0, kAll));
  CHECK(latency(0, 1, kShort) == latency(0, 1, kNone));
  CHECK(latency(0, 2, kShort) == latency(0, 2, kNone));
  CHECK(latency(1, 0, kShort) == latency(1, 0, kAll));
  for (std::size_t layer = 0; layer < 3; ++layer) {
    CAPTURE(layer);
    CHECK(latency(0, layer, kAll) < latency(0, layer, kNone));
    // Alone each has room.
    const Layer& one = sweep.layers[0][layer].layer;
    CHECK(cost_of(*cost(search(devices[kShort], one, {}))).latency == latency(0, layer, kAll));
  }
  const std::vector<Layer> layers = layers_of(sweep.networks[0].network);
  const NetworkCosts summed = cost(layers, devices, {});
  CHECK(summed.totals[kShort].latency ==
        latency(0, 0, kAll) + latency(0, 1, kNone) + latency(0, 2, kNone));
}

}  // namespace tilewise
