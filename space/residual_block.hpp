#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "space/square_layers.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// Adds the block between the stages of NAS-Bench-201, behind layer `input` of `inputs` channels,
/// and returns its last layer. It halves the map: two 3x3 convolutions, beside them a 2x2 average
/// pool and a 1x1 convolution without batch norm, and their sum.
std::size_t add_residual_block(Network& network, const std::string& prefix, std::int64_t inputs,
                               SquareMap output, std::size_t input);

}  // namespace tilewise
