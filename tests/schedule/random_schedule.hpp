#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/check_architecture.hpp"
#include "arch/home.hpp"
#include "mapper/brute_force.hpp"
#include "mapper/random_problem.hpp"
#include "random_home.hpp"
#include "sim/random_nests.hpp"
#include "workload/network.hpp"

namespace tilewise::testing {

/// A network and the hardware that it runs on. The home has no capacity yet.
struct KeptProblem {
  Network network;
  Architecture architecture;
  std::vector<bool> apart;  ///< [layer] it does not run as one layer, whatever fits
};

/// Random graphs of a few tiny layers: chains, residual edges, concatenations, products of two
/// activations, inputs that are slices of what was made, or more than that.
class RandomGraphs {
 public:
  /// `plain`: every layer reads just what its inputs made, so that all but the network's outputs
  /// can be kept.
  explicit RandomGraphs(std::uint64_t seed, bool plain = false) : random_(seed), plain_(plain) {}

  RandomNests& random() { return random_; }

  /// Each layer has at most `most` mappings.
  KeptProblem next(std::int64_t most) {
    while (true) {
      KeptProblem made;
      made.architecture = RandomHomes(random_).next();
      check_architecture(made.architecture);
      for (bool& merges : made.architecture.merges) merges = random_.chance(60);
      if (!add_layers(made, most)) continue;
      for (std::size_t layer = 0; layer < made.network.size(); ++layer) {
        made.apart.push_back(random_.chance(6));
      }
      return made;
    }
  }

  /// A graph alone, of up to six layers.
  Network network() {
    KeptProblem made;
    add_layers(made, 0);
    return made.network;
  }

 private:
  /// The output of a layer, or the input of the network.
  struct Shape {
    std::int64_t batch = 1;
    std::int64_t channels = 1;
    std::int64_t rows = 1;
    std::int64_t columns = 1;
    Bits width{16};
    bool operator==(const Shape&) const = default;
    std::int64_t words() const { return batch * channels * rows * columns; }
  };
  struct Made {
    Layer layer;
    std::vector<std::size_t> inputs;
    Shape output;
  };

  bool add_layers(KeptProblem& problem, std::int64_t most) {
    outputs_.clear();
    made_.clear();
    const auto count = static_cast<std::size_t>(std::max(random_.pick(2, 6), random_.pick(2, 6)));
    for (int patience = 0; outputs_.size() < count; ++patience) {
      if (patience > 200) return false;
      const Made made = random_.chance(20) && !made_.empty() ? once_more() : layer();
      check_layer(made.layer);
      if (most > 0) {
        const DrawnProblem alone = merged({problem.architecture, made.layer, Factors::Divisors});
        if (count_mappings(alone, most + 1) > most) continue;
      }
      problem.network.add(made.layer, made.inputs);
      outputs_.push_back(made.output);
      made_.push_back(made);
    }
    return true;
  }

  /// An earlier layer, on another input of the same shape.
  Made once_more() {
    Made made = made_[index_below(made_.size())];
    for (std::size_t& input : made.inputs) {
      for (std::size_t other = outputs_.size(); other-- > 0;) {
        if (outputs_[other] != outputs_[input]) continue;
        input = other;
        break;
      }
    }
    return made;
  }

  Made layer() {
    Made made;
    Shape from;
    if (outputs_.empty() || random_.chance(8)) {
      from = {random_.pick(1, 2), random_.pick(1, 4), random_.pick(2, 4), random_.pick(1, 4),
              width()};
    } else {
      made.inputs = {source()};
      from = outputs_[made.inputs.front()];
    }
    made.output = from;
    made.output.width = plain_ ? from.width : width();
    switch (random_.pick(0, 9)) {
      case 0:
      case 1:
      case 2: convolution(made, from); break;
      case 3: concatenation(made, from); break;
      case 4: depthwise(made, from); break;
      case 5:
      case 6:
      case 7: sum(made, from); break;
      case 8: fully_connected(made, from); break;
      default: plain_ ? sum(made, from) : product(made, from); break;
    }
    finish(made, from);
    return made;
  }

  void finish(Made& made, const Shape& from) {
    Layer& layer = made.layer;
    layer.name = "layer " + std::to_string(outputs_.size());
    layer.widths.tensor = {{from.width, Bits{16}, made.output.width}};
    layer.widths.partial_sum = std::max(made.output.width, Bits{random_.chance(50) ? 24 : 16});
    if (plain_) return;
    if (random_.chance(4)) layer.widths.tensor[Tensor::Input] = Bits{8};
    if (has_weights(layer.op) && random_.chance(5)) layer.owns_weights = !layer.owns_weights;
    if (random_.chance(4)) made.inputs.push_back(source());
    if (made.inputs.size() == 1 && outputs_.empty()) made.inputs.clear();
  }

  /// Most often the last output, or one that no layer reads, so that graphs are deep.
  std::size_t source() {
    if (outputs_.empty()) return 0;
    if (random_.chance(45)) return outputs_.size() - 1;
    const std::size_t any = index_below(outputs_.size());
    const auto is_read = [&](std::size_t output) {
      return std::any_of(made_.begin(), made_.end(), [&](const Made& made) {
        return std::count(made.inputs.begin(), made.inputs.end(), output) > 0;
      });
    };
    if (random_.chance(50)) return any;
    std::size_t unread = 0;
    while (is_read(unread)) ++unread;
    return unread;
  }

  std::size_t index_below(std::size_t count) {
    return static_cast<std::size_t>(random_.pick(0, static_cast<std::int64_t>(count) - 1));
  }

  Bits width() { return Bits{random_.chance(85) ? 16 : 8}; }

