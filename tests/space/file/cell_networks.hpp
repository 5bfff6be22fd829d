#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "space/search_space.hpp"

namespace tilewise {

using LayerNames = std::vector<std::string>;

inline std::vector<Layer> layers_by_name(std::vector<Layer> layers) {
  std::sort(layers.begin(), layers.end(),
            [](const Layer& a, const Layer& b) { return a.name < b.name; });
  return layers;
}

/// What the fixed parts and the blocks of a candidate have.
inline std::vector<Layer> blocks_of(const BlockLayers& all, std::span<const std::uint8_t> row) {
  std::vector<Layer> layers;
  const auto add = [&](const Block& block) {
    layers.insert(layers.end(), block.layers.begin(), block.layers.end());
  };
  for (const Block& block : all.fixed) add(block);
  for (std::size_t p = 0; p < row.size(); ++p) add(all.positions[p][row[p]]);
  return layers;
}

inline std::size_t layer_called(const Network& network, const std::string& name) {
  std::size_t i = 0;
  while (network.layer(i).name != name) ++i;
  return i;
}

inline std::vector<std::string> network_reads(const Network& network, const std::string& name) {
  std::vector<std::string> names;
  for (const std::size_t i : network.inputs_of(layer_called(network, name))) {
    names.push_back(network.layer(i).name);
  }
  return names;
}

}  // namespace tilewise
