#include "app/candidate_costs.hpp"

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
  std::vector<Cost> costs;
};

std::vector<Layer> layers_of(const Network& network) {
  std::vector<Layer> layers;
  for (std::size_t i = 0; i < network.size(); ++i) layers.push_back(network.layer(i));
  return layers;
}

std::string text_of(const ShownCandidate& shown, const CostedNetwork& on,
                    const std::vector<Target>& devices) {
  std::string text = shown.index ? fmt::format("index: {}\n", *shown.index) : "";
  text += fmt::format("architecture: {}\ndataset: {}\nMACs: {}\nparameters: {}\nlayers: {}\n",
                      shown.text, on.dataset, macs(on.network), parameters(on.network),
                      on.network.size());
  if (devices.empty()) return text;
  std::vector<std::vector<std::string>> rows{
      {"device", "latency [ms]", "energy [mJ]", "off-chip [bytes]"}};
  for (std::size_t d = 0; d < devices.size(); ++d) {
    rows.push_back({name(devices[d]), fmt::format("{:.5g}", on.costs[d].latency.count()),
                    fmt::format("{:.5g}", on.costs[d].energy.count()),
                    fmt::format("{:.0f}", on.costs[d].dram_bytes)});
  }
  return text + "\n" + text_table(rows);
}

Json json_of(const ShownCandidate& shown, const CostedNetwork& on,
             const std::vector<Target>& devices) {
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
                               {"latency_ms", on.costs[d].latency.count()},
                               {"energy_mJ", on.costs[d].energy.count()},
                               {"dram_bytes", on.costs[d].dram_bytes}});
  }
  return json;
}

/// The sum over the layers on each device, or what a model of whole networks says.
std::vector<Cost> costs_of(const ShownCandidate& shown, const CostedNetwork& on,
                           const std::vector<Target>& targets, const SweepOptions& options) {
  std::vector<Device> devices;
  for (const Target& target : targets) {
    if (const auto* device = std::get_if<Device>(&target)) devices.push_back(*device);
  }
  const std::vector<Cost> sums = cost_layers(layers_of(on.network), devices, options.mapping);
  std::vector<Cost> costs;
  std::size_t next = 0;
  for (const Target& target : targets) {
    const auto* model = std::get_if<NetworkModel>(&target);
    costs.push_back(model
                        ? published(*model, shown.space, options.space).one(shown.text, on.dataset)
                        : sums[next++]);
  }
  return costs;
}

}  // namespace

int print_candidate(const ShownCandidate& shown, const SweepArguments& arguments, bool json) {
  SweepOptions options = sweep_options(arguments);
  std::vector<CostedNetwork> all;
  std::vector<WeightedLayer> layers;
  for (const std::string& dataset : options.datasets) {
    all.push_back({dataset, shown.space.network(shown.text, dataset, options.space), {}});
    for (Layer& layer : layers_of(all.back().network)) layers.push_back({std::move(layer), 1.0});
  }
  const std::vector<Target> targets =
      find_targets(options.devices, layers, options.mapping.objective);
  {
    ProgressBar bar;
    options.mapping.run.progress = [&bar](const std::string& phase, double share) {
      bar.show(phase, share);
    };
    for (CostedNetwork& each : all) each.costs = costs_of(shown, each, targets, options);
  }
  std::string text;
  Json objects = Json::array();
  for (const CostedNetwork& each : all) {
    if (!text.empty()) text += "\n";
    text += text_of(shown, each, targets);
    objects.push_back(json_of(shown, each, targets));
  }
  print(json ? objects.dump(2) + "\n" : text);
  return 0;
}

}  // namespace tilewise