  /// Now and then a reader takes one less of something, or wants one more than there is.
  std::int64_t about(std::int64_t size) {
    if (plain_ || random_.chance(94)) return size;
    return random_.chance(70) ? std::max<std::int64_t>(1, size - 1) : size + 1;
  }

  /// Rows or columns of a filter, its step and padding, over an image of `size`; returns the
  /// outputs.
  std::int64_t slide(std::int64_t size, std::int64_t& taps, std::int64_t& stride,
                     std::int64_t& padding) {
    taps = random_.pick(1, std::min<std::int64_t>(3, size));
    padding = taps > 1 && random_.chance(40) ? 1 : 0;
    stride = random_.chance(70) ? 1 : 2;
    return (size + 2 * padding - taps) / stride + 1;
  }

  void window(Made& made, const Shape& from) {
    Layer& layer = made.layer;
    layer.image = {about(from.rows), about(from.columns)};
    auto& bounds = layer.bounds;
    bounds[Dim::N] = from.batch;
    bounds[Dim::P] =
        slide(layer.image.vertical, bounds[Dim::R], layer.stride.vertical, layer.padding.vertical);
    bounds[Dim::Q] = slide(layer.image.horizontal, bounds[Dim::S], layer.stride.horizontal,
                           layer.padding.horizontal);
    made.output.rows = bounds[Dim::P];
    made.output.columns = bounds[Dim::Q];
  }

  void convolution(Made& made, const Shape& from) {
    window(made, from);
    auto& bounds = made.layer.bounds;
    bounds[Dim::M] = random_.pick(1, 4);
    bounds[Dim::C] = about(from.channels);
    if (bounds[Dim::C] % 2 == 0 && random_.chance(20)) {
      bounds[Dim::G] = 2;
      bounds[Dim::C] /= 2;
    }
    made.output.channels = bounds[Dim::G] * bounds[Dim::M];
  }

  /// A convolution that reads outputs with as many rows and columns beside one another.
  void concatenation(Made& made, const Shape& from) {
    Shape joined = from;
    for (std::size_t other = 0; other < outputs_.size() && !made.inputs.empty(); ++other) {
      Shape like = outputs_[other];
      like.channels = from.channels;
      if (like != from || other == made.inputs.front() || made.inputs.size() == 3) continue;
      made.inputs.push_back(other);
      joined.channels += outputs_[other].channels;
    }
    convolution(made, joined);
  }

  void depthwise(Made& made, const Shape& from) {
    constexpr std::array kinds{Operator::Depthwise, Operator::MaxPool, Operator::AveragePool};
    made.layer.op = kinds[index_below(kinds.size())];
    window(made, from);
    made.layer.bounds[Dim::G] = made.output.channels = about(from.channels);
  }

  /// Two or three operands of one shape, as far as there are any; else one, twice.
  void sum(Made& made, const Shape& from) {
    made.layer.op = random_.chance(70) ? Operator::Add : Operator::Elementwise;
    const auto operands = static_cast<std::size_t>(random_.pick(1, 3));
    for (std::size_t other = 0; other < outputs_.size() && !made.inputs.empty(); ++other) {
      if (outputs_[other] != from || other == made.inputs.front()) continue;
      if (made.inputs.size() < operands) made.inputs.push_back(other);
    }
    if (made.inputs.size() == 1 && random_.chance(30)) made.inputs.push_back(made.inputs.front());
    if (made.layer.op == Operator::Elementwise) made.layer.operations = random_.pick(1, 3);
    auto& bounds = made.layer.bounds;
    bounds[Dim::N] = from.batch;
    bounds[Dim::G] = made.output.channels = about(from.channels);
    bounds[Dim::C] = static_cast<std::int64_t>(std::max<std::size_t>(1, made.inputs.size()));
    bounds[Dim::P] = from.rows;
    bounds[Dim::Q] = from.columns;
    made.layer.image = {from.rows, from.columns};
  }

  void fully_connected(Made& made, const Shape& from) {
    made.layer.op = Operator::FullyConnected;
    auto& bounds = made.layer.bounds;
    bounds[Dim::N] = from.batch;
    bounds[Dim::C] = about(from.channels * from.rows * from.columns);
    bounds[Dim::M] = random_.pick(1, 4);
    made.output = {from.batch, bounds[Dim::M], 1, 1, made.output.width};
  }

  /// Of two activations; of any words, read as matrices that share their inner dimension.
  void product(Made& made, const Shape& from) {
    made.layer.op = Operator::MatrixProduct;
    made.layer.owns_weights = made.inputs.empty();
    auto& bounds = made.layer.bounds;
    std::int64_t other = 4;
    if (!made.inputs.empty()) {
      made.inputs.push_back(index_below(outputs_.size()));
      other = outputs_[made.inputs.back()].words();
    }
    bounds[Dim::G] = from.words() % 2 == 0 && other % 2 == 0 && random_.chance(30) ? 2 : 1;
    std::int64_t inner = random_.pick(1, 4);
    while (from.words() % (bounds[Dim::G] * inner) != 0) --inner;
    bounds[Dim::C] = inner;
    bounds[Dim::N] = from.words() / (bounds[Dim::G] * inner);
    bounds[Dim::M] = std::clamp<std::int64_t>(other / (bounds[Dim::G] * inner), 1, 4);
    made.output = {bounds[Dim::N], bounds[Dim::G] * bounds[Dim::M], 1, 1, made.output.width};
  }

  RandomNests random_;
  bool plain_;
  std::vector<Shape> outputs_;
  std::vector<Made> made_;
};

}  // namespace tilewise::testing
