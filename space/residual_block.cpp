#include "space/residual_block.hpp"

#include <utility>

namespace tilewise {

std::size_t add_residual_block(Network& network, const std::string& prefix, std::int64_t inputs,
                               SquareMap output, std::size_t input) {
  const std::size_t first =
      network.add(square_convolution(prefix + ".conv_a", inputs, output, {3, 2}), {input});
  const std::size_t second =
      network.add(square_convolution(prefix + ".conv_b", output.channels, output, {3}), {first});
  const std::size_t pooled = network.add(
      square_average_pool(prefix + ".shortcut.avgpool2x2", {inputs, output.size}, {2, 2}), {input});
  Layer widen = square_convolution(prefix + ".shortcut.conv1x1", inputs, output, {1});
  widen.folded_parameters = 0;
  const std::size_t shortcut = network.add(std::move(widen), {pooled});
  return network.add(square_sum(prefix + ".add", output, 2), {second, shortcut});
}

}  // namespace tilewise
