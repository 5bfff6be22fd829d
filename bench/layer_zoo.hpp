#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "workload/layer.hpp"

namespace tilewise {

/// Layers of one source to time searches on.
struct LayerSet {
  std::string name;
  std::vector<Layer> layers;  ///< each of its kind once, in order of appearance
};

/// "nasbench201", "fbnet" (all their image sets), and shipped networks.
std::vector<std::string> layer_set_names();
/// The set of that name. Throws InputError that lists the names.
LayerSet layer_set(std::string_view name);

/// At most `most` layers, evenly spread from the first on; 0: all.
std::vector<Layer> spread(const std::vector<Layer>& layers, std::size_t most);

}  // namespace tilewise
