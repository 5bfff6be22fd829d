#include "space/distinct_layers.hpp"

#include <fmt/format.h>

namespace tilewise {

std::vector<Layer> distinct_layers(std::span<const Layer> layers) {
  LayerCollection distinct;
  for (const Layer& layer : layers) distinct.index_of(layer);
  return distinct.layers();
}

std::size_t LayerCollection::index_of(const Layer& layer) {
  const std::string kind = fmt::format("{} {}", canonical_key(layer), layer.folded_parameters);
  const auto [entry, is_new] = index_.emplace(kind, layers_.size());
  if (is_new) layers_.push_back(layer);
  return entry->second;
}

}  // namespace tilewise
