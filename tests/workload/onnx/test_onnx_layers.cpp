#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "bench/onnx_writer.hpp"
#include "workload/network_yaml.hpp"
#include "workload/onnx/onnx_file.hpp"

namespace tilewise {
namespace {

using Ints = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a pool in ceil mode may begin behind the image, and one of a word costs nothing") {
  OnnxWriter ceil;
  ceil.input("x", {"1", "3", "4", "4"});
  ceil.node(
      "MaxPool", {"x"}, "a",
      {{"kernel_shape", Ints{1, 1}}, {"strides", Ints{2, 2}}, {"ceil_mode", std::int64_t{1}}});
  const Network network = import_bytes(ceil.bytes()).network;
  CHECK(network.layer(0).bounds == EnumArray<Dim, std::int64_t>{{1, 3, 1, 1, 3, 3, 1, 1}});
  CHECK(words(network.layer(0), Tensor::Input) == 3 * 2 * 2);

  OnnxWriter same;
  same.input("x", {"1", "3", "4", "4"});
  same.node("AveragePool", {"x"}, "a", {{"kernel_shape", Ints{1, 1}}});
  same.weight("w", {2, 3, 1, 1});
  same.node("Conv", {"a", "w"}, "y", {{"pads", Ints{0, 0, 3, 2}}});
  const OnnxImport import = import_bytes(same.bytes());
  REQUIRE(import.network.size() == 1);
  CHECK(macs(import.network) == 2 * 3 * (4 + 3) * (4 + 2));
}

TEST_CASE("stored tensors count once, wherever they are read") {
  OnnxWriter stack;  // 4 x 4 x 4 products of 1 x 7 and 7 x 6; no word of either counts twice
  stack.input("x", {"4", "1", "4", "1", "7"});
  stack.weight("w", {4, 4, 7, 6});
  stack.node("MatMul", {"x", "w"}, "y");
  const Network products = import_bytes(stack.bytes()).network;
  CHECK(macs(products) == 64 * 7 * 6);
  CHECK(parameters(products) == 4 * 4 * 7 * 6);
  CHECK(words(products.layer(0), Tensor::Input) == 4 * 4 * 7);
  CHECK(words(products.layer(0), Tensor::Output) == 64 * 6);

  OnnxWriter token;  // 8 x 16, the token 16, positions 5 x 16, 16 x 3
  token.input("x", {"1", "4", "8"});
  token.weight("w", {8, 16});
  token.weight("class", {1, 1, 16});
  token.weight("positions", {1, 5, 16});
  token.weight("v", {16, 3});
  token.node("MatMul", {"x", "w"}, "a");
  token.node("Concat", {"class", "a"}, "b", {{"axis", std::int64_t{1}}});
  token.node("Add", {"b", "positions"}, "c");
  token.node("MatMul", {"c", "v"}, "y");
  CHECK(parameters(import_bytes(token.bytes()).network) == 128 + 16 + 80 + 48);

  OnnxWriter constant;  // a convolution of a stored map is work, too
  constant.input("x", {"1", "3", "8", "8"});
  constant.weight("map", {1, 64, 8, 8});
  constant.weight("p", {4, 64, 1, 1});
  constant.weight("w", {4, 3, 1, 1});
  constant.node("Conv", {"map", "p"}, "q");
  constant.node("Conv", {"x", "w"}, "a");
  constant.node("Add", {"a", "q"}, "y");
  const Network sum = import_bytes(constant.bytes()).network;
  REQUIRE(sum.size() == 3);
  CHECK(macs(sum) == 64 * 64 * 4 + 64 * 3 * 4);
  CHECK(sum.layer(2).op == Operator::Add);

  OnnxWriter twice;  // two convolutions share weights and bias, the first of a stored map
  twice.input("x", {"1", "64", "8", "8"});
  twice.weight("map", {1, 64, 8, 8});
  twice.weight("p", {4, 64, 1, 1});
  twice.weight("bias", {4});
  twice.node("Conv", {"map", "p", "bias"}, "a");
  twice.node("Conv", {"x", "p", "bias"}, "b");
  CHECK(parameters(import_bytes(twice.bytes()).network) == 64 * 64 + 4 * 64 + 4);

  OnnxWriter queries;  // learned queries through a product of their own: 5 x 8, 8 x 6; 6 x 3
  queries.input("x", {"6", "3"});
  queries.weight("queries", {5, 8});
  queries.weight("w", {8, 6});
  queries.node("MatMul", {"queries", "w"}, "q");
  queries.node("MatMul", {"q", "x"}, "y");
  const Network learned = import_bytes(queries.bytes()).network;
  CHECK(macs(learned) == 5 * 8 * 6 + 5 * 6 * 3);
  CHECK(parameters(learned) == 5 * 8 + 8 * 6);
}

TEST_CASE("what an Einsum gives has the sizes of its letters") {
  const auto after = [](const std::string& equation, const Ints& stored) {
    OnnxWriter model;
    model.input("x", {"2", "3", "4", "5"});
    model.weight("w", stored);
    model.node("Einsum", {"x", "w"}, "e", {{"equation", equation}});
    model.weight("v", {6, 7});
    model.node("MatMul", {"e", "v"}, "y");
    const Network network = import_bytes(model.bytes()).network;
    REQUIRE(network.size() == 2);
    return network.layer(1).bounds[Dim::N];
  };
  CHECK(after("byhc,hkc->byhk", {4, 6, 5}) == 2 * 3 * 4);
  CHECK(after("...c,ck->...k", {5, 6}) == 2 * 3 * 4);
  CHECK(after("abcd , kd -> ca bk", {6, 5}) == 4 * 2 * 3);
}

TEST_CASE("words that are scattered into a tensor are moved, and summed where it says so") {
  const auto scattered = [](const std::string& reduction, const OnnxOptions& options) {
    OnnxWriter model;
    model.input("x", {"6", "4"});
    model.weight("w", {4, 4});
    model.node("MatMul", {"x", "w"}, "data");
    model.integers("rows", {0, 2, 4});
    model.integers("table", {3, 1});
    model.node("Reshape", {"rows", "table"}, "indices");
    model.input("updates", {"3", "4"});
    model.node("ScatterND", {"data", "indices", "updates"}, "y", {{"reduction", reduction}});
    const OnnxImport import = import_bytes(model.bytes(), options);
    CHECK(import.warnings.empty());
    return import.network.size();
  };
  CHECK(scattered("none", {}) == 1);
  CHECK(scattered("none", {.unfused = true}) == 2);
  CHECK(scattered("add", {}) == 2);
}

TEST_CASE("all stored tensors that weights are made of are parameters, each once") {
  OnnxWriter scaled;  // 8 x 3 x 3 x 3 weights, normalised in the graph, times a gain each
  scaled.input("x", {"1", "3", "8", "8"});
  scaled.weight("w", {8, 3, 3, 3});
  scaled.integers("flat", {1, 8, 27});
  scaled.integers("whole", {8, 3, 3, 3});
  for (const char* name : {"gain", "shift", "mean", "variance"}) scaled.weight(name, {8});
  scaled.node("Reshape", {"w", "flat"}, "rows");
  scaled.node("BatchNormalization", {"rows", "gain", "shift", "mean", "variance"}, "even");
  scaled.node("Reshape", {"even", "whole"}, "weights");
  scaled.node("Conv", {"x", "weights"}, "y");
  CHECK(parameters(import_bytes(scaled.bytes()).network) == 216 + 8 + 8);

  OnnxWriter parts;  // 16 x 6 weights, of which three products take 2 columns each
  parts.input("x", {"5", "16"});
  parts.weight("w", {16, 6});
  parts.integers("axis", {1});
  for (const std::int64_t i : {0, 1, 2}) {
    const std::string at = std::to_string(i);
    parts.integers("from" + at, {2 * i});
    parts.integers("to" + at, {2 * i + 2});
    parts.node("Slice", {"w", "from" + at, "to" + at, "axis"}, "w" + at);
    parts.node("MatMul", {"x", "w" + at}, "y" + at);
  }
  const Network network = import_bytes(parts.bytes()).network;
  CHECK(network.size() == 3);
  CHECK(macs(network) == 5 * 16 * 6);
  CHECK(parameters(network) == 16 * 6);
}

TEST_CASE("a unit matrix of the size of a tensor is a constant") {
  OnnxWriter model;
  model.input("x", {"4", "4"});
  model.weight("w", {4, 4});
  model.node("MatMul", {"x", "w"}, "a");
  model.node("EyeLike", {"a"}, "unit");
  model.node("Mul", {"a", "unit"}, "y");
  const OnnxImport import = import_bytes(model.bytes());
  CHECK(import.warnings.empty());
  CHECK(import.network.size() == 1);
  CHECK(parameters(import.network) == 16);
}

TEST_CASE("an Einsum of two operands is a product") {
  const auto layer = [](const std::string& equation, const std::vector<std::string>& a,
                        const std::vector<std::string>& b) {
    OnnxWriter model;
    model.input("a", a);
    model.input("b", b);
    model.node("Einsum", {"a", "b"}, "y", {{"equation", equation}});
    return import_bytes(model.bytes()).network.layer(0);
  };
  const Layer stack = layer("bij,bjk->bik", {"4", "6", "8"}, {"4", "8", "10"});
  CHECK(stack.bounds == EnumArray<Dim, std::int64_t>{{6, 4, 10, 8, 1, 1, 1, 1}});
  const Layer heads = layer("bhid,bhjd->bhij", {"2", "3", "5", "8"}, {"2", "3", "7", "8"});
  CHECK(heads.bounds == EnumArray<Dim, std::int64_t>{{5, 6, 7, 8, 1, 1, 1, 1}});
  OnnxWriter diagonal;
  diagonal.input("a", {"4", "4"});
  diagonal.node("Einsum", {"a"}, "y", {{"equation", std::string("ii->i")}});
  const std::string error = onnx_error(diagonal.bytes());
  CHECK_MESSAGE(error.find("Einsum: 1 node") == 0, error);  // why, and then that nothing is left
  CHECK(error.find("no operator that costs anything") != std::string::npos);
}

TEST_CASE("a transposed convolution has the MACs of each input word with each tap") {
  const auto network = [](std::int64_t kernel, std::int64_t stride, std::int64_t groups) {
    OnnxWriter model;
    model.input("x", {"1", "4", "5", "7"});
    model.weight("w", {4, 6 / groups, kernel, kernel});
    model.node("ConvTranspose", {"x", "w"}, "y",
               {{"strides", Ints{stride, stride}}, {"group", groups}});
    return import_bytes(model.bytes()).network;
  };
  for (const std::int64_t kernel : {1, 2, 3, 4, 5}) {
    for (const std::int64_t stride : {1, 2, 3}) {
      for (const std::int64_t groups : {1, 2}) {
        CAPTURE(kernel);
        CAPTURE(stride);
        const Network all = network(kernel, stride, groups);
        CHECK(macs(all) == 5 * 7 * kernel * kernel * 4 * 6 / groups);
        CHECK(parameters(all) == 4 * 6 / groups * kernel * kernel);
      }
    }
  }
  CHECK(network(4, 2, 1).size() == 1);
  CHECK(network(3, 2, 1).size() == 4);
}

TEST_CASE("a convolution over three axes has its MACs, and where an axis has no window its words") {
  const auto layer = [](const Ints& kernel, const Ints& pads) {
    OnnxWriter model;
    model.input("x", {"1", "3", "8", "10", "12"});
    Ints dims{4, 3};
    dims.insert(dims.end(), kernel.begin(), kernel.end());
    model.weight("w", dims);
    model.node("Conv", {"x", "w"}, "y", {{"pads", pads}});
    return import_bytes(model.bytes()).network.layer(0);
  };
  const Layer full = layer({3, 3, 3}, {1, 1, 1, 1, 1, 1});
  CHECK(macs(full) == 8 * 10 * 12 * 27 * 3 * 4);
  CHECK(parameters(full) == 4 * 3 * 27);
  const Layer flat = layer({1, 3, 3}, {0, 1, 1, 0, 1, 1});
  CHECK(macs(flat) == 8 * 10 * 12 * 9 * 3 * 4);
  CHECK(words(flat, Tensor::Input) == 3 * 8 * 10 * 12);
  const Layer deep = layer({3, 1, 1}, {1, 0, 0, 1, 0, 0});
  CHECK(macs(deep) == 8 * 10 * 12 * 3 * 3 * 4);
  CHECK(words(deep, Tensor::Input) == 3 * 8 * 10 * 12);
}

TEST_CASE("a convolution with computed weights has MACs and no parameters") {
  OnnxWriter model;
  model.input("x", {"1", "3", "8", "8"});
  model.input("w", {"4", "3", "3", "3"});
  model.node("Conv", {"x", "w"}, "y");
  const Network network = import_bytes(model.bytes()).network;
  CHECK(macs(network) == 36 * 9 * 12);
  CHECK(parameters(network) == 0);
}

TEST_CASE("what no layer stands for is listed in the network and its file") {
  OnnxWriter model;
  model.input("x", {"1", "3", "8", "8"});
  model.weight("w", {4, 3, 1, 1});
  model.node("Conv", {"x", "w"}, "a");
  model.node("ArgMax", {"a"}, "b");
  model.node("ArgMax", {"a"}, "c");
  const Network network = import_bytes(model.bytes()).network;
  REQUIRE(network.omitted().size() == 1);
  CHECK(network.omitted()[0].op == "ArgMax");
  CHECK(network.omitted()[0].count == 2);
  CHECK(network.omitted()[0].nodes == std::vector<std::string>{"b", "c"});
  const YamlNode yaml = YamlNode::load_text(network_yaml(network), "written.yaml");
  CHECK(parse_network(yaml.map()).omitted() == network.omitted());
}

}  // namespace tilewise
