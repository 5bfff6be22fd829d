#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "workload/layer.hpp"

namespace tilewise {

/// How often a network runs a layer; `layer` indexes a list of distinct layers.
struct LayerUse {
  std::size_t layer = 0;
  std::int64_t times = 0;
  bool operator==(const LayerUse&) const = default;
};

/// What the architectures of a space are made of on one data set: distinct layers, and which of
/// them the architecture of an index runs, by rising layer.
struct SpaceLayers {
  std::vector<Layer> layers;
  std::function<std::vector<LayerUse>(std::int64_t index)> uses;
};

/// A search space that is costed as a whole: architectures have indices from 0.
struct IndexedSpace {
  std::string name;                   ///< "nasbench201"
  std::vector<std::string> settings;  ///< what decided the layers, "key: value" lines of run.yaml
  std::int64_t size = 0;              ///< architectures
  std::function<std::string(std::int64_t index)> architecture;  ///< as the user writes it
  /// Throws InputError that lists the names where there is no such data set.
  std::function<SpaceLayers(const std::string& dataset)> on_dataset;
};

}  // namespace tilewise
