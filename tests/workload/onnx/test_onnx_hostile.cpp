#include <doctest/doctest.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "bench/onnx_writer.hpp"
#include "workload/onnx/onnx_file.hpp"
#include "workload/onnx/onnx_structure.hpp"

namespace tilewise {
namespace {

using Ints = std::vector<std::int64_t>;

/// A model with most kinds of nodes: windows, products, shapes computed in the graph.
OnnxWriter& fill(OnnxWriter& model) {
  model.input("x", {"batch", "4", "9", "9"});
  model.weight("w", {8, 4, 3, 3});
  model.weight("scale", {8});
  model.node("Conv", {"x", "w", "scale"}, "conv",
             {{"pads", Ints{1, 1, 1, 1}}, {"strides", Ints{2, 2}}, {"group", std::int64_t{1}}});
  model.node("BatchNormalization", {"conv", "scale", "scale", "scale", "scale"}, "norm");
  model.node("MaxPool", {"norm"}, "pool",
             {{"kernel_shape", Ints{2, 2}}, {"auto_pad", std::string("SAME_UPPER")}});
  model.integers("pads", {0, 0, 1, 1, 0, 0, 1, 1});
  model.node("Pad", {"pool", "pads"}, "padded");
  model.node("Shape", {"padded"}, "shape");
  model.integers("first", {0});
  model.integers("rest", {-1, 49});
  model.node("Gather", {"shape", "first"}, "front", {{"axis", std::int64_t{0}}});
  model.node("Concat", {"front", "rest"}, "target", {{"axis", std::int64_t{0}}});
  model.node("Reshape", {"padded", "target"}, "rows");
  model.weight("lstm.w", {1, 16, 49});
  model.weight("lstm.r", {1, 16, 4});
  model.node("LSTM", {"rows", "lstm.w", "lstm.r"}, "states", {{"hidden_size", std::int64_t{4}}});
  for (const char* op : {"GroupQueryAttention", "SkipLayerNormalization", "MatMulNBits"}) {
    model.node(op, {"rows", "rows", "rows"}, op,
               {{"num_heads", std::int64_t{7}},
                {"kv_num_heads", std::int64_t{7}},
                {"K", std::int64_t{49}},
                {"N", std::int64_t{6}}});
    model.proto().mutable_graph()->mutable_node()->rbegin()->set_domain("com.microsoft");
  }
  model.node("Transpose", {"rows"}, "columns", {{"perm", Ints{0, 2, 1}}});
  model.node("MatMul", {"rows", "columns"}, "product");
  model.node("Softmax", {"product"}, "shares", {{"axis", std::int64_t{-1}}});
  model.integers("starts", {0});
  model.integers("ends", {4});
  model.integers("axes", {1});
  model.node("Slice", {"shares", "starts", "ends", "axes"}, "slice");
  model.node("Unsqueeze", {"slice", "axes"}, "wide");
  model.node("ReduceMean", {"wide"}, "mean", {{"axes", Ints{2, 3}}});
  model.node("DepthToSpace", {"conv"}, "spread", {{"blocksize", std::int64_t{2}}});
  model.node("Flatten", {"spread"}, "flat");
  model.weight("fc", {10, 200});
  model.node("Gemm", {"flat", "fc"}, "gemm", {{"transB", std::int64_t{1}}});
  model.node("Add", {"gemm", "gemm"}, "sum");
  return model;
}

std::string valid_model() {
  OnnxWriter model;
  return fill(model).bytes();
}

/// Imports; what is refused must be refused with the file in front. Whether it was taken.
bool survives(const std::string& bytes) {
  const std::string error = onnx_error(bytes);
  CHECK_MESSAGE(error.find("no place") == std::string::npos, error);
  CHECK_MESSAGE(std::all_of(error.begin(), error.end(), [](char c) { return c >= ' '; }), error);
  return error == "no error";
}

std::string one_node(const std::string& op, const std::vector<std::string>& dims,
                     const std::vector<OnnxAttribute>& attributes) {
  OnnxWriter model;
  model.input("x", dims);
  model.weight("w", {4, 4, 3, 3});
  model.node(op, {"x", "w"}, "n", attributes);
  return model.bytes();
}

bool mentions(const std::string& text, const std::string& word) {
  const bool found = text.find(word) != std::string::npos;
  if (!found) MESSAGE(text);
  return found;
}

}  // namespace

TEST_CASE("a model that is cut short anywhere is refused or read, never worse") {
  const std::string valid = valid_model();
  REQUIRE(survives(valid));
  std::size_t taken = 0;
  for (std::size_t length = 0; length < valid.size(); length += 3) {
    taken += survives(valid.substr(0, length)) ? 1 : 0;
  }
  CHECK(taken <= 1);  // what is whole but for the operator sets at the end is refused, too
}

TEST_CASE("flipped bytes are refused or read, never worse") {
  const std::string valid = valid_model();
  std::mt19937_64 random(1);
  std::size_t taken = 0;
  for (int round = 0; round < 600; ++round) {
    std::string bytes = valid;
    const std::size_t flips = 1 + random() % 4;
    for (std::size_t i = 0; i < flips; ++i) {
      bytes[random() % bytes.size()] = static_cast<char>(random() % 256);
    }
    taken += survives(bytes) ? 1 : 0;
  }
  CHECK(taken > 0);
  CHECK(taken < 600);
}

TEST_CASE("numbers that no model has are refused or read, never worse") {
  const Ints numbers{0,
                     -1,
                     1,
                     2,
                     65537,
                     std::int64_t{1} << 31,
                     std::int64_t{1} << 32,
                     std::int64_t{1} << 62,
                     std::numeric_limits<std::int64_t>::min(),
                     std::numeric_limits<std::int64_t>::max()};
  std::mt19937_64 random(2);
  const auto number = [&] { return numbers[random() % numbers.size()]; };
  int taken = 0;
  for (int round = 0; round < 600; ++round) {
    OnnxWriter model;
    onnx::GraphProto& graph = *fill(model).proto().mutable_graph();
    auto& node = *graph.mutable_node(static_cast<int>(random() % graph.node_size()));
    if (round % 3 == 0 && node.attribute_size() > 0) {
      auto& attribute = *node.mutable_attribute(static_cast<int>(random() % node.attribute_size()));
      if (attribute.has_i()) attribute.set_i(number());
      for (int i = 0; i < attribute.ints_size(); ++i) {
        if (random() % 2 == 0) attribute.set_ints(i, number());
      }
      if (random() % 8 == 0) attribute.clear_ints();
    } else if (round % 3 == 1) {
      auto& tensor =
          *graph.mutable_initializer(static_cast<int>(random() % graph.initializer_size()));
      for (auto& each : *tensor.mutable_int64_data()) each = number();
      if (tensor.int64_data_size() == 0) {
        tensor.set_dims(static_cast<int>(random() % tensor.dims_size()), number());
      }
    } else if (node.input_size() > 0) {
      const auto& other = graph.node(static_cast<int>(random() % graph.node_size()));
      if (random() % 4 == 0) node.mutable_input()->RemoveLast();
      if (node.input_size() > 0) node.set_input(0, random() % 2 == 0 ? other.output(0) : "pads");
      if (random() % 4 == 0) node.set_op_type(other.op_type());
    }
    taken += survives(model.bytes()) ? 1 : 0;
  }
  CHECK(taken > 100);
  CHECK(taken < 500);
}

TEST_CASE("what is no model is refused by name") {
  CHECK(mentions(onnx_error("name: net\nlayers: []\n"), "not an ONNX model"));
  CHECK(
      mentions(onnx_error(std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16)), "not an ONNX model"));
  CHECK(mentions(onnx_error(""), "not an ONNX model"));
  CHECK(mentions(onnx_error(std::string(100'000, '\x0b')), "not an ONNX model"));
}

TEST_CASE("shapes that nobody could count are refused with their place") {
  const std::vector<OnnxAttribute> none;
  CHECK(mentions(onnx_error(one_node("Conv", {"1", "-4", "9", "9"}, none)), "input x"));
  CHECK(mentions(onnx_error(one_node("Conv", {"1", "0", "9", "9"}, none)), "input x"));
  const std::string most = "2147483648";
  CHECK(mentions(onnx_error(one_node("Relu", {most, most, most}, none)), "input x"));
  CHECK(mentions(onnx_error(one_node("Conv", {"1", "4", "9", most + "0"}, none)), "input x"));
  CHECK(mentions(onnx_error(one_node("Conv", {"1", "4", "9", "1000000000"}, none)),
                 "node 0 \"n\" (Conv)"));
  CHECK(mentions(onnx_error(one_node("Conv", {"1", "4", "9", "9"}, {{"strides", Ints{0, 1}}})),
                 "node 0 \"n\" (Conv): strides"));
  CHECK(mentions(onnx_error(one_node("Conv", {"1", "4", "9", "9"}, {{"group", std::int64_t{0}}})),
                 "group"));
}

TEST_CASE("what the inference functions of the library would trip over is refused before") {
  OnnxWriter lengthy;  // a tensor of 2^31 dimensions
  lengthy.input("x", {"2147483647"});
  lengthy.node("ConstantOfShape", {"x"}, "n");
  CHECK(mentions(onnx_error(lengthy.bytes()), "no list of at most 16 sizes"));

  OnnxWriter flat;  // weights of one dimension, where the second is looked for
  flat.input("x", {"3", "2"});
  flat.integers("w", {1, 2});
  flat.node("ConvTranspose", {"x", "w"}, "n");
  CHECK(mentions(onnx_error(flat.bytes()), "dimensions"));

  OnnxWriter wide;  // 3 x 5 x 17 x 257 x 641 x 65537 x 6700417 is -1 in 64 bits
  wide.input("x", {"2", "2"});
  wide.integers("shape", {-1, 255, 257, 641, 65537, 6700417});
  wide.node("Reshape", {"x", "shape"}, "n");
  CHECK(mentions(onnx_error(wide.bytes()), "more than 2^63"));
}

TEST_CASE("an open dimension needs a size, and the message says how to give it") {
  const std::string bytes = one_node("Conv", {"batch", "4", "rows", "9"}, {});
  CHECK(mentions(onnx_error(bytes), "--dim rows=128"));
  CHECK(onnx_error(bytes, {.dims = {{"rows", 9}}}) == "no error");
  CHECK(mentions(onnx_error(bytes, {.dims = {{"rose", 9}}}), "there are: batch, rows"));
  CHECK(
      mentions(onnx_error(one_node("Conv", {"2", "4", "9", "9"}, {}), {.batch = 3}), "fixed at 2"));
}

TEST_CASE("a cycle, a missing tensor and one made twice are refused by node") {
  const auto error = [](const std::string& a, const std::string& b) {
    OnnxWriter model;
    model.input("x", {"1", "4"});
    model.node("Relu", {a}, "first");
    model.node("Relu", {"first"}, b);
    return onnx_error(model.bytes());
  };
  CHECK(mentions(error("second", "second"), "node 0 \"first\" (Relu): reads second"));
  CHECK(mentions(error("nowhere", "second"), "node 0 \"first\" (Relu): reads nowhere"));
  CHECK(mentions(error("x", "first"), "node 1 \"first\" (Relu): first is there already"));
}

TEST_CASE("stored data elsewhere is never looked for") {
  OnnxWriter model;
  onnx::GraphProto& graph = *fill(model).proto().mutable_graph();
  for (auto& tensor : *graph.mutable_initializer()) {
    if (tensor.int64_data_size() > 0) continue;
    tensor.set_data_location(onnx::TensorProto::EXTERNAL);
    auto* where = tensor.add_external_data();
    where->set_key("location");
    where->set_value("../../../../etc/shadow");
  }
  CHECK(onnx_error(model.bytes()) == "no error");
}

TEST_CASE("bodies of control flow are not entered, however deep") {
  OnnxWriter model;
  onnx::GraphProto& graph = *fill(model).proto().mutable_graph();
  onnx::NodeProto* node = graph.add_node();
  node->set_op_type("If");
  node->add_input("x");
  node->add_output("branch");
  for (int depth = 0; depth < 90; ++depth) {
    onnx::AttributeProto* attribute = node->add_attribute();
    attribute->set_name("then_branch");
    node = attribute->mutable_g()->add_node();
    node->set_op_type("If");
  }
  const OnnxImport import = import_bytes(model.bytes());
  CHECK(import.warnings.size() == 1);
  CHECK(mentions(import.warnings[0], "If: 1 node"));
}

TEST_CASE("what grows without end is refused in time") {
  OnnxWriter joined;  // 2^40 elements of a shape, 2^40 channels
  joined.input("x", {"1", "4"});
  joined.integers("i0", {1, 1});
  for (int i = 0; i < 40; ++i) {
    const std::string last = "i" + std::to_string(i);
    joined.node("Concat", {last, last}, "i" + std::to_string(i + 1), {{"axis", std::int64_t{0}}});
  }
  CHECK(mentions(onnx_error(joined.bytes()), "a dimension of"));

  OnnxWriter named;
  named.input(std::string(20'000'000, 'x'), {"1", "4"});
  CHECK(mentions(onnx_error(named.bytes()), "16 MiB"));

  OnnxWriter empty;
  for (int i = 0; i < 200'000; ++i) empty.proto().mutable_graph()->add_node();
  CHECK(mentions(onnx_error(empty.bytes()), "more than 100000 nodes"));
}

TEST_CASE("the weights of a model are not kept") {
  OnnxWriter model;
  onnx::GraphProto& graph = *fill(model).proto().mutable_graph();
  for (auto& tensor : *graph.mutable_initializer()) {
    if (tensor.int64_data_size() == 0) tensor.set_raw_data(std::string(8'000'000, '\x7f'));
  }
  const OnnxFile file(model.bytes());
  // Of the tensors of 8 MB each the structure, which is all that is parsed, has none.
  CHECK(std::filesystem::file_size(file.path) > 24'000'000);
  CHECK(read_onnx_structure(file.path).size() < 10'000);
  const Network heavy = import_onnx(file.path).network;
  const Network lean = import_bytes(valid_model()).network;
  REQUIRE(heavy.size() == lean.size());
  CHECK(macs(heavy) == macs(lean));
  CHECK(parameters(heavy) == parameters(lean));
}

TEST_CASE("an operator that is not known costs nothing with a warning, or is refused") {
  OnnxWriter model;
  fill(model);
  model.node("MyOwn", {"sum"}, "own");
  const OnnxImport import = import_bytes(model.bytes());
  REQUIRE(import.warnings.size() == 1);
  CHECK(mentions(import.warnings[0], "MyOwn: 1 node"));
  CHECK(mentions(onnx_error(model.bytes(), {.strict = true}), "\"own\" (MyOwn)"));
}

}  // namespace tilewise
