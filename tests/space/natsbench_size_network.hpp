#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "space/distinct_layers.hpp"
#include "space/nasbench201.hpp"
#include "space/residual_block.hpp"
#include "space/square_layers.hpp"
#include "workload/network.hpp"

namespace tilewise {

// The definition of the size space of NATS-Bench by hand, which judges the file.

/// The channels of stem and first cell, first reduction, second cell, second reduction, third cell.
struct SizeArchitecture {
  std::array<std::int64_t, 5> channels{8, 8, 8, 8, 8};
  auto operator<=>(const SizeArchitecture&) const = default;
};

inline constexpr std::int64_t kSizeStep = 8;      // counts are multiples of it
inline constexpr std::int64_t kSizeCounts = 8;    // 8, 16, ..., 64
inline constexpr std::int64_t kSizeAll = 32'768;  // 8 counts at each of 5 places

inline std::string to_string(const SizeArchitecture& architecture) {
  std::string text;
  for (const std::int64_t channels : architecture.channels) {
    text += (text.empty() ? "" : ":") + std::to_string(channels);
  }
  return text;
}

/// At its place in the enumeration with the last count fastest, smallest first.
inline SizeArchitecture size_architecture(std::int64_t index) {
  SizeArchitecture architecture;
  for (std::size_t i = architecture.channels.size(); i-- > 0; index /= kSizeCounts) {
    architecture.channels[i] = kSizeStep * (index % kSizeCounts + 1);
  }
  return architecture;
}

/// Adds the cell |nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+
/// |skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2| behind layer `input` and returns its last layer.
/// The edges from node 0 take the channels of the cell before to those of this one.
inline std::size_t add_size_cell(Network& network, const std::string& prefix, std::int64_t inputs,
                                 SquareMap map, std::size_t input) {
  const auto conv3x3 = [&](int from, int to, std::int64_t channels, std::size_t behind) {
    const std::string name =
        prefix + ".conv3x3(" + std::to_string(from) + "->" + std::to_string(to) + ")";
    return network.add(square_convolution(name, channels, map, {3}), {behind});
  };
  const auto sum = [&](int node, const std::vector<std::size_t>& terms) {
    const std::string name = prefix + ".add(" + std::to_string(node) + ")";
    return network.add(square_sum(name, map, static_cast<std::int64_t>(terms.size())), terms);
  };
  const std::int64_t outputs = map.channels;
  const std::size_t node1 = conv3x3(0, 1, inputs, input);
  const std::size_t left = conv3x3(0, 2, inputs, input);
  const std::size_t node2 = sum(2, {left, conv3x3(1, 2, outputs, node1)});
  std::size_t skip = input;
  if (inputs != outputs) {
    skip =
        network.add(square_convolution(prefix + ".skip.conv1x1(0->3)", inputs, map, {1}), {input});
  }
  const std::size_t middle = conv3x3(1, 3, outputs, node1);
  return sum(3, {skip, middle, conv3x3(2, 3, outputs, node2)});
}

/// The whole network; docs/spaces.md says how skips and channels are read.
inline Network natsbench_size_network(const SizeArchitecture& architecture, Dataset dataset) {
  Network network("natsbench_size " + to_string(architecture) + " " + std::string(name(dataset)));
  const auto& c = architecture.channels;
  const std::int64_t size = image_size(dataset);
  std::size_t last = network.add(square_convolution("stem.conv3x3", 3, {c[0], size}, {3}), {});
  last = add_size_cell(network, "cell1", c[0], {c[0], size}, last);
  last = add_residual_block(network, "reduction1", c[0], {c[1], size / 2}, last);
  last = add_size_cell(network, "cell2", c[1], {c[2], size / 2}, last);
  last = add_residual_block(network, "reduction2", c[2], {c[3], size / 4}, last);
  last = add_size_cell(network, "cell3", c[3], {c[4], size / 4}, last);
  Layer pool = global_average_pool("head.global_pool", {c[4], size / 4});
  pool.folded_parameters = 2 * c[4];  // the last batch norm stands before the pooling
  last = network.add(std::move(pool), {last});
  network.add(classifier("head.classifier", c[4], classes(dataset)), {last});
  return network;
}

/// The distinct layers in the order in which they were always listed: those of a:b:a:b:a for all a
/// and b, which have every part with every pair of counts.
inline std::vector<Layer> natsbench_size_layers(Dataset dataset) {
  LayerCollection distinct;
  for (std::int64_t pair = 0; pair < kSizeCounts * kSizeCounts; ++pair) {
    SizeArchitecture each;
    for (std::size_t i = 0; i < each.channels.size(); ++i) {
      const std::int64_t place = i % 2 == 0 ? pair / kSizeCounts : pair % kSizeCounts;
      each.channels[i] = kSizeStep * (place + 1);
    }
    for (const Layer& layer : layers_of(natsbench_size_network(each, dataset))) {
      distinct.index_of(layer);
    }
  }
  return distinct.layers();
}

}  // namespace tilewise
