#include "bench/layer_zoo.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "space/distinct_layers.hpp"
#include "space/fbnet.hpp"
#include "space/nasbench201.hpp"
#include "workload/network_yaml.hpp"

namespace tilewise {
namespace {

constexpr std::string_view kNasbench201 = "nasbench201";
constexpr std::string_view kFbnet = "fbnet";
constexpr auto kNetworks =
    std::to_array<std::string_view>({"alexnet", "vgg16", "resnet50", "mobilenetv2"});

/// Appends `more`, told apart by the image set that they belong to.
void append(std::vector<Layer>& layers, std::string_view image_set, std::vector<Layer> more) {
  for (Layer& layer : more) {
    layer.name = fmt::format("{}/{}", image_set, layer.name);
    layers.push_back(std::move(layer));
  }
}

/// Cells with one operation on all edges have, together, every layer of the space.
std::vector<Layer> nasbench201_zoo() {
  std::vector<Layer> layers;
  for (const Dataset dataset : all_of<Dataset>()) {
    for (const Nasbench201Op op : all_of<Nasbench201Op>()) {
      CellArchitecture architecture;
      architecture.ops.fill(op);
      append(layers, name(dataset), layers_of(nasbench201_network(architecture, dataset)));
    }
  }
  return layers;
}

std::vector<Layer> fbnet_zoo() {
  std::vector<Layer> layers;
  for (const FbnetDataset dataset : all_of<FbnetDataset>()) {
    append(layers, name(dataset), fbnet_distinct_layers(dataset));
  }
  return layers;
}

std::vector<Layer> all_layers(std::string_view set) {
  if (set == kNasbench201) return nasbench201_zoo();
  if (set == kFbnet) return fbnet_zoo();
  if (std::find(kNetworks.begin(), kNetworks.end(), set) != kNetworks.end()) {
    return layers_of(find_network(std::string(set)));
  }
  throw InputError(fmt::format("\"{}\": no such set of layers; there are {}", set,
                               fmt::join(layer_set_names(), ", ")));
}

}  // namespace

std::vector<std::string> layer_set_names() {
  std::vector<std::string> names{std::string(kNasbench201), std::string(kFbnet)};
  names.insert(names.end(), kNetworks.begin(), kNetworks.end());
  return names;
}

LayerSet layer_set(std::string_view name) {
  return {std::string(name), distinct_layers(all_layers(name))};
}

std::vector<Layer> spread(const std::vector<Layer>& layers, std::size_t most) {
  if (most == 0 || most >= layers.size()) return layers;
  std::vector<Layer> chosen;
  for (std::size_t i = 0; i < most; ++i) chosen.push_back(layers[i * layers.size() / most]);
  return chosen;
}

}  // namespace tilewise
