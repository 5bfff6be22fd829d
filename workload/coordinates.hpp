#pragma once

#include <cstdint>

namespace tilewise {

/// The coordinates p * stride + r * dilation that two loops touch along one axis of Input,
/// p < outputs, r < taps. All four are at least 1, and the largest coordinate is below 2^62.
struct AxisLoops {
  std::int64_t outputs = 1;
  std::int64_t taps = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
};

/// From the first coordinate to the last, gaps included.
std::int64_t extent(const AxisLoops& loops);

/// How many different coordinates there are (Eq. 1 of docs/model.md).
std::int64_t distinct_coordinates(const AxisLoops& loops);
/// The same of four numbers, as a tile has them.
inline std::int64_t distinct_coordinates(std::int64_t outputs, std::int64_t taps,
                                         std::int64_t stride, std::int64_t dilation) {
  return distinct_coordinates(AxisLoops{outputs, taps, stride, dilation});
}

/// How many different coordinates lie in [low, high). Takes O(log) of the larger step.
std::int64_t distinct_coordinates(const AxisLoops& loops, std::int64_t low, std::int64_t high);

}  // namespace tilewise
