#include "space/file/space_item.hpp"

#include <fmt/format.h>

#include <array>

#include "arch/yaml_words.hpp"

namespace tilewise {

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
