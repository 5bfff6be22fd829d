#include "sweep/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "arch/architecture_yaml.hpp"
#include "arch/fpga/fpga_board.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/shipped_names.hpp"
#include "base/text.hpp"
#include "base/words.hpp"
#include "sim/engine/pixel_weights.hpp"
#include "sim/fixed_control.hpp"
#include "space/published/hwnasbench_model.hpp"
#include "sweep/cost_metric.hpp"

namespace tilewise {
namespace {

Device device_of(Architecture architecture) { return architecture; }

/// Of an engine whose control is fixed.
template <class Engine>
Device device_of(Engine engine) {
  return LayerModel{engine.name, engine.description, engine.family, describe(engine),
                    [engine](const Layer& layer) { return fixed_control_cost(engine, layer); }};
}

/// A pixel engine on which these layers of a network have their weights where they are placed.
LayerModel model_in_network(const LayerModel& alone, const PixelEngine& engine,
                            std::span<const Layer> network) {
  const std::vector<WeightPlace> placed = place_weights(engine, network);
  std::map<std::string, WeightPlace> places;
  for (std::size_t i = 0; i < network.size(); ++i) places.emplace(network[i].name, placed[i]);
  LayerModel model = alone;
  model.in_network = {};
  model.cost = [engine, places](const Layer& layer) {
    const auto at = places.find(layer.name);
    if (at == places.end()) return fixed_control_cost(engine, layer);
    return pixel_engine_cost(engine, layer, at->second);
  };
  return model;
}

/// Where the weights of a layer are depends on its network if the engine can keep any.
Device device_of(PixelEngine engine) {
  LayerModel alone{engine.name, engine.description, engine.family, describe(engine),
                   [engine](const Layer& layer) { return fixed_control_cost(engine, layer); }};
  if (!engine.weight_memory) return alone;
  LayerModel model = alone;
  model.in_network = [alone, engine](std::span<const Layer> network) {
    return model_in_network(alone, engine, network);
  };
  return model;
}

// "board:NAME"

std::string board_of(const std::string& name) { return name.substr(kBoardPrefix.size()); }

bool is_board(const std::string& name) { return name.starts_with(kBoardPrefix); }

Target find_board_engine(const std::string& name, std::span<const WeightedLayer> layers,
                         Objective objective) {
  if (layers.empty()) {
    throw InputError(name +
                     ": its engine depends on the layers; ask a sweep or map, or write one with "
                     "tilewise fpga design --output FILE");
  }
  return Device(design_board_engine(board_of(name), layers, objective));
}

// "hwnasbench-zc706", "hwnasbench-zc706:switch=off"

std::optional<NetworkModel> published_model(const std::string& name) {
  const std::vector<std::string_view> words = split(name, ':');
  const std::vector<std::string> changes(words.begin() + 1, words.end());
  auto model = find_hwnasbench_model(words.front(), changes);
  if (model) model->name = name;
  return model;
}

bool is_published(const std::string& name) {
  const std::string_view preset = split(name, ':').front();
  const auto names = hwnasbench_names();
  return std::find(names.begin(), names.end(), preset) != names.end();
}

Target find_published(const std::string& name, std::span<const WeightedLayer> /*layers*/,
                      Objective /*objective*/) {
  return *published_model(name);
}

// Shipped names and files.

bool is_file(const std::string& /*name*/) { return true; }

/// Of a name that is no device: where it is that of a board, or nearer to one than to any device's.
void refuse_board(const std::string& name) {
  std::error_code ignored;
  const std::vector<std::string> devices = shipped_names("arch");
  const bool there = std::filesystem::is_regular_file(name, ignored) ||
                     std::find(devices.begin(), devices.end(), name) != devices.end();
  if (there) return;
  const std::vector<std::string> boards = board_names();
  std::vector<std::string_view> known(boards.begin(), boards.end());
  known.insert(known.end(), devices.begin(), devices.end());
  const std::string_view nearest = nearest_word(name, known);
  if (std::find(boards.begin(), boards.end(), nearest) == boards.end()) return;
  throw InputError(fmt::format(
      "{}: no device{}; \"{}{}\" is the engine that is found for that board and the layers", name,
      nearest == name ? ", but a board" : "", kBoardPrefix, nearest));
}

Target find_file(const std::string& name, std::span<const WeightedLayer> /*layers*/,
                 Objective /*objective*/) {
  refuse_board(name);
  return load_device(find_config("arch", name));
}

const TargetKind& kind_of(const std::string& name) {
  for (const TargetKind& kind : target_kinds()) {
    if (kind.is(name)) return kind;
  }
  return target_kinds().back();
}

}  // namespace

std::span<const TargetKind> target_kinds() {
  // The first whose `is` holds: what may be a file's name stands last.
  static const std::vector<TargetKind> kKinds{
      {"board:NAME", is_board, [](const std::string& name) { find_board(board_of(name)); },
       find_board_engine},
      {fmt::format("{}", fmt::join(hwnasbench_names(), ", ")), is_published,
       [](const std::string& name) { published_model(name); }, find_published},
      {"shipped names or files", is_file, [](const std::string& name) { find_file(name, {}, {}); },
       find_file}};
  return kKinds;
}

std::string target_forms() {
  std::string text = target_kinds().back().form;
  for (const TargetKind& kind : target_kinds().first(target_kinds().size() - 1)) {
    text += ", " + kind.form;
  }
  return text;
}

const std::string& name(const Target& target) {
  if (const auto* model = std::get_if<NetworkModel>(&target)) return model->name;
  return name(std::get<Device>(target));
}

const std::string& description(const Target& target) {
  if (const auto* model = std::get_if<NetworkModel>(&target)) return model->description;
  return description(std::get<Device>(target));
}

std::string describe(const Target& target) {
  if (const auto* model = std::get_if<NetworkModel>(&target)) return model->details;
  return describe(std::get<Device>(target));
}

void check_target(const std::string& name) {
  if (name.empty()) throw InputError("device: an empty name; leave it out, or name one");
  kind_of(name).check(name);
}

Target find_target(const std::string& name, std::span<const WeightedLayer> layers,
                   Objective objective) {
  return kind_of(name).find(name, layers, objective);
}

std::vector<Target> find_targets(std::span<const std::string> names,
                                 std::span<const WeightedLayer> layers, Objective objective) {
  std::vector<Target> targets;
  std::set<std::string> seen;
  for (const std::string& asked : names) {
    targets.push_back(find_target(asked, layers, objective));
    if (seen.insert(name(targets.back())).second) continue;
    throw InputError(
        fmt::format("device {}: {} is there twice; give each device once, with a name of its own",
                    asked, name(targets.back())));
  }
  check_column_words(seen);
  return targets;
}

const Device& device_of(const Target& target) {
  if (const auto* device = std::get_if<Device>(&target)) return *device;
  const auto& model = std::get<NetworkModel>(target);
  std::string spaces;
  for (const PublishedSpace& each : model.spaces) {
    spaces += (spaces.empty() ? "" : " and ") + each.space;
  }
  throw InputError(fmt::format(
      "{}: a model of whole networks of {}, not of layers; use it as --device of tilewise sweep",
      model.name, spaces));
}

Device find_device(const std::string& name, std::span<const WeightedLayer> layers,
                   Objective objective) {
  return device_of(find_target(name, layers, objective));
}

Device load_device(const std::filesystem::path& path) {
  const YamlNode yaml = YamlNode::load_file(path);
  if (yaml.is_map() && yaml.map().find("LUT") && !yaml.map().find("levels")) {
    throw InputError(fmt::format(
        "{}: no device, but a board; \"{}{}\" is the engine that is found for it and the layers",
        path.string(), kBoardPrefix, path.string()));
  }
  Hardware hardware = read_hardware(yaml);
  return std::visit([](auto& each) { return device_of(std::move(each)); }, hardware);
}

}  // namespace tilewise
