#include "sweep/split_layer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "space/square_layers.hpp"

namespace tilewise {
namespace {

/// Takes windows of at most so many rows and columns, and so many channels.
FitsDevice at_most(std::int64_t rows, std::int64_t columns, std::int64_t channels) {
  return [=](const Layer& layer) {
    return layer.op == Operator::Add ||
           (layer.bounds[Dim::R] <= rows && layer.bounds[Dim::S] <= columns &&
            layer.bounds[Dim::C] <= channels);
  };
}

}  // namespace

TEST_CASE("a layer is cut into as few parts as fit") {
  const Layer layer = square_convolution("conv", 10, {4, 8}, {5});
  const auto parts = split_to_fit(layer, at_most(5, 2, 5));
  REQUIRE(parts);
  CHECK(parts->size() == 2 * 3 + 1);  // 2 chunks of channels, 3 of columns, and what joins them
  CHECK(std::all_of(parts->begin(), parts->end(), at_most(5, 2, 5)));
  std::int64_t multiplications = 0;
  for (const Layer& part : *parts) multiplications += macs(part);
  CHECK(multiplications == macs(layer));
}

TEST_CASE("a pool is cut in two steps, each in chunks where it must be") {
  const Layer pool = global_average_pool("pool", {8, 13});
  const auto whole_steps = split_to_fit(pool, at_most(13, 1, 1));
  REQUIRE(whole_steps);
  // Over rows as one; over columns in 13 chunks of one column, which are joined.
  CHECK(whole_steps->size() == 1 + 13 + 1);
  const auto both = split_to_fit(pool, at_most(7, 7, 1));
  REQUIRE(both);
  CHECK(both->size() == 3 + 3);
}

TEST_CASE("what fits in no way stays whole") {
  const Layer layer = square_convolution("conv", 10, {4, 8}, {5});
  int asked = 0;
  CHECK_FALSE(split_to_fit(layer, [&](const Layer&) {
    ++asked;
    return false;
  }));
  CHECK(asked > 10);
  CHECK(asked <= 400);
}

}  // namespace tilewise
