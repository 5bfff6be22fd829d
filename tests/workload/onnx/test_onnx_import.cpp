#include "workload/onnx/onnx_import.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "bench/onnx_writer.hpp"
#include "workload/network_yaml.hpp"
#include "workload/onnx/onnx_file.hpp"

namespace tilewise {
namespace {

using Strings = std::vector<std::string>;
using Ints = std::vector<std::int64_t>;

void check_same(const Network& found, const Network& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(expected.layer(i).name);
    CHECK(found.layer(i) == expected.layer(i));
    CHECK(canonical_key(found.layer(i)) == canonical_key(expected.layer(i)));
    CHECK(found.inputs_of(i) == expected.inputs_of(i));
  }
}

/// hidden x hidden with a bias, as exporters write it: MatMul, then Add of the bias.
std::string dense(OnnxWriter& model, const std::string& input, const std::string& name,
                  std::int64_t inputs, std::int64_t outputs) {
  model.weight(name + ".w", {inputs, outputs});
  model.weight(name + ".b", {outputs});
  model.node("MatMul", {input, name + ".w"}, name);
  return model.node("Add", {name + ".b", name}, name + ".biased");
}

std::string layer_norm(OnnxWriter& model, const std::string& input, const std::string& name) {
  model.weight(name + ".scale", {768});
  model.weight(name + ".shift", {768});
  return model.node("LayerNormalization", {input, name + ".scale", name + ".shift"}, name);
}

/// [batch, sequence, 768] to [batch, 12, sequence, 64] by the shape that the graph computes.
std::string heads(OnnxWriter& model, const std::string& input, const Ints& order) {
  const std::string shape = model.node("Shape", {input}, input + ".shape");
  const std::string front =
      model.node("Gather", {shape, "first_two"}, input + ".front", {{"axis", std::int64_t{0}}});
  const std::string target =
      model.node("Concat", {front, "12x64"}, input + ".target", {{"axis", std::int64_t{0}}});
  const std::string split = model.node("Reshape", {input, target}, input + ".split");
  return model.node("Transpose", {split}, input + ".heads", {{"perm", order}});
}

/// One encoder block of BERT-base (Devlin et al., NAACL 2019).
std::string bert_block() {
  OnnxWriter model;
  model.input("x", {"batch", "sequence", "768"});
  model.integers("first_two", {0, 1});
  model.integers("12x64", {12, 64});
  model.integers("joined", {0, 0, 768});
  const std::string q = heads(model, dense(model, "x", "query", 768, 768), {0, 2, 1, 3});
  const std::string k = heads(model, dense(model, "x", "key", 768, 768), {0, 2, 3, 1});
  const std::string v = heads(model, dense(model, "x", "value", 768, 768), {0, 2, 1, 3});
  model.node("MatMul", {q, k}, "scores");
  model.weight("eight", {});
  model.node("Div", {"scores", "eight"}, "scaled");
  model.node("Softmax", {"scaled"}, "shares", {{"axis", std::int64_t{-1}}});
  model.node("MatMul", {"shares", v}, "context");
  model.node("Transpose", {"context"}, "rows", {{"perm", Ints{0, 2, 1, 3}}});
  model.node("Reshape", {"rows", "joined"}, "attended");
  const std::string out = dense(model, "attended", "out", 768, 768);
  model.node("Add", {out, "x"}, "sum1");
  const std::string norm = layer_norm(model, "sum1", "norm1");
  const std::string up = dense(model, norm, "up", 768, 3072);
  model.weight("root_two", {});
  model.weight("one", {});
  model.node("Div", {up, "root_two"}, "g1");
  model.node("Erf", {"g1"}, "g2");
  model.node("Add", {"g2", "one"}, "g3");
  model.node("Mul", {up, "g3"}, "gelu");
  const std::string down = dense(model, "gelu", "down", 3072, 768);
  model.node("Add", {down, norm}, "sum2");
  layer_norm(model, "sum2", "norm2");
  return model.bytes();
}

/// A convolution of `kernel` x `kernel` over 8 channels of `size` x `size`.
OnnxImport one_convolution(std::int64_t kernel, std::int64_t size, std::int64_t groups,
                           const std::vector<OnnxAttribute>& attributes) {
  OnnxWriter model;
  const std::string side = std::to_string(size);
  model.input("x", {"1", "8", side, side});
  model.weight("w", {16, 8 / groups, kernel, kernel});
  auto all = attributes;
  all.emplace_back("group", groups);
  model.node("Conv", {"x", "w"}, "conv", all);
  return import_bytes(model.bytes());
}

}  // namespace

