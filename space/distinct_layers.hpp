#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "workload/layer.hpp"

namespace tilewise {

/// The first layer of each kind, in order: layers are of one kind if they differ in name only.
std::vector<Layer> distinct_layers(std::span<const Layer> layers);

/// Collects layers, each kind once, in order of first appearance.
class LayerCollection {
 public:
  /// The place of the layer of this kind; the layer is added where it is the first.
  std::size_t index_of(const Layer& layer);
  const std::vector<Layer>& layers() const { return layers_; }

 private:
  std::map<std::string, std::size_t> index_;
  std::vector<Layer> layers_;
};

}  // namespace tilewise
