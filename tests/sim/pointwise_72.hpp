#pragma once

#include "sim/mapping.hpp"
#include "workload/layer.hpp"

namespace tilewise::testing {

/// The shipped layer pointwise_72: M C P Q = 3 * 4 * 2 * 3 = 72 MACs.
inline Layer pointwise_72() {
  Layer layer;
  layer.name = "pointwise_72";
  layer.bounds[Dim::M] = 3;
  layer.bounds[Dim::C] = 4;
  layer.bounds[Dim::P] = 2;
  layer.bounds[Dim::Q] = 3;
  layer.image = {2, 3};
  return layer;
}

/// 12 tiles of 6 MACs on two levels: 2 Input, 6 Weight and 3 Output words in the buffer.
inline Mapping tiles_of_six() {
  Mapping mapping;
  mapping.levels.resize(2);
  mapping.levels[0].temporal = {{Dim::C, 2}, {Dim::P, 2}, {Dim::Q, 3}};
  mapping.levels[1].temporal = {{Dim::M, 3}, {Dim::C, 2}};
  return mapping;
}

}  // namespace tilewise::testing
