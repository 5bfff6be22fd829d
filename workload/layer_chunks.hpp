#pragma once

#include <optional>
#include <vector>

#include "workload/layer.hpp"

namespace tilewise {

/// In how many chunks the sums of a layer are made: filter rows, filter columns, input channels of
/// a group, each from 1 to its bound.
struct ChunkCounts {
  std::int64_t rows = 1;
  std::int64_t columns = 1;
  std::int64_t channels = 1;

  std::int64_t product() const { return rows * columns * channels; }
  bool operator==(const ChunkCounts&) const = default;
};

/// A layer as a compiler cuts it where its window or channels are too many: each chunk a layer of
/// the same kind over some filter rows, columns and channels, which leaves partial sums, and one
/// layer that joins these word by word. Multiplications and, without padding, the words of the
/// weights are those of the layer. Empty: a chunk's rows would lie in the padding alone, or the
/// layer has no sums to cut (add, elementwise).
std::optional<std::vector<Layer>> chunks_of(const Layer& layer, const ChunkCounts& counts);

/// A pool over R x S as one over R x 1, whose map one over 1 x S reads. Empty for what is no pool,
/// or has one row or column.
std::optional<std::vector<Layer>> pool_in_two_steps(const Layer& layer);

}  // namespace tilewise
