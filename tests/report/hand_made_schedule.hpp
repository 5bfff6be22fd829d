#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "arch/home.hpp"
#include "schedule/kept_graph.hpp"
#include "small_networks.hpp"
#include "sweep/network_sweep.hpp"
#include "sweep/target.hpp"

namespace tilewise {

/// A convolution whose output is 8 channels of 40 x 40 words of 16 bit: 25 KiB.
inline Layer convolution_of_25_kib(const std::string& name) {
  return square_convolution(name, 8, {8, 40}, {3});
}

/// a and b, which reads a; their sum; c reads that, d reads c.
inline Network residual_network() {
  Network network("residual");
  network.add(convolution_of_25_kib("a"), {});
  network.add(convolution_of_25_kib("b"), {0});
  network.add(square_sum("sum", {8, 40}, 2), {0, 1});
  network.add(convolution_of_25_kib("c"), {2});
  network.add(convolution_of_25_kib("d"), {3});
  return network;
}

/// A sweep of one network on one shipped device with a schedule that says where outputs lie. No
/// layer has a mapping. The schedule takes 80 % of the energy and 90 % of the time.
inline NetworkSweep sweep_that_keeps(Network network, const std::string& device,
                                     std::vector<std::uint8_t> places) {
  NetworkSweep sweep;
  std::vector<Network> networks{std::move(network)};
  sweep.networks = list_networks(std::move(networks));
  sweep.devices = find_devices(std::vector<std::string>{device}, sweep.networks, Objective::Edp);
  sweep.schedule = ScheduleKind::Kept;
  const Network& listed = sweep.networks.front().network;
  sweep.splits.resize(1);
  sweep.layers.resize(1);
  for (Layer& layer : layers_of(listed)) {
    sweep.layers.front().push_back({std::move(layer), 1, {SearchResult{}}});
  }
  const std::vector<LayerAlone> alone(listed.size(), {nullptr, 100.0, 10.0, 800.0});
  Schedule schedule = schedule_apart(listed, alone, Objective::Edp, "");
  const auto& architecture = std::get<Architecture>(sweep.devices.front());
  schedule.home = std::get<Home>(home_of(architecture));
  const std::vector<Bits> room = home_room(architecture, *schedule.home);
  schedule.activations = activations_of(listed, std::vector<bool>(listed.size(), false),
                                        *std::max_element(room.begin(), room.end()));
  schedule.places = std::move(places);
  schedule.energy_pj = 0.8 * schedule.alone.energy_pj;
  schedule.latency_cycles = 0.9 * schedule.alone.latency_cycles;
  schedule.objective_value = schedule.lower_bound = 0.72 * schedule.alone_value;
  schedule.certificate = {24576.0, 1340, 96, 58, 7};
  sweep.schedules = {{std::move(schedule)}};
  return sweep;
}

}  // namespace tilewise
