#include "sweep/network_sweep.hpp"

#include <fmt/format.h>

#include <iterator>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "sweep/target.hpp"

namespace tilewise {

NetworkSweep sweep_networks(std::vector<ListedNetwork> networks, std::vector<Device> devices,
                            const MappingOptions& options, const MappingMemory& memory) {
  if (networks.empty()) throw InputError("network: none is named; name one, such as resnet18");
  if (devices.empty()) throw InputError("device: none is named; name one, such as eyeriss");
  std::set<std::string> names;
  for (const Device& device : devices) {
    if (names.insert(name(device)).second) continue;
    throw InputError(fmt::format(
        "device {}: is there twice; give each device once, with a name of its own", name(device)));
  }
  NetworkSweep made{std::move(networks), std::move(devices), options, {}, {}, {}};
  std::vector<SweepLayer> all;
  for (const ListedNetwork& listed : made.networks) {
    for (Layer& layer : layers_of(listed.network)) all.push_back({std::move(layer), 1, {}});
  }
  time_phase(made.phases, "map layers",
             [&] { made.counts = try_layers(all, made.devices, options, memory); });
  auto next = std::make_move_iterator(all.begin());
  for (const ListedNetwork& listed : made.networks) {
    const auto size = static_cast<std::ptrdiff_t>(listed.network.size());
    made.layers.emplace_back(next, next + size);
    next += size;
  }
  return made;
}

std::vector<Device> find_devices(std::span<const std::string> names,
                                 std::span<const ListedNetwork> networks, Objective objective) {
  std::vector<WeightedLayer> layers;
  for (const ListedNetwork& listed : networks) {
    for (Layer& layer : layers_of(listed.network)) layers.push_back({std::move(layer), 1.0});
  }
  std::vector<Device> devices;
  for (const Target& target : find_targets(names, layers, objective)) {
    devices.push_back(device_of(target));
  }
  return devices;
}

}  // namespace tilewise
