#include "space/distinct_layers.hpp"

#include <fmt/format.h>

#include <set>
#include <string>

namespace tilewise {

std::vector<Layer> distinct_layers(std::span<const Layer> layers) {
  std::set<std::string> known;
  std::vector<Layer> distinct;
  for (const Layer& layer : layers) {
    const std::string kind = fmt::format("{} {}", canonical_key(layer), layer.folded_parameters);
    if (known.insert(kind).second) distinct.push_back(layer);
  }
  return distinct;
}

}  // namespace tilewise
