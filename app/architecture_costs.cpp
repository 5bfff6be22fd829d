#include "app/architecture_costs.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "app/output.hpp"
#include "app/progress.hpp"
#include "arch/text_table.hpp"
#include "base/error.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;

/// A network on one data set and what it costs on each device.
struct CostedNetwork {
  std::string dataset;
  Network network;
  std::vector<CostSum> costs;
};

std::vector<Layer> layers_of(const Network& network) {
  std::vector<Layer> layers;
  for (std::size_t i = 0; i < network.size(); ++i) layers.push_back(network.layer(i));
  return layers;
}

std::string text_of(const ShownArchitecture& shown, const CostedNetwork& on,
                    const std::vector<Device>& devices) {
  std::string text = shown.index ? fmt::format("index: {}\n", *shown.index) : "";
  text += fmt::format("architecture: {}\ndataset: {}\nMACs: {}\nparameters: {}\nlayers: {}\n",
                      shown.text, on.dataset, macs(on.network), parameters(on.network),
                      on.network.size());
  if (devices.empty()) return text;
  std::vector<std::vector<std::string>> rows{
      {"device", "latency [ms]", "energy [mJ]", "off-chip [bytes]"}};
  for (std::size_t d = 0; d < devices.size(); ++d) {
    rows.push_back({name(devices[d]), fmt::format("{:.5g}", on.costs[d].latency_ms),
                    fmt::format("{:.5g}", on.costs[d].energy_mj),
                    fmt::format("{:.0f}", on.costs[d].dram_bytes)});
  }
  return text + "\n" + text_table(rows);
}

Json json_of(const ShownArchitecture& shown, const CostedNetwork& on,
             const std::vector<Device>& devices) {
  Json json = Json::object();
  if (shown.index) json["index"] = *shown.index;
  json["arch_str"] = shown.text;
  json["dataset"] = on.dataset;
  json["macs"] = macs(on.network);
  json["params"] = parameters(on.network);
  json["layers"] = on.network.size();
  json["devices"] = Json::array();
  for (std::size_t d = 0; d < devices.size(); ++d) {
    json["devices"].push_back({{"device", name(devices[d])},
                               {"latency_ms", on.costs[d].latency_ms},
                               {"energy_mJ", on.costs[d].energy_mj},
                               {"dram_bytes", on.costs[d].dram_bytes}});
  }
  return json;
}

/// The sum over the layers on each device, or what a model of whole networks says.
std::vector<CostSum> costs_of(const ShownArchitecture& shown, const CostedNetwork& on,
                              const std::vector<Device>& devices, const MappingOptions& options) {
  std::vector<Device> of_layers;
  for (const Device& device : devices) {
    if (network_model(device) == nullptr) of_layers.push_back(device);
  }
  const std::vector<CostSum> sums = cost_layers(layers_of(on.network), of_layers, options);
  std::vector<CostSum> costs;
  std::size_t next = 0;
  for (const Device& device : devices) {
    const HwnasbenchModel* model = network_model(device);
    if (model != nullptr && !shown.published) {
      throw InputError(
          fmt::format("--device {}: this model knows nasbench201 and fbnet only", name(device)));
    }
    costs.push_back(model ? cost_sum(shown.published(*model, on.dataset)) : sums[next++]);
  }
  return costs;
}

}  // namespace

int print_architecture(const ShownArchitecture& shown, const SweepArguments& arguments, bool json) {
  SweepOptions options = sweep_options(arguments);
  std::vector<CostedNetwork> all;
  std::vector<SweepLayer> layers;
  for (const std::string& dataset : options.datasets) {
    all.push_back({dataset, shown.network(dataset), {}});
    for (const Layer& layer : layers_of(all.back().network)) layers.push_back({layer, 1, {}});
  }
  const std::vector<Device> devices = find_devices(options.devices, layers, options.objective);
  {
    ProgressBar bar;
    options.progress = [&bar](const std::string& phase, double share) { bar.show(phase, share); };
    for (CostedNetwork& each : all) {
      each.costs = costs_of(shown, each, devices, mapping_options(options));
    }
  }
  std::string text;
  Json objects = Json::array();
  for (const CostedNetwork& each : all) {
    if (!text.empty()) text += "\n";
    text += text_of(shown, each, devices);
    objects.push_back(json_of(shown, each, devices));
  }
  print(json ? objects.dump(2) + "\n" : text);
  return 0;
}

}  // namespace tilewise
