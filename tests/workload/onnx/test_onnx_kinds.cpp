#include <doctest/doctest.h>
#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "bench/onnx_writer.hpp"
#include "workload/onnx/onnx_file.hpp"

namespace tilewise {
namespace {

using Ints = std::vector<std::int64_t>;

void stored(OnnxWriter& model, const std::string& name, int type, const Ints& dims,
            const std::vector<float>& floats = {}) {
  onnx::TensorProto& tensor = *model.proto().mutable_graph()->add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (const std::int64_t size : dims) tensor.add_dims(size);
  for (const float value : floats) tensor.add_float_data(value);
  if (floats.empty() && type == onnx::TensorProto::FLOAT)
    tensor.set_data_location(onnx::TensorProto::EXTERNAL);
}

onnx::NodeProto& last_node(OnnxWriter& model) {
  onnx::GraphProto& graph = *model.proto().mutable_graph();
  return *graph.mutable_node(graph.node_size() - 1);
}

void runtime_node(OnnxWriter& model, const std::string& op, const std::vector<std::string>& inputs,
                  const std::string& output) {
  model.node(op, inputs, output);
  last_node(model).set_domain("com.microsoft");
}

/// What a Reshape of [2, 3, 8] to the computed shape "t" and a product with [8, 5] give: 6 x 8 x 5
/// MACs where the shape is [6, 8].
std::int64_t macs_after_reshape(OnnxWriter& model) {
  model.node("Reshape", {"x", "t"}, "rows");
  model.weight("w", {8, 5});
  model.node("MatMul", {"rows", "w"}, "y");
  return macs(import_bytes(model.bytes()).network);
}

OnnxWriter& with_input(OnnxWriter& model) {
  model.input("x", {"2", "3", "8"});
  return model;
}

void scale(OnnxWriter& model) {
  stored(model, "s", onnx::TensorProto::FLOAT, {}, {0.1F});
  stored(model, "z", onnx::TensorProto::UINT8, {});
  model.proto().mutable_graph()->mutable_initializer()->rbegin()->add_int32_data(0);
}

WordWidths eight_bit() {
  WordWidths widths;
  for (const Tensor t : kTensors) widths.tensor[t] = Bits{8};
  widths.partial_sum = Bits{32};
  return widths;
}

}  // namespace

TEST_CASE("shapes are followed through what exporters compute them with") {
  OnnxWriter back;  // a list from its end: [8, 6] backwards
  with_input(back).integers("v", {8, 6});
  back.integers("m1", {-1});
  back.integers("end", {-9223372036854775807});
  back.integers("axis", {0});
  back.node("Slice", {"v", "m1", "end", "axis", "m1"}, "t");
  CHECK(macs_after_reshape(back) == 240);

  OnnxWriter floored;  // floor(6.9 as a fraction) by a cast and a division: 20 / 3 = 6.67
  with_input(floored).integers("twenty", {20});
  stored(floored, "three", onnx::TensorProto::FLOAT, {1}, {3.0F});
  floored.integers("eight", {8});
  floored.node("Cast", {"twenty"}, "f", {{"to", std::int64_t{1}}});
  floored.node("Div", {"f", "three"}, "q");
  floored.node("Floor", {"q"}, "g");
  floored.node("Cast", {"g"}, "six", {{"to", std::int64_t{7}}});
  floored.node("Concat", {"six", "eight"}, "t", {{"axis", std::int64_t{0}}});
  CHECK(macs_after_reshape(floored) == 240);

  OnnxWriter scattered;  // the place 0 of [1, 8] becomes 2 x 3
  with_input(scattered).integers("base", {1, 8});
  scattered.node("Shape", {"x"}, "shape");
  scattered.integers("starts", {0});
  scattered.integers("ends", {2});
  scattered.node("Slice", {"shape", "starts", "ends"}, "front");
  scattered.node("ReduceProd", {"front"}, "rows_",
                 {{"axes", Ints{0}}, {"keepdims", std::int64_t{1}}});
  scattered.integers("zero", {0});
  scattered.node("ScatterElements", {"base", "zero", "rows_"}, "t");
  CHECK(macs_after_reshape(scattered) == 240);

  OnnxWriter chosen;  // Where(Equal([-1, 8], -1), 6, .) through Neg, Mod and Range
  with_input(chosen).integers("v", {-1, 8});
  chosen.integers("m1", {-1});
  chosen.integers("thirteen", {13, 13});
  chosen.integers("seven", {7, 7});
  chosen.node("Mod", {"thirteen", "seven"}, "sixes");
  chosen.node("Equal", {"v", "m1"}, "is_open");
  chosen.node("Where", {"is_open", "sixes", "v"}, "t");
  CHECK(macs_after_reshape(chosen) == 240);

  OnnxWriter turned;  // the second row of [[8, 6], [6, 8]] turned: Transpose, Split, Squeeze
  with_input(turned).integers("v", {8, 6, 6, 8});
  turned.integers("square", {2, 2});
  turned.node("Reshape", {"v", "square"}, "m");
  turned.node("Transpose", {"m"}, "mt", {{"perm", Ints{1, 0}}});
  turned.integers("one", {1});
  turned.integers("axis0", {0});
  turned.node("Gather", {"mt", "one"}, "row", {{"axis", std::int64_t{0}}});
  turned.node("Squeeze", {"row", "axis0"}, "t");
  CHECK(macs_after_reshape(turned) == 240);
}

// F.pad(x, (0, 1, 0, 1)) as torch writes it at operator set 13: the pads are completed by zeros,
// and turned round by a Slice with step -1 and a Transpose. 16 x 16 outputs, 8 x 3 channels, 9
// taps.
TEST_CASE("a pad whose widths are computed in the graph goes before a convolution") {
  OnnxWriter model(13);
  model.input("x", {"1", "3", "32", "32"});
  model.integers("given", {0, 1, 0, 1});
  model.integers("four", {4});
  model.node("ConstantOfShape", {"four"}, "zeros");
  onnx::AttributeProto& value = *last_node(model).add_attribute();
  value.set_name("value");
  value.set_type(onnx::AttributeProto::TENSOR);
  value.mutable_t()->set_data_type(onnx::TensorProto::INT64);
  value.mutable_t()->add_dims(1);
  value.mutable_t()->add_int64_data(0);
  model.node("Concat", {"given", "zeros"}, "all", {{"axis", std::int64_t{0}}});
  model.integers("pairs", {-1, 2});
  model.node("Reshape", {"all", "pairs"}, "table");
  model.integers("axis", {0});
  model.integers("m1", {-1});
  model.integers("end", {-9223372036854775807});
  model.node("Slice", {"table", "m1", "end", "axis", "m1"}, "backwards");
  model.node("Transpose", {"backwards"}, "turned", {{"perm", Ints{1, 0}}});
  model.node("Reshape", {"turned", "m1"}, "flat");
  model.node("Cast", {"flat"}, "pads", {{"to", std::int64_t{7}}});
  model.node("Pad", {"x", "pads"}, "padded", {{"mode", std::string("constant")}});
  model.weight("w", {8, 3, 3, 3});
  model.node("Conv", {"padded", "w"}, "conv", {{"strides", Ints{2, 2}}});
  const Network network = import_bytes(model.bytes()).network;
  CHECK(macs(network) == 16 * 16 * 8 * 3 * 9);
  CHECK(parameters(network) == 216);
}

TEST_CASE("quantised convolutions of all forms have one layer of 8 bit words") {
  OnnxWriter operators;  // QOperator: 10 x 10 outputs, 8 x 3 channels, 9 taps
  operators.input("x", {"1", "3", "12", "12"});
  scale(operators);
  stored(operators, "w", onnx::TensorProto::UINT8, {8, 3, 3, 3});
  operators.node("QuantizeLinear", {"x", "s", "z"}, "q");
  operators.node("QLinearConv", {"q", "s", "z", "w", "s", "z", "s", "z"}, "conv");
  runtime_node(operators, "QLinearGlobalAveragePool", {"conv", "s", "z", "s", "z"}, "pool");
  const OnnxImport first = import_bytes(operators.bytes());
  CHECK(first.warnings.empty());
  REQUIRE(first.network.size() == 2);
  CHECK(macs(first.network) == 21'600);
  CHECK(parameters(first.network) == 216);
  CHECK(first.network.layer(0).widths == eight_bit());
  CHECK(first.network.layer(1).op == Operator::AveragePool);
  CHECK(first.network.layer(1).widths.tensor[Tensor::Input] == Bits{8});

  OnnxWriter around;  // QDQ: the same with nodes around the convolution of fractions
  around.input("x", {"1", "3", "12", "12"});
  scale(around);
  stored(around, "w", onnx::TensorProto::UINT8, {8, 3, 3, 3});
  stored(around, "bias", onnx::TensorProto::INT32, {8});
  around.node("QuantizeLinear", {"x", "s", "z"}, "q");
  around.node("DequantizeLinear", {"q", "s", "z"}, "dq");
  around.node("DequantizeLinear", {"w", "s", "z"}, "dw");
  around.node("DequantizeLinear", {"bias", "s"}, "db");
  around.node("Conv", {"dq", "dw", "db"}, "conv");
  around.node("Relu", {"conv"}, "relu");
  around.node("QuantizeLinear", {"relu", "s", "z"}, "qy");
  around.node("DequantizeLinear", {"qy", "s", "z"}, "y");
  const OnnxImport second = import_bytes(around.bytes());
  CHECK(second.warnings.empty());
  REQUIRE(second.network.size() == 1);
  CHECK(macs(second.network) == 21'600);
  CHECK(parameters(second.network) == 216 + 8);
  CHECK(second.network.layer(0).widths == eight_bit());

  OnnxWriter dynamic;  // 2 x 5 rows, 8 x 12 weights; the sums are fractions again
  dynamic.input("x", {"2", "5", "8"});
  stored(dynamic, "w", onnx::TensorProto::INT8, {8, 12});
  dynamic.node("DynamicQuantizeLinear", {"x"}, "q");
  last_node(dynamic).add_output("qs");
  last_node(dynamic).add_output("qz");
  dynamic.node("MatMulInteger", {"q", "w", "qz"}, "sums");
  dynamic.node("Cast", {"sums"}, "y", {{"to", std::int64_t{1}}});
  dynamic.node("Mul", {"y", "qs"}, "scaled");
  const OnnxImport third = import_bytes(dynamic.bytes());
  REQUIRE(third.network.size() == 1);
  CHECK(macs(third.network) == 960);
  CHECK(parameters(third.network) == 96);
  CHECK(third.network.layer(0).widths.tensor[Tensor::Weight] == Bits{8});
  CHECK(third.network.layer(0).widths.tensor[Tensor::Output] == Bits{16});
}

TEST_CASE("the runtime's own quantised operators are the standard ones") {
  OnnxWriter model;
  model.input("x", {"4", "8"});
  scale(model);
  stored(model, "w", onnx::TensorProto::UINT8, {8, 8});
  model.node("QuantizeLinear", {"x", "s", "z"}, "q");
  runtime_node(model, "QGemm", {"q", "s", "z", "w", "s", "z", "", "s", "z"}, "a");
  runtime_node(model, "QLinearAdd", {"a", "s", "z", "q", "s", "z", "s", "z"}, "b");
  runtime_node(model, "QLinearSigmoid", {"b", "s", "z", "s", "z"}, "c");
  runtime_node(model, "QLinearConcat", {"s", "z", "c", "s", "z", "a", "s", "z"}, "d");
  model.proto().mutable_graph()->mutable_node()->rbegin()->add_attribute()->set_name("axis");
  last_node(model).mutable_attribute(0)->set_type(onnx::AttributeProto::INT);
  last_node(model).mutable_attribute(0)->set_i(1);
  stored(model, "v", onnx::TensorProto::INT8, {16, 3});
  stored(model, "bias", onnx::TensorProto::FLOAT, {3}, {0.0F, 0.0F, 0.0F});
  runtime_node(model, "DynamicQuantizeMatMul", {"d", "v", "s", "", "bias"}, "e");
  const OnnxImport import = import_bytes(model.bytes());
  CHECK(import.warnings.empty());
  REQUIRE(import.network.size() == 3);
  CHECK(import.network.layer(1).op == Operator::Add);
  CHECK(macs(import.network) == 4 * 8 * 8 + 4 * 16 * 3);
  CHECK(parameters(import.network) == 64 + 48 + 3);
}

TEST_CASE("a dimension of -1, 0 or a question mark is open by itself") {
  const auto model = [](const std::vector<std::string>& dims) {
    OnnxWriter writer;
    writer.input("x", dims);
    writer.weight("w", {2, 3, 1, 1});
    writer.node("Conv", {"x", "w"}, "y");
    return writer.bytes();
  };
  CHECK(macs(import_bytes(model({"-1", "3", "8", "8"})).network) == 384);
  CHECK(macs(import_bytes(model({"-1", "3", "8", "8"}), {.batch = 2}).network) == 768);
  const OnnxOptions sizes{.dims = {{"x.2", 8}, {"x.3", 4}}};
  CHECK(macs(import_bytes(model({"1", "3", "?", "?"}), sizes).network) == 192);
  CHECK(macs(import_bytes(model({"1", "3", "0", "-1"}), sizes).network) == 192);
  CHECK(onnx_error(model({"1", "3", "?", "8"})).find("--dim x.2=128") != std::string::npos);
}

TEST_CASE("a shape is known again behind a Reshape to constants, and a loss names its node") {
  const auto model = [](const Ints& target) {
    OnnxWriter writer;
    writer.input("x", {"1", "3", "8", "8"});
    writer.node("MyOp", {"x"}, "a");
    writer.integers("t", target);
    writer.node("Reshape", {"a", "t"}, "b");
    writer.weight("w", {2, 3, 1, 1});
    writer.node("Conv", {"b", "w"}, "y");
    return writer.bytes();
  };
  CHECK(macs(import_bytes(model({1, 3, 4, 16})).network) == 384);
  const std::string error = onnx_error(model({1, 3, 4, -1}));
  CHECK_MESSAGE(error.find("not known since node 0 \"a\" (MyOp)") != std::string::npos, error);
}

// A function of a convolution with the strides of its call, called twice, the second time on what
// the first gives: 8 x 8 outputs of 3 x 3 channels, then 4 x 4.
TEST_CASE("local functions are expanded with the attributes of their calls") {
  OnnxWriter model;
  model.input("x", {"1", "3", "8", "8"});
  model.weight("w", {3, 3, 1, 1});
  for (const std::int64_t stride : {1, 2}) {
    model.node("Block", {stride == 1 ? "x" : "y1", "w"}, "y" + std::to_string(stride),
               {{"step", Ints{stride, stride}}});
    last_node(model).set_domain("local");
  }
  onnx::FunctionProto& function = *model.proto().add_functions();
  function.set_domain("local");
  function.set_name("Block");
  for (const char* input : {"in", "weights"}) function.add_input(input);
  function.add_output("out");
  onnx::NodeProto& conv = *function.add_node();
  conv.set_op_type("Conv");
  conv.set_name("c");
  for (const char* input : {"in", "weights"}) conv.add_input(input);
  conv.add_output("inner");
  onnx::AttributeProto& strides = *conv.add_attribute();
  strides.set_name("strides");
  strides.set_ref_attr_name("step");
  strides.set_type(onnx::AttributeProto::INTS);
  onnx::NodeProto& relu = *function.add_node();
  relu.set_op_type("Relu");
  relu.add_input("inner");
  relu.add_output("out");
  const OnnxImport import = import_bytes(model.bytes());
  CHECK(import.warnings.empty());
  REQUIRE(import.network.size() == 2);
  CHECK(import.network.layer(0).name == "y1/c");
  CHECK(macs(import.network.layer(0)) == 64 * 9);
  CHECK(macs(import.network.layer(1)) == 16 * 9);
  CHECK(import.network.inputs_of(1) == std::vector<std::size_t>{0});

  onnx::NodeProto& itself = *function.add_node();  // a function that calls itself
  itself.set_op_type("Block");
  itself.set_domain("local");
  itself.add_input("out");
  itself.add_input("weights");
  itself.add_output("again");
  CHECK(onnx_error(model.bytes()).find("more than 32 times") != std::string::npos);
}

TEST_CASE("of an If whose condition is known the branch that is taken is read") {
  OnnxWriter model;  // if the batch is 1: a convolution to 5 channels, else what is read
  model.input("x", {"batch", "3", "8", "8"});
  model.node("Shape", {"x"}, "shape");
  model.integers("first", {0});
  model.integers("one", {1});
  model.node("Gather", {"shape", "first"}, "size");
  model.node("Equal", {"size", "one"}, "is_one");
  model.node("If", {"is_one"}, "y");
  const auto branch = [&](const std::string& name) -> onnx::GraphProto& {
    onnx::AttributeProto& attribute = *last_node(model).add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::GRAPH);
    return *attribute.mutable_g();
  };
  onnx::GraphProto& yes = branch("then_branch");
  onnx::TensorProto& weights = *yes.add_initializer();
  weights.set_name("w");
  weights.set_data_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t size : {5, 3, 1, 1}) weights.add_dims(size);
  weights.set_data_location(onnx::TensorProto::EXTERNAL);
  onnx::NodeProto& conv = *yes.add_node();
  conv.set_op_type("Conv");
  for (const char* input : {"x", "w"}) conv.add_input(input);
  conv.add_output("made");
  yes.add_output()->set_name("made");
  branch("else_branch").add_output()->set_name("x");
  model.weight("w", {2, 3, 1, 1});
  model.node("Conv", {"x", "w"}, "always");
  const Network taken = import_bytes(model.bytes()).network;
  CHECK(macs(taken) == 64 * 3 * 5 + 64 * 3 * 2);
  CHECK(macs(import_bytes(model.bytes(), {.batch = 2}).network) == 2 * 64 * 3 * 2);
}

}  // namespace tilewise
