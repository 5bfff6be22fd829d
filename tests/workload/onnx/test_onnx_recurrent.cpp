#include <doctest/doctest.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <string>
#include <vector>

#include "bench/onnx_writer.hpp"
#include "workload/onnx/onnx_file.hpp"

namespace tilewise {
namespace {

using Ints = std::vector<std::int64_t>;
using Sizes = EnumArray<Dim, std::int64_t>;

/// 5 steps of 2 sequences of 3 inputs, 4 hidden words; `gates` 4: LSTM, 3: GRU, 1: RNN.
void stored_weights(OnnxWriter& model, std::int64_t gates, std::int64_t directions = 1) {
  model.input("x", {"5", "2", "3"});
  model.weight("w", {directions, gates * 4, 3});
  model.weight("r", {directions, gates * 4, 4});
  model.weight("b", {directions, 2 * gates * 4});
}

Network recurrent(const std::string& op, std::int64_t gates,
                  std::vector<OnnxAttribute> attributes = {}, const OnnxOptions& options = {}) {
  OnnxWriter model;
  stored_weights(model, gates);
  attributes.emplace_back("hidden_size", std::int64_t{4});
  model.node(op, {"x", "w", "r", "b"}, "rnn", attributes);
  const OnnxImport import = import_bytes(model.bytes(), options);
  CHECK(import.warnings.empty());
  return import.network;
}

void add_output(OnnxWriter& model, const std::string& name) {
  onnx::GraphProto& graph = *model.proto().mutable_graph();
  graph.mutable_node(graph.node_size() - 1)->add_output(name);
}

std::vector<std::string> sorted_keys(const Network& network, std::size_t first) {
  std::vector<std::string> keys;
  for (std::size_t i = first; i < network.size(); ++i) {
    keys.push_back(canonical_key(network.layer(i)));
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

/// A stack of gates as three or four tensors.
std::vector<std::string> split(OnnxWriter& model, const std::string& from, const Ints& sizes,
                               const std::vector<std::string>& into) {
  model.integers(from + "_sizes", sizes);
  model.node("Split", {from, from + "_sizes"}, into[0], {{"axis", std::int64_t{1}}});
  for (std::size_t i = 1; i < into.size(); ++i) add_output(model, into[i]);
  return into;
}

/// One step of the LSTM of the standard, operator by operator; returns the hidden state.
std::string lstm_step(OnnxWriter& model, const std::string& at, const std::string& products,
                      const std::string& hidden, std::string& cell) {
  model.node("MatMul", {hidden, "r"}, at + "hr");
  model.node("Add", {products, at + "hr"}, at + "sum");
  split(model, at + "sum", {4, 4, 4, 4}, {at + "i_", at + "o_", at + "f_", at + "c_"});
  for (const char* gate : {"i", "o", "f"}) model.node("Sigmoid", {at + gate + "_"}, at + gate);
  model.node("Tanh", {at + "c_"}, at + "c");
  model.node("Mul", {at + "f", cell}, at + "kept");
  model.node("Mul", {at + "i", at + "c"}, at + "new");
  cell = model.node("Add", {at + "kept", at + "new"}, at + "cell");
  model.node("Tanh", {cell}, at + "tanh");
  return model.node("Mul", {at + "o", at + "tanh"}, at + "hidden");
}

/// One step of a GRU whose reset gate comes before the recurrent product, or after it.
std::string gru_step(OnnxWriter& model, const std::string& at, const std::string& zr,
                     const std::string& products, const std::string& hidden, bool linear) {
  if (linear) {
    model.node("MatMul", {hidden, "r"}, at + "hr");
    split(model, at + "hr", {8, 4}, {at + "hzr", at + "hh"});
  } else {
    model.node("MatMul", {hidden, "rzr"}, at + "hzr");
  }
  model.node("Add", {zr, at + "hzr"}, at + "sum");
  split(model, at + "sum", {4, 4}, {at + "z_", at + "r_"});
  model.node("Sigmoid", {at + "z_"}, at + "z");
  model.node("Sigmoid", {at + "r_"}, at + "r");
  if (linear) {
    model.node("Mul", {at + "r", at + "hh"}, at + "reset");
  } else {
    model.node("Mul", {at + "r", hidden}, at + "kept");
    model.node("MatMul", {at + "kept", "rh"}, at + "reset");
  }
  model.node("Add", {products, at + "reset"}, at + "h_");
  model.node("Tanh", {at + "h_"}, at + "h");
  model.node("Sub", {"one", at + "z"}, at + "1-z");
  model.node("Mul", {at + "1-z", at + "h"}, at + "new");
  model.node("Mul", {at + "z", hidden}, at + "old");
  return model.node("Add", {at + "new", at + "old"}, at + "hidden");
}

}  // namespace

TEST_CASE("an LSTM is a product of all steps, then a product and its gates for each step") {
  const Network network = recurrent("LSTM", 4);
  REQUIRE(network.size() == 1 + 5 * 6);
  CHECK(network.layer(0).name == "rnn/input");
  CHECK(network.layer(0).bounds == Sizes{{5 * 2, 1, 16, 3, 1, 1, 1, 1}});
  CHECK(network.layer(1).name == "rnn/step1/recurrent");
  CHECK(network.layer(1).bounds == Sizes{{2, 1, 16, 4, 1, 1, 1, 1}});
  CHECK(network.layer(7).name == "rnn/step2/recurrent");
  CHECK(network.inputs_of(7) == std::vector<std::size_t>{6});  // the hidden state before
  CHECK(network.inputs_of(8) == std::vector<std::size_t>{0, 7});
  CHECK(network.inputs_of(9) == std::vector<std::size_t>{5, 8});  // forget: the cell before
  CHECK(macs(network) == 5 * 2 * 16 * (3 + 4));
  CHECK(parameters(network) == 16 * 3 + 16 * 4 + 32);
}

TEST_CASE("an LSTM costs what its equations cost written as operators") {
  OnnxWriter model;
  std::string hidden = "h";
  std::string cell = "c";
  for (const char* name : {"h", "c"}) model.input(name, {"2", "4"});
  model.weight("r", {4, 16});
  for (int step = 0; step < 5; ++step) {
    const std::string at = "s" + std::to_string(step);
    model.input(at + "x", {"2", "16"});  // the products with the input weights
    hidden = lstm_step(model, at, at + "x", hidden, cell);
  }
  OnnxWriter node;
  stored_weights(node, 4);
  node.node("LSTM", {"x", "w", "r"}, "rnn", {{"hidden_size", std::int64_t{4}}});
  Network made = import_bytes(node.bytes()).network;
  CHECK(parameters(made.layer(0)) == 16 * 3);
  CHECK(sorted_keys(made, 1) == sorted_keys(import_bytes(model.bytes()).network, 0));
  CHECK(macs(made) == macs(import_bytes(model.bytes()).network) + 5 * 2 * 16 * 3);
}

TEST_CASE("a GRU costs what its equations cost, with the reset gate before the product or after") {
  for (const bool linear : {false, true}) {
    OnnxWriter model;
    std::string hidden = "h";
    model.input("h", {"2", "4"});
    model.weight("r", {4, 12});
    model.weight("rzr", {4, 8});
    model.weight("rh", {4, 4});
    model.weight("one", {1});
    for (int step = 0; step < 5; ++step) {
      const std::string at = "s" + std::to_string(step);
      model.input(at + "zr", {"2", "8"});  // the products with the input weights
      model.input(at + "x", {"2", "4"});
      hidden = gru_step(model, at, at + "zr", at + "x", hidden, linear);
    }
    OnnxWriter node;
    stored_weights(node, 3);
    node.node("GRU", {"x", "w", "r"}, "rnn",
              {{"hidden_size", std::int64_t{4}}, {"linear_before_reset", std::int64_t{linear}}});
    const Network made = import_bytes(node.bytes()).network;
    const Network steps = import_bytes(model.bytes()).network;
    CHECK(sorted_keys(made, 1) == sorted_keys(steps, 0));
    CHECK(macs(made) == macs(steps) + 5 * 2 * 12 * 3);
    CHECK(parameters(made) == parameters(steps) + 12 * 3);
  }
}

TEST_CASE("an RNN has one gate, and unfused its activation writes words") {
  const Network folded = recurrent("RNN", 1);
  CHECK(folded.size() == 1 + 5 * 2);
  CHECK(macs(folded) == 5 * 2 * 4 * (3 + 4));
  CHECK(parameters(folded) == 4 * 3 + 4 * 4 + 8);
  CHECK(folded.inputs_of(3) == std::vector<std::size_t>{2});  // step 2 reads the sum of step 1
  const Network unfused = recurrent("RNN", 1, {}, {.unfused = true});
  CHECK(unfused.size() == 1 + 5 * 3);
  CHECK(unfused.layer(3).bounds == Sizes{{2, 4, 1, 1, 1, 1, 1, 1}});
  CHECK(macs(unfused) == macs(folded));
  CHECK(recurrent("LSTM", 4, {}, {.unfused = true}).size() == 1 + 5 * 8);
}

TEST_CASE("two directions have weights of their own, and their states are read together") {
  OnnxWriter model;
  stored_weights(model, 4, 2);
  model.node("LSTM", {"x", "w", "r", "b"}, "rnn",
             {{"hidden_size", std::int64_t{4}}, {"direction", std::string("bidirectional")}});
  add_output(model, "last");
  add_output(model, "cells");
  model.weight("v", {4, 6});
  model.node("MatMul", {"rnn", "v"}, "all");
  model.node("MatMul", {"last", "v"}, "ends");
  const Network network = import_bytes(model.bytes()).network;
  REQUIRE(network.size() == 2 * 31 + 2);
  CHECK(network.layer(0).name == "rnn/forward/input");
  CHECK(network.layer(31).name == "rnn/reverse/input");
  CHECK(parameters(network) == 2 * (16 * 3 + 16 * 4 + 32) + 4 * 6);
  // 5 steps, 2 directions, 2 sequences of 4 words; then the last states of both directions
  CHECK(macs(network) == 2 * 5 * 2 * 16 * (3 + 4) + 5 * 2 * 2 * 4 * 6 + 2 * 2 * 4 * 6);
  CHECK(network.inputs_of(62).size() == 2 * 5);
  CHECK(network.inputs_of(63) == std::vector<std::size_t>{30, 61});
}

TEST_CASE("the batch may come first, optional inputs may be left out, and lengths may be stored") {
  OnnxWriter model;
  model.input("x", {"2", "5", "3"});
  model.weight("w", {1, 12, 3});
  model.weight("r", {1, 12, 4});
  model.node("GRU", {"x", "w", "r"}, "rnn",
             {{"hidden_size", std::int64_t{4}}, {"layout", std::int64_t{1}}});
  const Network network = import_bytes(model.bytes()).network;
  CHECK(network.layer(0).bounds == Sizes{{10, 1, 12, 3, 1, 1, 1, 1}});
  CHECK(network.layer(1).bounds == Sizes{{2, 1, 8, 4, 1, 1, 1, 1}});
  CHECK(parameters(network) == 12 * 3 + 12 * 4);

  OnnxWriter lengths;  // of 5 steps the sequences have 2 and 3: 5 rows, then 2, 2, 1
  stored_weights(lengths, 4);
  onnx::TensorProto& stored = *lengths.proto().mutable_graph()->add_initializer();
  stored.set_name("lengths");
  stored.set_data_type(onnx::TensorProto::INT32);
  stored.add_dims(2);
  for (const int length : {2, 3}) stored.add_int32_data(length);
  lengths.node("LSTM", {"x", "w", "r", "", "lengths"}, "rnn", {{"hidden_size", std::int64_t{4}}});
  const Network shorter = import_bytes(lengths.bytes()).network;
  REQUIRE(shorter.size() == 1 + 3 * 6);
  CHECK(macs(shorter) == 5 * 16 * (3 + 4));
  CHECK(shorter.layer(13).bounds[Dim::N] == 1);
}

TEST_CASE("peepholes add the cell state to the gates, and are parameters") {
  OnnxWriter model;
  stored_weights(model, 4);
  model.weight("p", {1, 12});
  model.node("LSTM", {"x", "w", "r", "b", "", "", "", "p"}, "rnn",
             {{"hidden_size", std::int64_t{4}}});
  const Network network = import_bytes(model.bytes()).network;
  CHECK(network.size() == 1 + 5 * 8);
  CHECK(parameters(network) == 16 * 3 + 16 * 4 + 32 + 12);
  CHECK(network.layer(3).bounds == Sizes{{2, 8, 1, 2, 1, 1, 1, 1}});
}

TEST_CASE("a quantised LSTM of the runtime has narrow weights") {
  OnnxWriter model;
  model.input("x", {"5", "2", "3"});
  for (const auto& [name, dims] :
       std::vector<std::pair<std::string, Ints>>{{"w", {1, 3, 16}}, {"r", {1, 4, 16}}}) {
    model.weight(name, dims);
    model.proto().mutable_graph()->mutable_initializer()->rbegin()->set_data_type(
        onnx::TensorProto::INT8);
  }
  for (const char* name : {"ws", "rs"}) model.weight(name, {1});
  model.node("DynamicQuantizeLSTM", {"x", "w", "r", "", "", "", "", "", "ws", "", "rs", ""}, "rnn",
             {{"hidden_size", std::int64_t{4}}});
  model.proto().mutable_graph()->mutable_node(0)->set_domain("com.microsoft");
  const OnnxImport import = import_bytes(model.bytes());
  CHECK(import.warnings.empty());
  CHECK(macs(import.network) == 5 * 2 * 16 * (3 + 4));
  CHECK(parameters(import.network) == 16 * 3 + 16 * 4);
  CHECK(import.network.layer(0).widths.tensor[Tensor::Weight] == Bits{8});
  CHECK(import.network.layer(1).widths.tensor[Tensor::Weight] == Bits{8});
  CHECK(import.network.layer(1).widths.tensor[Tensor::Input] == Bits{16});
}

TEST_CASE("weights that do not fit, and sequences without end, are refused by node") {
  const auto refusal = [](const std::string& steps, std::int64_t hidden) {
    OnnxWriter model;
    model.input("x", {steps, "2", "3"});
    model.weight("w", {1, 16, 3});
    model.weight("r", {1, 16, 4});
    model.node("LSTM", {"x", "w", "r"}, "rnn", {{"hidden_size", hidden}});
    return onnx_error(model.bytes());
  };
  CHECK(refusal("5", 5) == "node 0 \"rnn\" (LSTM): its weights do not fit its input or attributes");
  CHECK(refusal("1000000", 4) ==
        "node 0 \"rnn\" (LSTM): 1000000 steps make more than 262144 layers; give it a shorter "
        "sequence");
}

}  // namespace tilewise
