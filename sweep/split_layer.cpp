#include "sweep/split_layer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "workload/layer_chunks.hpp"

namespace tilewise {
namespace {

/// More layers than this are no way to run one; and how many ways are tried to find one.
constexpr std::int64_t kMostChunks = 256;
constexpr std::size_t kMostWays = 400;

/// Numbers of chunks that give chunks of different sizes: 13 taps in 1, 2, 3, 4, 5, 7, 13.
std::vector<std::int64_t> chunk_counts(std::int64_t bound) {
  std::vector<std::int64_t> counts;
  for (std::int64_t count = 1; count <= std::min(bound, kMostChunks); ++count) {
    const std::int64_t largest = (bound + count - 1) / count;
    if (count == 1 || largest < (bound + count - 2) / (count - 1)) counts.push_back(count);
  }
  return counts;
}

/// Ways to cut, the fewest chunks first; of as many the one that cuts rows before columns before
/// channels.
std::vector<ChunkCounts> ways_to_cut(const Layer& layer) {
  std::vector<ChunkCounts> ways;
  for (const std::int64_t channels : chunk_counts(layer.bounds[Dim::C])) {
    for (const std::int64_t columns : chunk_counts(layer.bounds[Dim::S])) {
      for (const std::int64_t rows : chunk_counts(layer.bounds[Dim::R])) {
        const ChunkCounts counts{rows, columns, channels};
        if (counts.product() > 1 && counts.product() <= kMostChunks) ways.push_back(counts);
      }
    }
  }
  std::stable_sort(ways.begin(), ways.end(), [](const ChunkCounts& a, const ChunkCounts& b) {
    return a.product() < b.product();
  });
  ways.resize(std::min(ways.size(), kMostWays));
  return ways;
}

std::optional<std::vector<Layer>> in_chunks(const Layer& layer, const FitsDevice& fits) {
  for (const ChunkCounts& counts : ways_to_cut(layer)) {
    auto parts = chunks_of(layer, counts);
    if (parts && std::all_of(parts->begin(), parts->end(), fits)) return parts;
  }
  return std::nullopt;
}

/// The layer itself where it fits.
std::optional<std::vector<Layer>> whole_or_in_chunks(const Layer& layer, const FitsDevice& fits) {
  if (fits(layer)) return std::vector{layer};
  return in_chunks(layer, fits);
}

}  // namespace

std::optional<std::vector<Layer>> split_to_fit(const Layer& layer, const FitsDevice& fits) {
  if (const auto steps = pool_in_two_steps(layer)) {
    std::vector<Layer> all;
    for (const Layer& step : *steps) {
      auto parts = whole_or_in_chunks(step, fits);
      if (!parts) return in_chunks(layer, fits);
      std::move(parts->begin(), parts->end(), std::back_inserter(all));
    }
    return all;
  }
  return in_chunks(layer, fits);
}

}  // namespace tilewise
