#include "workload/layer_chunks.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "space/square_layers.hpp"

namespace tilewise {
namespace {

/// A 16 x 16 patch of 3 channels at every 16th pixel of 224 x 224: what a vision transformer reads.
Layer patch() {
  Layer layer;
  layer.name = "patch";
  layer.bounds = {{1, 1, 192, 3, 14, 14, 16, 16}};
  layer.stride = {16, 16};
  layer.image = {224, 224};
  return layer;
}

/// The real input rows that one output row reads, by its filter rows: DESIGN's formula, one by one.
std::multiset<std::int64_t> rows_read(const Layer& layer, std::int64_t above) {
  std::multiset<std::int64_t> rows;
  for (std::int64_t p = 0; p < layer.bounds[Dim::P]; ++p) {
    for (std::int64_t r = 0; r < layer.bounds[Dim::R]; ++r) {
      const std::int64_t row =
          p * layer.stride.vertical + r * layer.dilation.vertical - layer.padding.vertical;
      if (row >= 0 && row < layer.image.vertical) rows.insert(row + above);
    }
  }
  return rows;
}

}  // namespace

TEST_CASE("chunks of a convolution do its multiplications, and a sum joins them") {
  const auto parts = chunks_of(patch(), {2, 2, 1});
  REQUIRE(parts);
  REQUIRE(parts->size() == 5);
  std::int64_t multiplications = 0;
  std::int64_t weights = 0;
  std::int64_t inputs = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const Layer& part = (*parts)[i];
    CHECK_NOTHROW(check_layer(part));
    CHECK(part.bounds[Dim::R] == 8);
    CHECK(part.bounds[Dim::S] == 8);
    multiplications += macs(part);
    weights += words(part, Tensor::Weight);
    inputs += words(part, Tensor::Input);
  }
  CHECK(multiplications == macs(patch()));
  CHECK(weights == words(patch(), Tensor::Weight));
  CHECK(inputs == words(patch(), Tensor::Input));  // strides and patches are alike: no overlap
  CHECK((*parts)[0].name == "patch rows 1-8 columns 1-8");
  const Layer& join = parts->back();
  CHECK_NOTHROW(check_layer(join));
  CHECK(join.op == Operator::Add);
  CHECK(words(join, Tensor::Input) == 4 * 192 * 14 * 14);
  CHECK(words(join, Tensor::Output) == words(patch(), Tensor::Output));
}

TEST_CASE("chunks read the rows that the whole window reads, whatever stride and padding") {
  int compared = 0;
  for (const std::int64_t stride : {1, 2, 3}) {
    for (const std::int64_t padding : {0, 1, 2}) {
      for (const std::int64_t dilation : {1, 2}) {
        for (const std::int64_t count : {2, 3, 5}) {
          Layer layer;
          layer.name = "conv";
          layer.bounds = {{1, 1, 2, 3, 4, 4, 5, 1}};
          layer.stride = {stride, 1};
          layer.dilation = {dilation, 1};
          layer.padding = {padding, 0};
          layer.image = {3 * stride + 4 * dilation + 1 - padding, 4};
          CHECK_NOTHROW(check_layer(layer));
          const auto parts = chunks_of(layer, {count, 1, 1});
          REQUIRE(parts);
          std::multiset<std::int64_t> rows;
          for (std::size_t i = 0; i + 1 < parts->size(); ++i) {
            const Layer& part = (*parts)[i];
            rows.merge(rows_read(part, layer.image.vertical - part.image.vertical));
          }
          CHECK(rows == rows_read(layer, 0));
          ++compared;
        }
      }
    }
  }
  CHECK(compared == 54);
}

TEST_CASE("channels are cut evenly, and partial sums keep their width") {
  Layer layer = square_convolution("conv", 7, {4, 8}, {3});
  layer.widths.partial_sum = Bits{32};
  const auto parts = chunks_of(layer, {1, 1, 3});
  REQUIRE(parts);
  REQUIRE(parts->size() == 4);
  std::vector<std::int64_t> channels;
  for (std::size_t i = 0; i < 3; ++i) {
    channels.push_back((*parts)[i].bounds[Dim::C]);
    CHECK((*parts)[i].widths.tensor[Tensor::Output] == Bits{32});
  }
  CHECK(channels == std::vector<std::int64_t>{3, 2, 2});
  CHECK(parts->back().widths.tensor[Tensor::Input] == Bits{32});
  CHECK(parts->back().widths.tensor[Tensor::Output] == Bits{16});
}

TEST_CASE("a pool goes over rows, then over columns") {
  const Layer pool = global_average_pool("pool", {8, 13});
  const auto steps = pool_in_two_steps(pool);
  REQUIRE(steps);
  REQUIRE(steps->size() == 2);
  for (const Layer& step : *steps) CHECK_NOTHROW(check_layer(step));
  CHECK(iterations((*steps)[0]) == 8 * 13 * 13);  // 13 columns, each over 13 rows
  CHECK(iterations((*steps)[1]) == 8 * 13);
  CHECK(words((*steps)[0], Tensor::Output) == words((*steps)[1], Tensor::Input));
  CHECK(words((*steps)[1], Tensor::Output) == 8);
  CHECK_FALSE(pool_in_two_steps(patch()));
  CHECK_FALSE(pool_in_two_steps((*steps)[0]));
}

TEST_CASE("what has no sums is not cut") {
  CHECK_FALSE(chunks_of(square_sum("sum", {8, 4}, 2), {1, 1, 2}));
}

}  // namespace tilewise
