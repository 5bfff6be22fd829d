#include "workload/layer_yaml.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/error.hpp"
#include "refusal.hpp"

namespace tilewise {
namespace {

Layer parse(const std::string& text) {
  return parse_layer(YamlNode::load_text(text, "layer.yaml").map());
}

std::string layer_error(const std::string& text) {
  return refusal([&] { parse(text); });
}

const std::string kConvolution = "name: a\nop: convolution\noutput_channels: 4\n";

}  // namespace

TEST_CASE("a convolution is read with its defaults") {
  const Layer layer =
      parse(kConvolution + "kernel: 3\ninput: {channels: 2, height: 6, width: 8}\n");
  CHECK(layer.bounds == EnumArray<Dim, std::int64_t>{{1, 1, 4, 2, 4, 6, 3, 3}});
  CHECK(layer.stride == Plane{1, 1});
  CHECK(layer.padding == Plane{0, 0});
  CHECK(layer.image == Plane{6, 8});
  CHECK(layer.widths == WordWidths{});
  CHECK(layer.folded_parameters == 0);
}

TEST_CASE("every key of a convolution has its effect") {
  const Layer layer = parse(kConvolution + R"(
input: {channels: 2, height: 9, width: 9}
batch: 3
groups: 2
kernel: [3, 1]
stride: [2, 1]
dilation: [2, 1]
padding: [1, 0]
bias: true
batch_norm: true
bits: {weight: 8 bit, partial_sum: 32 bit}
density: {input: 0.5}
)");
  // rows: (9 + 2 - (2 * 2 + 1)) / 2 + 1 = 4; columns: 9
  CHECK(layer.bounds == EnumArray<Dim, std::int64_t>{{3, 2, 2, 1, 4, 9, 3, 1}});
  CHECK(layer.folded_parameters == 3 * 4);
  CHECK(layer.widths.tensor[Tensor::Weight] == Bits{8});
  CHECK(layer.widths.tensor[Tensor::Input] == Bits{16});
  CHECK(layer.widths.partial_sum == Bits{32});
  CHECK(layer.density[Tensor::Input] == 0.5);
}

TEST_CASE("padding: same keeps the size over the stride, the odd row below") {
  const Layer layer = parse(kConvolution +
                            "kernel: 3\nstride: 2\npadding: same\n"
                            "input: {channels: 1, height: 224, width: 7}\n");
  // rows: 112 windows reach 111 * 2 + 3 = 225, one more than 224, below; columns: 4 reach 9 = 1+7+1
  CHECK(layer.bounds[Dim::P] == 112);
  CHECK(layer.bounds[Dim::Q] == 4);
  CHECK(layer.padding == Plane{0, 1});
}

TEST_CASE("the other operators map onto the eight loops") {
  using Bounds = EnumArray<Dim, std::int64_t>;
  CHECK(parse("{name: a, op: depthwise, input: {channels: 5, height: 4, width: 4}, kernel: 3}")
            .bounds == Bounds{{1, 5, 1, 1, 2, 2, 3, 3}});
  CHECK(parse("{name: a, op: max_pool, input: {channels: 5, height: 4, width: 4}, kernel: 2, "
              "stride: 2}")
            .bounds == Bounds{{1, 5, 1, 1, 2, 2, 2, 2}});
  CHECK(parse("{name: a, op: average_pool, input: {channels: 5, height: 4, width: 3}, "
              "kernel: global}")
            .bounds == Bounds{{1, 5, 1, 1, 1, 1, 4, 3}});
  const Layer dense = parse("{name: a, op: fully_connected, inputs: 7, outputs: 3, bias: true}");
  CHECK(dense.bounds == Bounds{{1, 1, 3, 7, 1, 1, 1, 1}});
  CHECK(parameters(dense) == 7 * 3 + 3);
  CHECK(parse("{name: a, op: matrix_product, rows: 2, columns: 3, inner: 4, batch: 5}").bounds ==
        Bounds{{2, 5, 3, 4, 1, 1, 1, 1}});
  CHECK(
      parse("{name: a, op: add, input: {channels: 5, height: 4, width: 4}, operands: 3}").bounds ==
      Bounds{{1, 5, 1, 3, 4, 4, 1, 1}});
  const Layer soft =
      parse("{name: a, op: elementwise, input: {channels: 5, height: 4, width: 4}, operations: 6}");
  CHECK(soft.bounds == Bounds{{1, 5, 1, 1, 4, 4, 1, 1}});
  CHECK(soft.operations == 6);
  CHECK(macs(soft) == 0);
  CHECK(parse("{name: a, op: elementwise, input: {channels: 5}, operands: 2}").bounds ==
        Bounds{{1, 5, 1, 2, 1, 1, 1, 1}});
}

TEST_CASE("the form with loop bounds takes one for what it leaves out") {
  const Layer layer = parse(
      "{name: a, op: convolution, dims: {M: 8, C: 3, P: 3, Q: 3, R: 3, S: 3}, stride: 2, "
      "padding: 1}");
  CHECK(layer.bounds == EnumArray<Dim, std::int64_t>{{1, 1, 8, 3, 3, 3, 3, 3}});
  CHECK(layer.image == Plane{5, 5});  // the loops touch 2 * 2 + 3 = 7 rows, less one on each side
  CHECK(parse("{name: a, op: convolution, dims: {P: 3}, image: [4, 1]}").image == Plane{4, 1});
}

TEST_CASE("one width serves all words") {
  const Layer layer = parse("{name: a, op: fully_connected, inputs: 1, outputs: 1, bits: 8 bit}");
  CHECK(layer.widths.tensor[Tensor::Output] == Bits{8});
  CHECK(layer.widths.partial_sum == Bits{8});
}

TEST_CASE("a mistake names file, line, key and cure") {
  CHECK(layer_error("{op: convolution}") == "layer.yaml:1: name: missing");
  CHECK(layer_error("name: a\nop: conv\n") ==
        "layer.yaml:2: op: expected one of convolution, depthwise, fully_connected, "
        "matrix_product, average_pool, max_pool, add, elementwise; found \"conv\"; did you mean "
        "\"convolution\"?");
  CHECK(layer_error(kConvolution + "kernel: 0\ninput: {channels: 1}\n") ==
        "layer.yaml:4: kernel: expected a whole number from 1 to 2147483648, found \"0\"");
  CHECK(layer_error(kConvolution + "kernel: 3\ninput: {channels: 1, height: 2, width: 4}\n") ==
        "layer.yaml:4: kernel: the kernel spans 3 rows, but image and padding have 2; make the "
        "kernel or the dilation smaller, or the padding larger");
  CHECK(layer_error(kConvolution + "kernel: 1\ninput: {channels: 3}\ngroups: 2\n") ==
        "layer.yaml:6: groups: 2 groups do not divide 3 input and 4 output channels; expected a "
        "divisor of both");
  CHECK(layer_error(kConvolution + "kernel: [1, 2, 3]\ninput: {channels: 3}\n") ==
        "layer.yaml:4: kernel: expected one number or [vertical, horizontal]");
  CHECK(layer_error("{name: a, op: fully_connected, inputs: 1, outputs: 1, bits: 8}") ==
        "layer.yaml:1: bits: expected a size such as 108 KiB (bit, B, KiB, MiB, GiB), found \"8\"");
}

TEST_CASE("an unknown key is refused") {
  const std::string error =
      layer_error("{name: a, op: fully_connected, inputs: 1, outputs: 1, stride: 2}");
  CHECK(error.starts_with("layer.yaml:1: stride: unknown key; known here: "));
}

TEST_CASE("sizes that overflow end in an error with its place") {
  const std::string n = "2147483648";
  CHECK(
      layer_error("{name: a, op: convolution, dims: {M: " + n + ", C: " + n + ", N: " + n + "}}") ==
      "layer.yaml:1: layer \"a\": product of the loop bounds: more than 2^63 - 1; make the "
      "dimensions smaller");
  CHECK(layer_error("{name: a, op: convolution, bias: true, batch_norm: true, dims: {G: " + n +
                    ", M: " + n + "}}")
            .starts_with("layer.yaml:1: "));
}

TEST_CASE("a shipped layer is found by its name and named after its file") {
  const Layer layer = find_layer("pointwise_72");
  CHECK(layer.name == "pointwise_72");
  CHECK(macs(layer) == 72);  // 3 * 4 * 2 * 3
  CHECK(macs(find_layer("alexnet_conv3")) == 149'520'384);
  CHECK(macs(find_layer("attention_scores")) == 12 * 128 * 128 * 64);
  CHECK_THROWS_WITH_AS(find_layer("no_such_layer"), doctest::Contains("pointwise_72"), InputError);
}

TEST_CASE("a network is no layer") {
  CHECK_THROWS_WITH_AS(find_layer("alexnet"),
                       doctest::Contains("a network, not a layer; give it where a network goes"),
                       InputError);
}

TEST_CASE("padding may differ on the four sides of the image") {
  const std::string head = kConvolution + "input: {channels: 2, height: 8, width: 8}\n";
  const Layer behind = parse(head + "kernel: 3\nstride: 2\npadding: [0, 0, 1, 1]\n");
  // (8 + 0 + 1 - 3) / 2 + 1 = 4
  CHECK(behind.bounds == EnumArray<Dim, std::int64_t>{{1, 1, 4, 2, 4, 4, 3, 3}});
  CHECK(behind.padding == Plane{0, 0});
  CHECK(behind.padding_end == Plane{0, 0});  // the filter reaches over 2 rows
  CHECK(stored_words(behind, Tensor::Input) == 2 * 8 * 8);
  const Layer far = parse(head + "kernel: 1\npadding: [1, 0, 3, 0]\n");
  CHECK(far.bounds[Dim::P] == 12);
  CHECK(far.bounds[Dim::Q] == 8);
  CHECK(far.padding == Plane{1, 0});
  CHECK(far.padding_end == Plane{3, 0});
  CHECK(words(far, Tensor::Input) == 2 * 8 * 8);
  CHECK(parse(head + "kernel: 3\npadding: [1, 1, 1, 1]\n") ==
        parse(head + "kernel: 3\npadding: 1\n"));
  CHECK(layer_error(head + "kernel: 3\npadding: [1, 1, 1]\n") ==
        "layer.yaml:6: padding: expected one number, [vertical, horizontal] or [above, left, "
        "below, right]");
}

TEST_CASE("with dims, four numbers of padding say what lies behind the image") {
  const std::string head = "name: a\nop: max_pool\ndims: {G: 3, P: 3, Q: 3}\nstride: 2\n";
  // The windows start at 0, 2, 4: one row and column behind the image.
  CHECK(layer_error(head + "image: [4, 4]\n").find("rows: the loops touch 5") != std::string::npos);
  const Layer pool = parse(head + "image: [4, 4]\npadding: [0, 0, 1, 1]\n");
  CHECK(pool.padding_end == Plane{1, 1});
  CHECK(words(pool, Tensor::Input) == 3 * 2 * 2);
  CHECK(parse(head + "padding: [0, 0, 1, 1]\n") == pool);
}

}  // namespace tilewise
