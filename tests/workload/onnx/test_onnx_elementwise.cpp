#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "bench/onnx_writer.hpp"
#include "workload/onnx/onnx_file.hpp"

namespace tilewise {
namespace {

using Bounds = EnumArray<Dim, std::int64_t>;

std::vector<std::string> kinds_of(const Network& network) {
  std::vector<std::string> kinds;
  for (std::size_t i = 0; i < network.size(); ++i) kinds.emplace_back(name(network.layer(i).op));
  return kinds;
}

/// conv -> relu -> transpose -> softmax over the last axis, of 8 channels of 6 x 4.
std::string relu_and_softmax() {
  OnnxWriter model;
  model.input("x", {"1", "3", "6", "4"});
  model.weight("w", {8, 3, 1, 1});
  model.node("Conv", {"x", "w"}, "conv");
  model.node("Relu", {"conv"}, "relu");
  model.node("Transpose", {"relu"}, "turned", {{"perm", std::vector<std::int64_t>{0, 2, 3, 1}}});
  model.node("Softmax", {"turned"}, "shares", {{"axis", std::int64_t{-1}}});
  return model.bytes();
}

}  // namespace

TEST_CASE("a softmax reads and writes each word, with five operations") {
  const Network network = import_bytes(relu_and_softmax()).network;
  CHECK(kinds_of(network) == std::vector<std::string>{"convolution", "elementwise"});
  const Layer& soft = network.layer(1);
  CHECK(soft.operations == 5);
  CHECK(words(soft, Tensor::Input) == 8 * 6 * 4);
  CHECK(words(soft, Tensor::Output) == 8 * 6 * 4);
  CHECK(macs(network) == 8 * 3 * 6 * 4);
}

TEST_CASE("unfused, activations and moves have traffic of their own, and MACs stay") {
  const Network network = import_bytes(relu_and_softmax(), {.unfused = true}).network;
  CHECK(kinds_of(network) ==
        std::vector<std::string>{"convolution", "elementwise", "elementwise", "elementwise"});
  CHECK(network.layer(1).operations == 1);
  CHECK(network.layer(2).operations == 1);
  CHECK(macs(network) == 8 * 3 * 6 * 4);
  for (std::size_t i = 1; i < 4; ++i) {
    CHECK(network.inputs_of(i) == std::vector<std::size_t>{i - 1});
    CHECK(words(network.layer(i), Tensor::Output) == 8 * 6 * 4);
  }
}

TEST_CASE("a transpose of dimensions of one moves nothing") {
  OnnxWriter model;
  model.input("x", {"1", "3", "1", "4"});
  model.weight("w", {8, 3, 1, 1});
  model.node("Conv", {"x", "w"}, "conv");
  model.node("Transpose", {"conv"}, "turned", {{"perm", std::vector<std::int64_t>{2, 1, 0, 3}}});
  model.node("Reshape", {"turned", "flat"}, "rows");
  model.integers("flat", {8, 4});
  CHECK(import_bytes(model.bytes(), {.unfused = true}).network.size() == 1);
}

TEST_CASE("a product of two maps reads both, a smaller operand is kept") {
  OnnxWriter model;
  model.input("x", {"1", "3", "6", "4"});
  model.weight("v", {8, 3, 1, 1});
  model.weight("w", {8, 3, 1, 1});
  model.node("Conv", {"x", "v"}, "a");
  model.node("Conv", {"x", "w"}, "b");
  model.node("Mul", {"a", "b"}, "gated");
  model.node("GlobalAveragePool", {"b"}, "mean");
  model.node("Add", {"gated", "mean"}, "shifted");
  const Network network = import_bytes(model.bytes()).network;
  REQUIRE(network.size() == 5);
  CHECK(network.layer(2).op == Operator::Elementwise);
  CHECK(network.layer(2).bounds == Bounds{{1, 8, 1, 2, 6, 4, 1, 1}});
  CHECK(network.inputs_of(2) == std::vector<std::size_t>{0, 1});
  CHECK(network.layer(4).bounds == Bounds{{1, 8, 1, 1, 6, 4, 1, 1}});
}

TEST_CASE("a reduction over channels reads its tensor, and what follows is folded") {
  OnnxWriter model;
  model.input("x", {"1", "10", "16"});
  model.weight("w", {16, 16});
  model.node("MatMul", {"x", "w"}, "rows");
  model.node("ReduceMean", {"rows"}, "mean", {{"axes", std::vector<std::int64_t>{-1}}});
  model.node("Sub", {"rows", "mean"}, "centred");
  const Network network = import_bytes(model.bytes()).network;
  REQUIRE(network.size() == 2);
  const Layer& mean = network.layer(1);
  CHECK(mean.op == Operator::Elementwise);
  CHECK(words(mean, Tensor::Input) == 10 * 16);
  CHECK(words(mean, Tensor::Output) == 10);
}

TEST_CASE("a resize writes each word of its output") {
  OnnxWriter model;
  model.input("x", {"1", "3", "6", "4"});
  model.weight("w", {8, 3, 1, 1});
  model.node("Conv", {"x", "w"}, "conv");
  model.integers("sizes", {1, 8, 12, 8});
  model.node("Resize", {"conv", "", "", "sizes"}, "larger");
  const Network network = import_bytes(model.bytes()).network;
  REQUIRE(network.size() == 2);
  CHECK(words(network.layer(1), Tensor::Output) == 8 * 12 * 8);
}

}  // namespace tilewise
