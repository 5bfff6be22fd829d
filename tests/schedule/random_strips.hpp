#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "schedule/strip_group.hpp"
#include "sim/random_nests.hpp"
#include "workload/network.hpp"

namespace tilewise::testing {

/// Random groups of two to four layers that can run in strips: strides, dilation, padding, windows
/// that do not reach each other, grouped and depthwise convolutions, pools, sums with operands from
/// inside and outside. Two layers outside make what the group reads.
class RandomStrips {
 public:
  explicit RandomStrips(std::uint64_t seed) : random_(seed) {}

  RandomNests& random() { return random_; }

  /// `dense`: neither dilation nor windows that skip rows.
  StripGroup next(bool dense) {
    dense_ = dense;
    while (true) {
      Network network("random");
      shapes_.clear();
      const Shape input{random_.pick(1, 2), random_.pick(1, 3), random_.pick(3, 9),
                        random_.pick(1, 2)};
      add(network, maker(input), {}, input);
      add(network, maker(input), {}, input);
      const auto count = static_cast<std::size_t>(random_.pick(2, 4));
      while (network.size() < 2 + count) add_layer(network);
      const auto group = strip_group(network, 2, count);
      if (const auto* made = std::get_if<StripGroup>(&group)) return *made;
    }
  }

 private:
  struct Shape {
    std::int64_t batch = 1;
    std::int64_t channels = 1;
    std::int64_t rows = 1;
    std::int64_t columns = 1;
    bool operator==(const Shape&) const = default;
  };

  void add(Network& network, Layer layer, const std::vector<std::size_t>& inputs, Shape output) {
    layer.name = "layer " + std::to_string(network.size());
    check_layer(layer);
    network.add(std::move(layer), inputs);
    shapes_.push_back(output);
  }

  static Layer maker(const Shape& shape) {
    Layer made;
    made.bounds = {{shape.batch, 1, shape.channels, 1, shape.rows, shape.columns, 1, 1}};
    made.image = {shape.rows, shape.columns};
    return made;
  }

  std::size_t any(std::size_t least) {
    return static_cast<std::size_t>(random_.pick(static_cast<std::int64_t>(least),
                                                 static_cast<std::int64_t>(shapes_.size()) - 1));
  }

  void add_layer(Network& network) {
    // Most often the last output.
    const std::size_t from =
        random_.chance(70) || shapes_.size() == 2 ? shapes_.size() - 1 : any(0);
    const Shape shape = shapes_[from];
    if (random_.chance(40) && add_sum(network, from)) return;
    Layer made;
    Shape output = shape;
    made.bounds[Dim::N] = shape.batch;
    if (random_.chance(35)) {
      constexpr std::array kinds{Operator::Depthwise, Operator::MaxPool, Operator::AveragePool};
      made.op = kinds[static_cast<std::size_t>(random_.pick(0, 2))];
      made.bounds[Dim::G] = shape.channels;
    } else {
      made.bounds[Dim::G] = shape.channels % 2 == 0 && random_.chance(40) ? 2 : 1;
      made.bounds[Dim::C] = shape.channels / made.bounds[Dim::G];
      made.bounds[Dim::M] = random_.chance(50) ? made.bounds[Dim::C] : random_.pick(1, 3);
      output.channels = made.bounds[Dim::G] * made.bounds[Dim::M];
    }
    window(made, shape, output);
    add(network, made, {from}, output);
  }

  void window(Layer& made, const Shape& shape, Shape& output) {
    auto& bounds = made.bounds;
    made.image = {shape.rows, shape.columns};
    bounds[Dim::R] = random_.pick(1, std::min<std::int64_t>(3, shape.rows));
    bounds[Dim::S] = random_.pick(1, shape.columns);
    made.stride = {random_.chance(65) ? 1 : random_.pick(2, 3), 1};
    if (dense_) made.stride.vertical = std::min(made.stride.vertical, bounds[Dim::R]);
    if (!dense_ && random_.chance(30)) made.dilation.vertical = 2;
    made.padding.vertical =
        random_.chance(50) ? random_.pick(0, (bounds[Dim::R] - 1) * made.dilation.vertical) : 0;
    made.padding.horizontal = random_.chance(30) ? bounds[Dim::S] - 1 : 0;
    const std::int64_t reach = (bounds[Dim::R] - 1) * made.dilation.vertical + 1;
    const std::int64_t behind = random_.chance(50) ? made.padding.vertical : 0;
    const std::int64_t room = shape.rows + made.padding.vertical + behind - reach;
    bounds[Dim::P] = std::max<std::int64_t>(0, room) / made.stride.vertical + 1;
    bounds[Dim::Q] = shape.columns + made.padding.horizontal - bounds[Dim::S] + 1;
    grant_padding_end(made);
    output.rows = bounds[Dim::P];
    output.columns = bounds[Dim::Q];
  }

  /// Of two or three equal maps, if there are any, some of them from outside.
  bool add_sum(Network& network, std::size_t from) {
    std::vector<std::size_t> inputs{from};
    for (std::size_t other = shapes_.size(); other-- > 0 && inputs.size() < 3;) {
      if (other != from && shapes_[other] == shapes_[from] && random_.chance(70)) {
        inputs.push_back(other);
      }
    }
    if (inputs.size() == 1) return false;
    const Shape& shape = shapes_[from];
    Layer sum;
    sum.op = Operator::Add;
    sum.bounds = {
        {shape.batch, shape.channels, 1, std::ssize(inputs), shape.rows, shape.columns, 1, 1}};
    sum.image = {shape.rows, shape.columns};
    add(network, sum, inputs, shape);
    return true;
  }

  RandomNests random_;
  bool dense_ = false;
  std::vector<Shape> shapes_;
};

}  // namespace tilewise::testing