TEST_CASE("an ONNX model of a shipped network has the layers and edges of its YAML file") {
  for (const char* name : {"resnet18", "mobilenetv2", "alexnet", "vgg16", "resnet50"}) {
    CAPTURE(name);
    const Network expected = find_network(name);
    const OnnxImport import = import_bytes(onnx_model(expected));
    check_same(import.network, expected);
    CHECK(import.warnings.empty());
    CHECK(macs(import.network) == macs(expected));
    CHECK(parameters(import.network) == parameters(expected));
  }
}

// Those of torchvision, as in test_shipped_networks.cpp.
TEST_CASE("the totals of ResNet-18 and MobileNetV2 are the published ones") {
  CHECK(macs(import_bytes(onnx_model(find_network("resnet18"))).network) == 1'814'073'344);
  CHECK(macs(import_bytes(onnx_model(find_network("mobilenetv2"))).network) == 300'774'272);
}

TEST_CASE("what is written as YAML reads back as the same layers") {
  const auto check = [](const Network& network) {
    const YamlNode yaml = YamlNode::load_text(network_yaml(network), "written.yaml");
    const Network read = parse_network(yaml.map());
    CHECK(read.name() == network.name());
    check_same(read, network);
  };
  check(find_network("resnet18"));
  check(import_bytes(bert_block(), {.batch = 3, .dims = {{"sequence", 16}}}).network);
  Network other("a \"name\" \\ of\tits own: #1");
  Layer layer;
  layer.name = "- {x}";
  layer.op = Operator::Depthwise;
  layer.stride = {2, 1};
  layer.padding = {1, 0};
  layer.bounds[Dim::R] = 3;
  layer.density[Tensor::Weight] = 0.3;
  layer.widths.tensor[Tensor::Weight] = Bits{4};
  layer.folded_parameters = 7;
  other.add(layer, {});
  check(other);
}

// Queries, keys, values and output: 4 x 128 x 768 x 768 = 301,989,888 MACs. Scores and context:
// 2 x 12 x 128 x 128 x 64 = 25,165,824. Up and down: 2 x 128 x 768 x 3072 = 603,979,776. Together
// 931,135,488. Parameters: 4 x (768 x 768 + 768) + 768 x 3072 + 3072 + 3072 x 768 + 768 and the two
// norms 2 x 2 x 768: 7,087,872.
TEST_CASE("an encoder block of BERT-base has the MACs and parameters counted by hand") {
  const OnnxImport import = import_bytes(bert_block(), {.dims = {{"sequence", 128}}});
  CHECK(macs(import.network) == 931'135'488);
  CHECK(parameters(import.network) == 7'087'872);
  CHECK(import.warnings.empty());
  // Four products and one of each side of the scores, two dense layers, two sums; a softmax, two
  // norms.
  REQUIRE(import.network.size() == 4 + 2 + 2 + 2 + 3);
  const Layer& scores = import.network.layer(3);
  CHECK(scores.op == Operator::MatrixProduct);
  // G = batch x heads, N = rows, M = columns, C = the values of a head
  CHECK(scores.bounds == EnumArray<Dim, std::int64_t>{{128, 12, 128, 64, 1, 1, 1, 1}});
  CHECK(import.network.inputs_of(3) == std::vector<std::size_t>{0, 1});
  const Layer& query = import.network.layer(0);
  CHECK(query.op == Operator::FullyConnected);
  CHECK(query.bounds == EnumArray<Dim, std::int64_t>{{128, 1, 768, 768, 1, 1, 1, 1}});
}

TEST_CASE("a batch of four images or sentences is four times the work") {
  const OnnxImport one = import_bytes(bert_block(), {.dims = {{"sequence", 128}}});
  const OnnxImport four = import_bytes(bert_block(), {.batch = 4, .dims = {{"sequence", 128}}});
  CHECK(macs(four.network) == 4 * macs(one.network));
  CHECK(four.network.layer(0).bounds[Dim::N] == 4 * 128);
  CHECK(four.network.layer(3).bounds[Dim::G] == 4 * 12);
  CHECK(parameters(four.network) == parameters(one.network));
}

TEST_CASE("padding is what lies above and left of the image") {
  // 7 rows, kernel 3, stride 2: SAME makes 4 outputs, which need 2 x 3 + 3 = 9 rows, 1 on each
  // side. Kernel 2: 8 rows; the odd one lies below for SAME_UPPER, above for SAME_LOWER.
  const auto padding = [](std::int64_t kernel, const std::string& mode) {
    const std::vector<OnnxAttribute> attributes{{"strides", Ints{2, 2}}, {"auto_pad", mode}};
    const OnnxImport import = one_convolution(kernel, 7, 1, attributes);
    CHECK(import.network.layer(0).bounds[Dim::P] == (mode == "VALID" ? (7 - kernel) / 2 + 1 : 4));
    return import.network.layer(0).padding;
  };
  CHECK(padding(3, "SAME_UPPER") == Plane{1, 1});
  CHECK(padding(2, "SAME_UPPER") == Plane{0, 0});
  CHECK(padding(2, "SAME_LOWER") == Plane{1, 1});
  CHECK(padding(3, "VALID") == Plane{0, 0});
  // pads: above 0, left 1, below 1, right 0; 8 rows + 1 - 3 = 6, halved + 1 = 4
  const OnnxImport import =
      one_convolution(3, 8, 1, {{"strides", Ints{2, 2}}, {"pads", Ints{0, 1, 1, 0}}});
  CHECK(import.network.layer(0).padding == Plane{0, 1});
  CHECK(import.network.layer(0).bounds[Dim::P] == 4);
}

TEST_CASE("groups and dilation are taken over, and a multiplier is no depthwise layer") {
  const OnnxImport grouped = one_convolution(3, 9, 2, {{"dilations", Ints{2, 3}}});
  const Layer& layer = grouped.network.layer(0);
  CHECK(layer.op == Operator::Convolution);
  CHECK(layer.dilation == Plane{2, 3});
  // 9 - 2 x 2 = 5 rows, 9 - 2 x 3 = 3 columns
  CHECK(layer.bounds == EnumArray<Dim, std::int64_t>{{1, 2, 8, 4, 5, 3, 3, 3}});
  const OnnxImport multiplier = one_convolution(3, 9, 8, {});
  const Layer& multiplied = multiplier.network.layer(0);
  CHECK(multiplied.op == Operator::Convolution);
  CHECK(multiplied.bounds == EnumArray<Dim, std::int64_t>{{1, 8, 2, 1, 7, 7, 3, 3}});
}

TEST_CASE("a convolution over one axis runs along the columns") {
  OnnxWriter model;
  model.input("x", {"2", "4", "20"});
  model.weight("w", {6, 4, 5});
  model.node("Conv", {"x", "w"}, "conv", {{"pads", Ints{2, 2}}});
  model.node("GlobalAveragePool", {"conv"}, "pool");
  const Network network = import_bytes(model.bytes()).network;
  CHECK(network.layer(0).bounds == EnumArray<Dim, std::int64_t>{{2, 1, 6, 4, 1, 20, 1, 5}});
  CHECK(network.layer(0).padding == Plane{0, 2});
  CHECK(network.layer(1).bounds == EnumArray<Dim, std::int64_t>{{2, 6, 1, 1, 1, 1, 1, 20}});
}

TEST_CASE("a mean over the map is a global pool, and what gates channels reads its map once") {
  OnnxWriter model;  // squeeze and excitation, with the sigmoid linear unit in front
  model.input("x", {"1", "8", "6", "6"});
  model.weight("w", {8, 8, 1, 1});
  model.node("Conv", {"x", "w"}, "conv");
  model.node("Sigmoid", {"conv"}, "s");
  model.node("Mul", {"conv", "s"}, "silu");
  model.node("ReduceMean", {"silu"}, "mean", {{"axes", Ints{2, -1}}});
  model.weight("w2", {8, 8, 1, 1});
  model.node("Conv", {"mean", "w2"}, "squeeze");
  model.node("Mul", {"silu", "squeeze"}, "gated");
  const OnnxImport import = import_bytes(model.bytes());
  REQUIRE(import.network.size() == 4);
  CHECK(import.network.layer(1).op == Operator::AveragePool);
  CHECK(import.network.layer(1).bounds[Dim::R] == 6);
  CHECK(import.warnings.empty());
  const Layer& gated = import.network.layer(3);
  CHECK(gated.op == Operator::Elementwise);
  CHECK(gated.bounds == EnumArray<Dim, std::int64_t>{{1, 8, 1, 1, 6, 6, 1, 1}});
  CHECK(import.network.inputs_of(3) == std::vector<std::size_t>{0, 2});
}

TEST_CASE("a reduction takes its axes from the second input since operator set 18") {
  OnnxWriter model(18);
  model.input("x", {"1", "8", "6", "6"});
  model.integers("axes", {2, 3});
  model.node("ReduceMean", {"x", "axes"}, "mean", {{"keepdims", std::int64_t{0}}});
  model.weight("w", {8, 5});
  model.node("MatMul", {"mean", "w"}, "fc");
  const Network network = import_bytes(model.bytes()).network;
  REQUIRE(network.size() == 2);
  CHECK(network.layer(1).bounds == EnumArray<Dim, std::int64_t>{{1, 1, 5, 8, 1, 1, 1, 1}});
}

TEST_CASE("joined inputs are edges to each of them") {
  OnnxWriter model;
  model.input("x", {"1", "3", "4", "4"});
  for (const char* name : {"a", "b"}) {
    model.weight(std::string(name) + ".w", {5, 3, 1, 1});
    model.node("Conv", {"x", std::string(name) + ".w"}, name);
  }
  model.node("Concat", {"a", "b", "a"}, "joined", {{"axis", std::int64_t{1}}});
  model.weight("c.w", {1, 15, 1, 1});
  model.node("Conv", {"joined", "c.w"}, "c");
  CHECK(import_bytes(model.bytes()).network.inputs_of(2) == std::vector<std::size_t>{0, 1});
}

TEST_CASE("of a stack of products with one matrix the rows go together") {
  OnnxWriter model;
  model.input("x", {"4", "6", "10", "8"});
  model.weight("shared", {8, 3});
  model.weight("each", {6, 8, 3});
  model.weight("left", {7, 10});
  model.node("MatMul", {"x", "shared"}, "a");
  model.node("MatMul", {"x", "each"}, "b");
  model.node("MatMul", {"left", "x"}, "c");
  model.input("y", {"8", "3"});
  model.node("MatMul", {"x", "y"}, "d");
  const Network network = import_bytes(model.bytes()).network;
  // N G M C: 4 x 6 x 10 rows; then 6 products of 4 x 10 rows; then 4 x 6 x 8 columns as rows
  CHECK(network.layer(0).bounds == EnumArray<Dim, std::int64_t>{{240, 1, 3, 8, 1, 1, 1, 1}});
  CHECK(network.layer(1).bounds == EnumArray<Dim, std::int64_t>{{40, 6, 3, 8, 1, 1, 1, 1}});
  CHECK(network.layer(2).bounds == EnumArray<Dim, std::int64_t>{{192, 1, 7, 10, 1, 1, 1, 1}});
  CHECK(network.layer(3).bounds == EnumArray<Dim, std::int64_t>{{240, 1, 3, 8, 1, 1, 1, 1}});
  CHECK(network.layer(3).op == Operator::MatrixProduct);
  CHECK(parameters(network) == 8 * 3 + 6 * 8 * 3 + 7 * 10);
}

TEST_CASE("names are plain and unique") {
  OnnxWriter model;
  model.input("x", {"1", "3", "4", "4"});
  model.weight("w", {3, 3, 1, 1});
  model.node("Conv", {"x", "w"}, "/a b:\n\"c");
  model.node("Conv", {"/a b:\n\"c", "w"}, "/a/b:\n\"c");
  model.node("Conv", {"/a/b:\n\"c", "w"}, "a_b:::c");
  model.node("Conv", {"a_b:::c", "w"}, "input");
  const OnnxImport import = import_bytes(model.bytes());
  const Network& network = import.network;
  CHECK(network.layer(0).name == "a_b___c");
  CHECK(network.layer(1).name == "a/b___c");
  CHECK(network.layer(2).name == "a_b___c_1");
  CHECK(network.layer(3).name == "input_1");
  CHECK(import.warnings.empty());
  CHECK(parameters(network) == 9);  // all have the same weights, which count once
}

}  // namespace tilewise
