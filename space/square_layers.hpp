#pragma once

#include <cstdint>
#include <string>

#include "workload/layer.hpp"

namespace tilewise {

/// Channels of a feature map and its size: rows, and columns.
struct SquareMap {
  std::int64_t channels = 1;
  std::int64_t size = 1;
};

/// A filter: its size, rows and columns, its stride, and the groups of channels that it keeps
/// apart.
struct SquareFilter {
  std::int64_t size = 1;
  std::int64_t stride = 1;
  std::int64_t groups = 1;
};

// Layers as search spaces stack them, batch 1. What is padded keeps its size before the stride;
// the input is `filter.stride` times as large as the output. ReLU costs nothing.

/// A padded convolution with the scale and shift of a batch norm; `groups` divides both channels.
Layer square_convolution(std::string name, std::int64_t inputs, SquareMap output,
                         SquareFilter filter);
/// The same with a group for each channel.
Layer square_depthwise(std::string name, SquareMap output, SquareFilter filter);
/// An average pool without padding.
Layer square_average_pool(std::string name, SquareMap output, SquareFilter filter);
/// The average of each channel.
Layer global_average_pool(std::string name, SquareMap input);
/// A fully connected layer with bias.
Layer classifier(std::string name, std::int64_t inputs, std::int64_t classes);
/// The sum of `operands` feature maps.
Layer square_sum(std::string name, SquareMap map, std::int64_t operands);

}  // namespace tilewise
