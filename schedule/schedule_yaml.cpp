#include "schedule/schedule_yaml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/quote.hpp"
#include "schedule/kept_graph.hpp"
#include "sim/mapping_yaml.hpp"

namespace tilewise {
namespace {

constexpr const char* kOffChipWord = "off_chip";

/// The words for the places of an activation, off chip first.
std::vector<std::string> place_words(const Architecture& architecture, const Home& home) {
  std::vector<std::string> words{kOffChipWord};
  for (const KeptPlace place : places_at(home)) {
    if (place == kOffChip) continue;
    words.push_back(memory_word(architecture.levels[home.level], place - 1U));
  }
  return words;
}

std::size_t layer_of(const YamlNode& node, const Network& network) {
  std::vector<std::string> names;
  for (std::size_t l = 0; l < network.size(); ++l) names.push_back(network.layer(l).name);
  return node.one_of(names);
}

/// The order of a file: each layer once, after those that it reads.
std::vector<std::size_t> read_order(const YamlNode& yaml, const Network& network) {
  std::vector<std::size_t> order;
  std::vector<bool> run(network.size(), false);
  for (const YamlNode& entry : yaml.list()) {
    const std::size_t l = layer_of(entry, network);
    if (run[l]) entry.fail(fmt::format("{} is there twice; leave one out", entry.text()));
    for (const std::size_t from : network.inputs_of(l)) {
      if (run[from]) continue;
      entry.fail(fmt::format("{} reads {}, which has not run; put it later", entry.text(),
                             network.layer(from).name));
    }
    run[l] = true;
    order.push_back(l);
  }
  if (order.size() != network.size()) {
    yaml.fail(fmt::format("it has {} of {} layers; name all, or leave the order out", order.size(),
                          network.size()));
  }
  return order;
}

}  // namespace

std::string memory_word(const Level& level, std::size_t memory) {
  const std::string& own = level.memories[memory].name;
  return level.memories.size() == 1 ? level.name : level.name + "." + own;
}

std::string schedule_yaml(const Schedule& schedule, const Network& network,
                          const Architecture& architecture) {
  std::string text = fmt::format("network: {}\ndevice: {}\n", yaml_quoted(network.name()),
                                 yaml_quoted(architecture.name));
  std::string layers;
  for (std::size_t l = 0; l < network.size(); ++l) {
    if (!schedule.layers[l]) continue;
    std::string place = kOffChipWord;
    if (schedule.places[l] != kOffChip) {
      place = memory_word(architecture.levels[schedule.home->level], schedule.places[l] - 1U);
    }
    layers += fmt::format("  - {{layer: {}, output: {}, mapping: {}}}\n",
                          yaml_quoted(network.layer(l).name), place,
                          yaml_quoted(nest_line(schedule.layers[l]->mapping, architecture)));
  }
  if (!std::is_sorted(schedule.order.begin(), schedule.order.end())) {
    std::vector<std::string> names;
    for (const std::size_t l : schedule.order) names.push_back(yaml_quoted(network.layer(l).name));
    text += fmt::format("order: [{}]\n", fmt::join(names, ", "));
  }
  return text + (layers.empty() ? "layers: []\n" : "layers:\n" + layers);
}

GivenSchedule read_schedule(const YamlNode& yaml, const Network& network,
                            const Architecture& architecture) {
  const auto home = home_of(architecture);
  if (const auto* none = std::get_if<NoHome>(&home)) {
    yaml.fail(fmt::format("{} keeps nothing between layers: {}", architecture.name, none->why));
  }
  const Home& at = std::get<Home>(home);
  const std::vector<std::string> words = place_words(architecture, at);
  const std::vector<KeptPlace> places = places_at(at);
  GivenSchedule given;
  given.places.assign(network.size(), kOffChip);
  given.mappings.resize(network.size());
  YamlMap map = yaml.map();
  map.find("network");
  map.find("device");
  if (const auto order = map.find("order")) {
    given.order = read_order(*order, network);
  } else {
    for (std::size_t l = 0; l < network.size(); ++l) given.order.push_back(l);
  }
  std::vector<bool> seen(network.size(), false);
  for (const YamlNode& entry : map.at("layers").list()) {
    YamlMap layer = entry.map();
    const YamlNode name = layer.at("layer");
    const std::size_t l = layer_of(name, network);
    if (seen[l]) name.fail(fmt::format("{} is there twice; leave one out", name.text()));
    seen[l] = true;
    if (const auto output = layer.find("output")) given.places[l] = places[output->one_of(words)];
    if (const auto mapping = layer.find("mapping")) given.mappings[l] = mapping->text();
    layer.done();
  }
  map.done();
  return given;
}

}  // namespace tilewise
