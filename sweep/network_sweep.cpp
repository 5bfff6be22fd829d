#include "sweep/network_sweep.hpp"

#include <fmt/format.h>

#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "sweep/cost_metric.hpp"
#include "sweep/split_layer.hpp"
#include "sweep/target.hpp"

namespace tilewise {
namespace {

/// Layers of any network on one device, one at a time.
class OneByOne {
 public:
  OneByOne(const Device& device, const MappingOptions& options, const MappingMemory& memory)
      : devices_{device}, options_(options), memory_(memory) {}

  const SearchResult& result(const Layer& layer) {
    const auto [known, fresh] = results_.try_emplace(canonical_key(layer));
    if (fresh) {
      SweepLayer one{layer, 1, {}};
      const MappingCounts made = try_layers({&one, 1}, devices_, options_, memory_);
      counts.mapped += made.mapped;
      counts.known += made.known;
      known->second = std::move(one.results.front());
    }
    return known->second;
  }

  MappingCounts counts;

 private:
  std::vector<Device> devices_;
  const MappingOptions& options_;
  const MappingMemory& memory_;
  std::map<std::string, SearchResult> results_;
};

/// The splits of all layers that do not fit one device.
void split_layers(NetworkSweep& sweep, std::size_t device, const MappingMemory& memory) {
  OneByOne search(sweep.devices[device], sweep.mapping, memory);
  const FitsDevice fits = [&](const Layer& part) { return cost(search.result(part)) != nullptr; };
  std::map<std::string, std::optional<std::vector<Layer>>> known;
  for (std::size_t n = 0; n < sweep.networks.size(); ++n) {
    for (std::size_t l = 0; l < sweep.layers[n].size(); ++l) {
      const SweepLayer& layer = sweep.layers[n][l];
      if (cost(layer.results[device]) != nullptr) continue;
      // Names of parts begin with that of the layer.
      const std::string key = layer.layer.name + "\n" + canonical_key(layer.layer);
      const auto [entry, fresh] = known.try_emplace(key);
      if (fresh) entry->second = split_to_fit(layer.layer, fits);
      if (!entry->second) continue;
      SplitLayer split{l, device, {}};
      for (const Layer& part : *entry->second) {
        split.parts.push_back({part, 1, {search.result(part)}});
      }
      sweep.splits[n].push_back(std::move(split));
    }
  }
  sweep.counts.mapped += search.counts.mapped;
  sweep.counts.known += search.counts.known;
}

}  // namespace

bool has_schedule(const NetworkSweep& sweep) {
  return sweep.schedule != ScheduleKind::Separate || sweep.schedule_given || sweep.images != 1;
}

const SplitLayer* split_of(const NetworkSweep& sweep, std::size_t network, std::size_t layer,
                           std::size_t device) {
  for (const SplitLayer& split : sweep.splits[network]) {
    if (split.layer == layer && split.device == device) return &split;
  }
  return nullptr;
}

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
  check_column_words(names);
  NetworkSweep made;
  made.networks = std::move(networks);
  made.devices = std::move(devices);
  made.mapping = options;
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
    cost_in_network(made.layers.back(), made.devices, options);
  }
  made.splits.resize(made.networks.size());
  time_phase(made.phases, "split layers", [&] {
    for (std::size_t d = 0; d < made.devices.size(); ++d) split_layers(made, d, memory);
  });
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
