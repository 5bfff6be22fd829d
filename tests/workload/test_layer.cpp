#include "workload/layer.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "base/error.hpp"

namespace tilewise {
namespace {

/// A 3x3 convolution of a 4x4 image, padding 1: 2 channels in, 3 out.
Layer small_convolution() {
  Layer layer;
  layer.name = "conv";
  layer.bounds = {{1, 1, 3, 2, 4, 4, 3, 3}};
  layer.padding = {1, 1};
  layer.image = {4, 4};
  return layer;
}

}  // namespace

TEST_CASE("counts of a convolution follow from its bounds") {
  Layer layer = small_convolution();
  layer.folded_parameters = 6;
  CHECK_NOTHROW(check_layer(layer));
  CHECK(macs(layer) == 3 * 2 * 4 * 4 * 3 * 3);
  CHECK(words(layer, Tensor::Input) == 2 * 4 * 4);  // the padded rows are no words
  CHECK(words(layer, Tensor::Weight) == 3 * 2 * 3 * 3);
  CHECK(words(layer, Tensor::Output) == 3 * 4 * 4);
  CHECK(parameters(layer) == 54 + 6);
  CHECK(padded_image(layer) == Plane{6, 6});
}

TEST_CASE("what a stride skips is stored but not moved") {
  Layer layer = small_convolution();
  layer.bounds = {{1, 1, 3, 2, 2, 2, 1, 1}};  // 1x1, stride 2: rows 0 and 2 of 4
  layer.stride = {2, 2};
  layer.padding = {0, 0};
  CHECK(words(layer, Tensor::Input) == 2 * 2 * 2);
  CHECK(stored_words(layer, Tensor::Input) == 2 * 4 * 4);
}

TEST_CASE("pooling and add have neither weights nor MACs") {
  Layer pool = small_convolution();
  pool.op = Operator::MaxPool;
  pool.bounds = {{1, 2, 1, 1, 4, 4, 3, 3}};
  CHECK_NOTHROW(check_layer(pool));
  CHECK(macs(pool) == 0);
  CHECK(iterations(pool) == 2 * 16 * 9);
  CHECK(words(pool, Tensor::Weight) == 0);
  CHECK_FALSE(has_tensor(pool, Tensor::Weight));

  Layer add;
  add.op = Operator::Add;
  add.bounds = {{1, 5, 1, 2, 4, 4, 1, 1}};
  add.image = {4, 4};
  CHECK_NOTHROW(check_layer(add));
  CHECK(words(add, Tensor::Input) == 2 * 5 * 16);  // two operands
  CHECK(words(add, Tensor::Output) == 5 * 16);
  CHECK(macs(add) == 0);
}

TEST_CASE("only an elementwise layer has several operations a word") {
  Layer gate;
  gate.name = "gate";
  gate.op = Operator::Elementwise;
  gate.bounds = {{1, 5, 1, 2, 4, 4, 1, 1}};
  gate.image = {4, 4};
  const std::string once = canonical_key(gate);
  gate.operations = 3;
  CHECK_NOTHROW(check_layer(gate));
  CHECK(canonical_key(gate) != once);
  CHECK(macs(gate) == 0);
  CHECK_FALSE(has_tensor(gate, Tensor::Weight));
  gate.op = Operator::Add;
  CHECK_THROWS_WITH_AS(
      check_layer(gate),
      "layer \"gate\": operations: only a layer of kind elementwise has them, this "
      "is add",
      InputError);
  gate.operations = 0;
  CHECK_THROWS_WITH_AS(check_layer(gate),
                       "layer \"gate\": operations: expected at least 1, found 0", InputError);
}

TEST_CASE("both operands of a matrix product are computed, so it has no parameters") {
  Layer product;
  product.op = Operator::MatrixProduct;
  product.bounds = {{4, 2, 5, 3, 1, 1, 1, 1}};
  CHECK(macs(product) == 4 * 2 * 5 * 3);
  CHECK(words(product, Tensor::Weight) == 2 * 5 * 3);
  CHECK(parameters(product) == 0);
}

TEST_CASE("a bound below one is refused with layer, field and cure") {
  Layer layer = small_convolution();
  layer.bounds[Dim::C] = 0;
  CHECK_THROWS_WITH_AS(check_layer(layer), "layer \"conv\": C: expected at least 1, found 0",
                       InputError);
}

TEST_CASE("strides, widths and densities out of range are refused") {
  Layer layer = small_convolution();
  layer.stride.horizontal = 0;
  CHECK_THROWS_WITH_AS(check_layer(layer),
                       "layer \"conv\": stride (horizontal): expected at least 1, found 0",
                       InputError);
  layer = small_convolution();
  layer.widths.tensor[Tensor::Weight] = Bits{0};
  CHECK_THROWS_WITH_AS(check_layer(layer),
                       "layer \"conv\": bits of Weight: expected 1 to 1024 bit, found 0",
                       InputError);
  layer = small_convolution();
  layer.density[Tensor::Input] = 1.5;
  CHECK_THROWS_WITH_AS(check_layer(layer),
                       "layer \"conv\": density of Input: expected a share from 0 to 1, found 1.5",
                       InputError);
  layer.density[Tensor::Input] = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH_AS(check_layer(layer),
                       "layer \"conv\": density of Input: expected a share from 0 to 1, found nan",
                       InputError);
}

TEST_CASE("an operator keeps its shape rule") {
  Layer layer = small_convolution();
  layer.op = Operator::Depthwise;
  CHECK_THROWS_WITH_AS(
      check_layer(layer),
      "layer \"conv\": M: a layer of kind depthwise has M = 1, found 3; choose another kind",
      InputError);
}

TEST_CASE("an image too small for the loops is refused") {
  Layer layer = small_convolution();
  layer.image.vertical = 2;  // 6 rows touched; 1 above, 2 of the image and at most 2 below
  CHECK_THROWS_WITH_AS(
      check_layer(layer),
      "layer \"conv\": rows: the loops touch 6, but the image has 2 and the padding allows 3 more; "
      "make the image or the padding larger, or the output smaller",
      InputError);
}

TEST_CASE("products beyond 63 bits are refused, whichever it is") {
  const std::int64_t huge = std::int64_t{1} << 31U;
  for (const Dim d : {Dim::N, Dim::C, Dim::G}) {
    Layer layer = small_convolution();
    layer.bounds[Dim::M] = huge;
    layer.bounds[d] = huge;
    CAPTURE(name(d));
    CHECK_THROWS_WITH_AS(check_layer(layer),
                         "layer \"conv\": product of the loop bounds: more than 2^63 - 1; make the "
                         "dimensions smaller",
                         InputError);
  }
  Layer tall = small_convolution();
  tall.bounds[Dim::P] = huge;
  tall.image = {huge, huge};
  CHECK_THROWS_WITH_AS(
      check_layer(tall),
      "layer \"conv\": rows: more than 2^22 coordinates; make the dimensions smaller", InputError);
  Layer layer = small_convolution();
  layer.dilation.vertical = std::numeric_limits<std::int64_t>::max();
  CHECK_THROWS_WITH_AS(
      check_layer(layer),
      "layer \"conv\": dilation: expected at most 2147483648, found 9223372036854775807",
      InputError);
}

TEST_CASE("the key forgets the name and the folded parameters and nothing else") {
  const Layer layer = small_convolution();
  Layer other = layer;
  other.name = "other";
  other.folded_parameters = 7;
  CHECK(canonical_key(layer) == canonical_key(other));
  other.density[Tensor::Input] = 0.5;
  CHECK(canonical_key(layer) != canonical_key(other));
  other = layer;
  other.widths.partial_sum = Bits{32};
  CHECK(canonical_key(layer) != canonical_key(other));
  other = layer;
  other.image = {5, 4};
  CHECK(canonical_key(layer) != canonical_key(other));
}

}  // namespace tilewise
