#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/word_sums.hpp"

namespace tilewise {

/// Coordinates of a tile along one axis of a tensor: p * stride + r * dilation for p and r in two
/// index ranges. An axis of one dimension has `r` = [0, 1).
struct Range {
  std::int64_t low = 0;
  std::int64_t high = 0;  ///< one past the last
  bool empty() const { return high <= low; }
  bool operator==(const Range&) const = default;
};

/// How indices of one or two dimensions become coordinates, and which coordinates are real words.
struct AxisRule {
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  bool bounded = false;  ///< count only coordinates in `real` (the image without its padding)
  Range real;
};

/// What one child instance wants along one dimension, before and after a transition. An empty
/// range: the instance idles.
struct ChildRange {
  Range now;
  Range before;
};

/// Words of an axis of one dimension that belongs to the tensor. `children` share no index.
WordSums relevant_axis(std::span<const ChildRange> children);
/// Words of an axis along which the tensor has one coordinate only: children share it.
WordSums irrelevant_axis(std::span<const ChildRange> children);
/// Words of the axis of two dimensions: every pair of a child of `rows` and one of `filter`.
WordSums sliding_axis(std::span<const ChildRange> rows, std::span<const ChildRange> filter,
                      const AxisRule& rule);

}  // namespace tilewise
