#include "space/file/space_item.hpp"

#include <fmt/format.h>

#include <array>
#include <numeric>

#include "arch/yaml_words.hpp"

namespace tilewise {
namespace {

std::int64_t entries_of(const SpaceItem& item) {
  if (!item.choices) return item.repeat * item.call.entries;
  const auto& options = item.choices->options;
  return item.repeat * std::accumulate(options.begin(), options.end(), std::int64_t{0},
                                       [](std::int64_t sum, const SpaceOption& each) {
                                         return sum + each.call.entries;
                                       });
}

}  // namespace

std::int64_t entries_of(const SpaceItems& items) {
  return std::accumulate(
      items.begin(), items.end(), std::int64_t{0},
      [](std::int64_t sum, const SpaceItem& item) { return sum + entries_of(item); });
}

Expression parse_expression(const YamlNode& node) {
  return at_place_of(node, [&] { return Expression::parse(node.text()); });
}

TextPattern parse_pattern(const YamlNode& node) {
  return at_place_of(node, [&] { return TextPattern::parse(node.text()); });
}

std::vector<LayerNumber> layer_numbers(const YamlNode& layer) {
  constexpr std::array<std::string_view, 14> kNumbers{
      "output_channels", "kernel",           "stride", "dilation", "padding", "groups",
      "outputs",         "inputs",           "rows",   "columns",  "inner",   "batch",
      "operations",      "folded_parameters"};
  std::vector<LayerNumber> numbers;
  YamlMap map = layer.map();
  const auto add = [&](std::string path, const YamlNode& node) {
    if (node.is_scalar() && node.text() != "same" && node.text() != "global") {
      numbers.push_back({std::move(path), parse_expression(node), node});
    }
  };
  for (const std::string_view key : kNumbers) {
    const auto node = map.find(key);
    if (!node) continue;
    if (!node->is_list()) {
      add(std::string(key), *node);
      continue;
    }
    const std::vector<YamlNode> items = node->list();
    for (std::size_t i = 0; i < items.size(); ++i) add(fmt::format("{}[{}]", key, i), items[i]);
  }
  if (const auto dims = map.find("dims")) {
    YamlMap bounds = dims->map();
    for (const std::string& dim : bounds.keys()) add("dims." + dim, bounds.at(dim));
  }
  return numbers;
}

}  // namespace tilewise
