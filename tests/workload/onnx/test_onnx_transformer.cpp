#include <doctest/doctest.h>
#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "bench/onnx_writer.hpp"
#include "workload/onnx/onnx_file.hpp"

namespace tilewise {
namespace {

using Ints = std::vector<std::int64_t>;
using Sizes = EnumArray<Dim, std::int64_t>;

onnx::NodeProto& newest_node(OnnxWriter& model) {
  onnx::GraphProto& graph = *model.proto().mutable_graph();
  return *graph.mutable_node(graph.node_size() - 1);
}

/// A node of onnxruntime.
void contributed(OnnxWriter& model, const std::string& op, const std::vector<std::string>& inputs,
                 const std::string& output, const std::vector<OnnxAttribute>& attributes = {}) {
  model.node(op, inputs, output, attributes);
  newest_node(model).set_domain("com.microsoft");
}

void set_type(OnnxWriter& model, int type) {
  model.proto().mutable_graph()->mutable_initializer()->rbegin()->set_data_type(type);
}

Network without_warnings(const OnnxWriter& model, const OnnxOptions& options = {}) {
  const OnnxImport import = import_bytes(model.bytes(), options);
  for (const std::string& warning : import.warnings) MESSAGE(warning);
  CHECK(import.warnings.empty());
  return import.network;
}

/// 2 x 5 rows of 16 words, through a product so that what reads them reads a layer.
void rows_of_16(OnnxWriter& model, const std::string& name, const std::string& count = "5") {
  model.input(name + "_in", {"2", count, "16"});
  model.weight(name + "_w", {16, 16});
  model.node("MatMul", {name + "_in", name + "_w"}, name);
}

}  // namespace

TEST_CASE("attention of the runtime is a projection, two products and a softmax") {
  OnnxWriter model;
  model.input("x", {"2", "5", "12"});
  model.weight("w", {12, 48});
  model.weight("b", {48});
  contributed(model, "Attention", {"x", "w", "b"}, "a", {{"num_heads", std::int64_t{4}}});
  model.weight("v", {16, 3});
  model.node("MatMul", {"a", "v"}, "y");
  const Network network = without_warnings(model);
  REQUIRE(network.size() == 5);
  CHECK(network.layer(0).name == "a/projection");
  CHECK(network.layer(0).bounds == Sizes{{10, 1, 48, 12, 1, 1, 1, 1}});
  // 2 images x 4 heads; 5 queries of 4 words meet 5 keys
  CHECK(network.layer(1).bounds == Sizes{{5, 8, 5, 4, 1, 1, 1, 1}});
  CHECK(network.layer(2).bounds == Sizes{{2, 4, 1, 1, 5, 5, 1, 1}});
  CHECK(network.layer(2).operations == 5);
  CHECK(network.layer(3).bounds == Sizes{{5, 8, 4, 5, 1, 1, 1, 1}});
  CHECK(network.inputs_of(3) == std::vector<std::size_t>{0, 2});
  CHECK(network.layer(4).bounds == Sizes{{10, 1, 3, 16, 1, 1, 1, 1}});
  CHECK(macs(network) == 10 * 48 * 12 + 2 * (8 * 5 * 5 * 4) + 10 * 16 * 3);
  CHECK(parameters(network) == 12 * 48 + 48 + 16 * 3);
}

TEST_CASE("attention with a past meets its keys too, and gives them on") {
  OnnxWriter model;  // K and V wider than Q is long: 5 queries, 5 + 7 keys; V has 8 words a head
  model.input("x", {"2", "5", "12"});
  model.weight("w", {12, 16 + 16 + 32});
  model.input("past", {"2", "2", "4", "7", "4"});
  contributed(model, "Attention", {"x", "w", "", "", "past"}, "a",
              {{"num_heads", std::int64_t{4}}, {"qkv_hidden_sizes", Ints{16, 16, 32}}});
  const Network network = without_warnings(model);
  CHECK(network.layer(1).bounds == Sizes{{5, 8, 12, 4, 1, 1, 1, 1}});
  CHECK(network.layer(3).bounds == Sizes{{5, 8, 8, 12, 1, 1, 1, 1}});
}

TEST_CASE("quantised attention has narrow words in its projection alone") {
  OnnxWriter model;
  model.input("f", {"2", "5", "12"});
  for (const char* name : {"s", "ws"}) model.weight(name, {1});
  model.node("QuantizeLinear", {"f", "s"}, "x");
  model.weight("w", {12, 48});
  set_type(model, onnx::TensorProto::INT8);
  model.weight("b", {48});
  contributed(model, "QAttention", {"x", "w", "b", "s", "ws", "", "", ""}, "a",
              {{"num_heads", std::int64_t{4}}});
  const Network network = without_warnings(model);
  REQUIRE(network.size() == 4);
  CHECK(network.layer(0).widths.tensor[Tensor::Weight] == Bits{8});
  CHECK(network.layer(0).widths.tensor[Tensor::Input] == Bits{8});
  CHECK(network.layer(0).widths.partial_sum == Bits{32});
  CHECK(network.layer(1).widths.tensor[Tensor::Input] == Bits{16});
  CHECK(parameters(network) == 12 * 48 + 48);
}

TEST_CASE("multi-head attention may have other keys than queries, apart or packed") {
  OnnxWriter apart;
  for (const char* name : {"q", "k", "v"}) rows_of_16(apart, name, name[0] == 'q' ? "5" : "7");
  apart.weight("bias", {48});
  contributed(apart, "MultiHeadAttention", {"q", "k", "v", "bias"}, "a",
              {{"num_heads", std::int64_t{4}}});
  const Network network = without_warnings(apart);
  REQUIRE(network.size() == 6);
  CHECK(network.layer(3).bounds == Sizes{{5, 8, 7, 4, 1, 1, 1, 1}});
  CHECK(network.inputs_of(3) == std::vector<std::size_t>{0, 1});
  CHECK(network.inputs_of(5) == std::vector<std::size_t>{2, 4});
  CHECK(parameters(network) == 3 * 256 + 48);

  OnnxWriter packed;
  packed.input("qkv", {"2", "5", "4", "3", "4"});
  contributed(packed, "MultiHeadAttention", {"qkv"}, "a", {{"num_heads", std::int64_t{4}}});
  packed.weight("w", {16, 3});
  packed.node("MatMul", {"a", "w"}, "y");
  CHECK(macs(without_warnings(packed)) == 2 * (8 * 5 * 5 * 4) + 10 * 16 * 3);
}

TEST_CASE("queries that share keys are rows of one product") {
  OnnxWriter model;  // 8 heads of queries, 2 of keys, of 2 words; 7 keys before
  rows_of_16(model, "q");
  for (const char* name : {"k", "v"}) model.input(name, {"2", "5", "4"});
  for (const char* name : {"pk", "pv"}) model.input(name, {"2", "2", "7", "2"});
  for (const char* name : {"lengths", "total"}) model.input(name, {"1"});
  for (const char* name : {"cos", "sin"}) model.weight(name, {64, 1});
  contributed(model, "GroupQueryAttention",
              {"q", "k", "v", "pk", "pv", "lengths", "total", "cos", "sin"}, "a",
              {{"num_heads", std::int64_t{8}},
               {"kv_num_heads", std::int64_t{2}},
               {"do_rotary", std::int64_t{1}}});
  newest_node(model).add_output("present");
  const Network network = without_warnings(model);
  REQUIRE(network.size() == 6);
  CHECK(network.layer(1).bounds == Sizes{{10, 16, 1, 1, 1, 1, 1, 1}});  // rotary positions of Q
  CHECK(network.layer(2).bounds == Sizes{{10, 4, 1, 1, 1, 1, 1, 1}});   // and K
  CHECK(network.layer(1).operations == 3);
  CHECK(network.layer(3).bounds == Sizes{{5 * 4, 4, 12, 2, 1, 1, 1, 1}});
  CHECK(network.layer(4).bounds == Sizes{{2, 8, 1, 1, 5, 12, 1, 1}});
  CHECK(network.layer(5).bounds == Sizes{{5 * 4, 4, 2, 12, 1, 1, 1, 1}});
  CHECK(parameters(network) == 256);  // positions are no parameters
}

TEST_CASE("attention of the standard has heads as a dimension or in rows") {
  for (const bool heads_first : {true, false}) {
    OnnxWriter model(23);
    if (heads_first) {
      model.input("q", {"2", "4", "5", "4"});
      for (const char* name : {"k", "v"}) model.input(name, {"2", "2", "7", "4"});
    } else {
      model.input("q", {"2", "5", "16"});
      for (const char* name : {"k", "v"}) model.input(name, {"2", "7", "8"});
    }
    model.node("Attention", {"q", "k", "v"}, "a",
               {{"q_num_heads", std::int64_t{4}}, {"kv_num_heads", std::int64_t{2}}});
    model.weight("w", {heads_first ? 4 : 16, 3});
    model.node("MatMul", {"a", "w"}, "y");
    const Network network = without_warnings(model);
    REQUIRE(network.size() == 4);
    CHECK(network.layer(0).bounds == Sizes{{5 * 2, 4, 7, 4, 1, 1, 1, 1}});
    CHECK(network.layer(2).bounds == Sizes{{5 * 2, 4, 4, 7, 1, 1, 1, 1}});
    CHECK(network.layer(3).bounds[Dim::N] == (heads_first ? 2 * 4 * 5 : 2 * 5));
  }
}

TEST_CASE("weights packed below a byte have the width of their attribute") {
  OnnxWriter model;
  model.input("x", {"2", "5", "64"});
  model.weight("w", {24, 2, 16});  // 24 columns of 2 blocks of 32 words of 4 bit
  set_type(model, onnx::TensorProto::UINT8);
  model.weight("scales", {48});
  model.weight("bias", {24});
  contributed(model, "MatMulNBits", {"x", "w", "scales", "", "", "bias"}, "y",
              {{"K", std::int64_t{64}},
               {"N", std::int64_t{24}},
               {"bits", std::int64_t{4}},
               {"block_size", std::int64_t{32}}});
  model.weight("v", {24, 3});
  model.node("MatMul", {"y", "v"}, "z");
  const Network network = without_warnings(model);
  CHECK(network.layer(0).bounds == Sizes{{10, 1, 24, 64, 1, 1, 1, 1}});
  CHECK(network.layer(0).widths.tensor[Tensor::Weight] == Bits{4});
  CHECK(parameters(network) == 24 * 64 + 24 + 24 * 3);
}

TEST_CASE("a sum with a normalization after it is both, and gives both") {
  OnnxWriter model;
  for (const char* name : {"a", "b"}) rows_of_16(model, name);
  for (const char* name : {"gamma", "beta", "bias"}) model.weight(name, {16});
  contributed(model, "SkipLayerNormalization", {"a", "b", "gamma", "beta", "bias"}, "n");
  for (const char* name : {"", "", "sum"}) newest_node(model).add_output(name);
  contributed(model, "SkipSimplifiedLayerNormalization", {"n", "sum", "gamma"}, "y");
  const Network network = without_warnings(model);
  REQUIRE(network.size() == 6);
  CHECK(network.layer(2).op == Operator::Add);
  CHECK(network.layer(2).bounds == Sizes{{10, 16, 1, 2, 1, 1, 1, 1}});
  CHECK(network.layer(3).operations == 7);
  CHECK(network.inputs_of(4) == std::vector<std::size_t>{2, 3});
  CHECK(network.layer(5).operations == 4);
  CHECK(parameters(network) == 2 * 256 + 3 * 16);
}

TEST_CASE("embeddings with a normalization have tables as parameters") {
  OnnxWriter model;
  for (const char* name : {"ids", "segments"}) model.input(name, {"2", "5"});
  model.weight("words", {100, 16});
  model.weight("positions", {32, 16});
  model.weight("kinds", {2, 16});
  for (const char* name : {"gamma", "beta"}) model.weight(name, {16});
  contributed(model, "EmbedLayerNormalization",
              {"ids", "segments", "words", "positions", "kinds", "gamma", "beta"}, "e");
  model.weight("w", {16, 3});
  model.node("MatMul", {"e", "w"}, "y");
  const Network network = without_warnings(model);
  CHECK(network.size() == 3);
  CHECK(network.layer(2).bounds == Sizes{{10, 1, 3, 16, 1, 1, 1, 1}});
  CHECK(parameters(network) == (100 + 32 + 2) * 16 + 32 + 16 * 3);
}

TEST_CASE("positions are turned word by word, and what RMS normalizes is scaled") {
  OnnxWriter model(24);
  rows_of_16(model, "x");
  for (const char* name : {"cos", "sin"}) model.weight(name, {2, 5, 2});
  model.weight("gamma", {16});
  model.node("RotaryEmbedding", {"x", "cos", "sin"}, "turned", {{"num_heads", std::int64_t{4}}});
  model.node("RMSNormalization", {"turned", "gamma"}, "n");
  model.node("Swish", {"n"}, "s");
  const Network network = without_warnings(model);
  REQUIRE(network.size() == 3);
  CHECK(network.layer(1).operations == 3);
  CHECK(words(network.layer(1), Tensor::Input) == 160);
  CHECK(network.layer(2).operations == 4);
  CHECK(parameters(network) == 256 + 16);
}

TEST_CASE("a fused product may exchange rows and columns of its operands") {
  OnnxWriter model;
  model.input("a", {"2", "8", "5"});
  model.input("b", {"2", "7", "8"});
  contributed(model, "FusedMatMul", {"a", "b"}, "y",
              {{"transA", std::int64_t{1}}, {"transB", std::int64_t{1}}});
  model.weight("w", {7, 3});
  model.node("MatMul", {"y", "w"}, "z");
  const Network network = without_warnings(model);
  CHECK(network.layer(0).bounds == Sizes{{5, 2, 7, 8, 1, 1, 1, 1}});
  CHECK(network.layer(1).bounds == Sizes{{10, 1, 3, 7, 1, 1, 1, 1}});
}

TEST_CASE("what does not go together in an attention is refused by node") {
  const auto refusal = [](const Ints& w, std::int64_t heads) {
    OnnxWriter model;
    model.input("x", {"2", "5", "12"});
    model.weight("w", w);
    contributed(model, "Attention", {"x", "w"}, "a", {{"num_heads", heads}});
    return onnx_error(model.bytes());
  };
  CHECK(refusal({11, 48}, 4) == "node 0 \"a\" (Attention): its weights do not fit its input");
  CHECK(refusal({12, 48}, 5) == "node 0 \"a\" (Attention): 16 words do not make 5 heads");
  CHECK(refusal({12, 48}, 0) ==
        "node 0 \"a\" (Attention): num_heads: expected 1 to 2147483648, found 0");

  OnnxWriter packed;
  packed.input("x", {"2", "5", "64"});
  packed.weight("w", {24, 2, 16});
  contributed(packed, "MatMulNBits", {"x", "w"}, "y", {{"K", std::int64_t{63}}});
  CHECK(onnx_error(packed.bytes()) ==
        "node 0 \"y\" (MatMulNBits): K, N: expected the sizes of its weights, K the columns of its "
        "input");
}

}  // namespace tilewise
