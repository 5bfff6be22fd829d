#pragma once

#include <span>
#include <vector>

#include "workload/layer.hpp"

namespace tilewise {

/// The first layer of each kind, in order: layers are of one kind if they differ in name only.
std::vector<Layer> distinct_layers(std::span<const Layer> layers);

}  // namespace tilewise
