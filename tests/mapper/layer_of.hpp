#pragma once

#include <array>
#include <cstdint>

#include "workload/layer.hpp"

namespace tilewise::testing {

/// {N, G, M, C, P, Q, R, S} over an image that the loops just cover.
inline Layer layer_of(Operator op, const std::array<std::int64_t, 8>& bounds,
                      std::int64_t stride = 1) {
  Layer made;
  made.name = "layer";
  made.op = op;
  made.bounds.values = bounds;
  made.stride = {stride, stride};
  made.image = padded_image(made);
  check_layer(made);
  return made;
}

}  // namespace tilewise::testing
