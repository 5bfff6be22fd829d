#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "base/integers.hpp"
#include "sim/mapping.hpp"
#include "workload/layer.hpp"

namespace tilewise::testing {

/// Small random layers and nests: strides, dilation, padding, bypass, clipped tiles, fan-outs.
class RandomNests {
 public:
  explicit RandomNests(std::uint64_t seed) : rng_(seed) {}

  std::int64_t pick(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(rng_() % static_cast<std::uint64_t>(most - least + 1));
  }
  bool chance(int percent) { return pick(1, 100) <= percent; }

  Layer layer() {
    Layer made;
    made.name = "random";
    for (const Dim d : kDims) made.bounds[d] = chance(45) ? 1 : pick(2, 5);
    made.stride = {pick(1, 3), pick(1, 3)};
    made.dilation = {pick(1, 2), pick(1, 2)};
    const auto span = [](std::int64_t p, std::int64_t r, std::int64_t stride,
                         std::int64_t dilation) {
      return (p - 1) * stride + (r - 1) * dilation + 1;
    };
    const std::int64_t rows = span(made.bounds[Dim::P], made.bounds[Dim::R], made.stride.vertical,
                                   made.dilation.vertical);
    const std::int64_t columns = span(made.bounds[Dim::Q], made.bounds[Dim::S],
                                      made.stride.horizontal, made.dilation.horizontal);
    made.padding = {pick(0, 1), pick(0, 1)};
    made.image = {std::max<std::int64_t>(1, rows - made.padding.vertical - pick(0, 1)),
                  std::max<std::int64_t>(1, columns - made.padding.horizontal - pick(0, 1))};
    return made;
  }

  /// Makes the image so small that the last windows lie wholly behind it, as in `ceil_mode`; false:
  /// along neither axis a window begins there.
  bool shorten_image(Layer& layer) {
    const auto shorten = [&](std::int64_t outputs, std::int64_t stride, std::int64_t padding,
                             std::int64_t& image) {
      const std::int64_t most = (outputs - 1) * stride - padding;
      if (most < 1) return false;
      image = pick(1, std::min(most, image));
      return true;
    };
    const bool rows = shorten(layer.bounds[Dim::P], layer.stride.vertical, layer.padding.vertical,
                              layer.image.vertical);
    const bool columns = shorten(layer.bounds[Dim::Q], layer.stride.horizontal,
                                 layer.padding.horizontal, layer.image.horizontal);
    grant_padding_end(layer);
    check_layer(layer);
    return rows || columns;
  }

  /// Loops over each dimension spread over random levels, a third of them not dividing.
  Mapping mapping(const Layer& layer, std::size_t levels) {
    Mapping made;
    made.levels.resize(levels);
    for (const Dim d : kDims) {
      std::int64_t rest = layer.bounds[d];
      while (rest > 1) {
        const std::int64_t bound = pick(2, rest);
        const auto level = static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(levels) - 1));
        if (chance(60)) {
          made.levels[level].temporal.push_back({d, bound});
        } else {
          made.levels[level].spatial.push_back({d, bound, chance(50) ? Axis::X : Axis::Y});
        }
        rest = ceil_div(rest, bound);
      }
    }
    for (std::size_t level = 0; level < levels; ++level) {
      std::shuffle(made.levels[level].temporal.begin(), made.levels[level].temporal.end(), rng_);
      std::shuffle(made.levels[level].spatial.begin(), made.levels[level].spatial.end(), rng_);
      if (level == 0) continue;
      for (const Tensor t : kTensors) made.levels[level].keep[t] = chance(70);
    }
    return made;
  }

  std::mt19937_64& generator() { return rng_; }

 private:
  std::mt19937_64 rng_;
};

}  // namespace tilewise::testing
