#include "workload/onnx/onnx_forms.hpp"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>

namespace tilewise {
namespace {

constexpr std::string_view kRuntime = "com.microsoft";  // the operators of onnxruntime
constexpr int kNone = -1;

/// An operator that is a standard one with other inputs.
struct Form {
  std::string_view domain;
  std::string_view op;
  std::string_view standard;
  std::array<int, 3> inputs;  ///< where the standard operator's lie
  int type_of;                ///< the input whose element type the output has
  int type;                   ///< else its element type; 0: that of the first input
  int bias;                   ///< an input that is added to the output
};

constexpr int kInt32 = onnx::TensorProto::INT32;
constexpr int kFloat = onnx::TensorProto::FLOAT;

// Inputs as in the specifications of ONNX and of onnxruntime's docs/ContribOperators.md.
constexpr auto kForms = std::to_array<Form>({
    {"", "QLinearConv", "Conv", {0, 3, 8}, 7, 0, kNone},
    {"", "ConvInteger", "Conv", {0, 1, kNone}, kNone, kInt32, kNone},
    {"", "QLinearMatMul", "MatMul", {0, 3, kNone}, 7, 0, kNone},
    {"", "MatMulInteger", "MatMul", {0, 1, kNone}, kNone, kInt32, kNone},
    {kRuntime, "QLinearConv", "Conv", {0, 3, 8}, 7, 0, kNone},
    {kRuntime, "QGemm", "Gemm", {0, 3, 6}, 8, 0, kNone},
    {kRuntime, "QLinearAdd", "Add", {0, 3, kNone}, 7, 0, kNone},
    {kRuntime, "QLinearMul", "Mul", {0, 3, kNone}, 7, 0, kNone},
    {kRuntime, "QLinearAveragePool", "AveragePool", {0, kNone, kNone}, 4, 0, kNone},
    {kRuntime, "QLinearGlobalAveragePool", "GlobalAveragePool", {0, kNone, kNone}, 4, 0, kNone},
    {kRuntime, "QLinearReduceMean", "ReduceMean", {0, kNone, kNone}, 4, 0, kNone},
    {kRuntime, "QLinearSigmoid", "Sigmoid", {0, kNone, kNone}, 4, 0, kNone},
    {kRuntime, "QLinearLeakyRelu", "LeakyRelu", {0, kNone, kNone}, 4, 0, kNone},
    {kRuntime, "QLinearSoftmax", "Softmax", {0, kNone, kNone}, 4, 0, kNone},
    {kRuntime, "QLinearWhere", "Where", {0, 1, 4}, 8, 0, kNone},
    {kRuntime, "DynamicQuantizeMatMul", "MatMul", {0, 1, kNone}, kNone, kFloat, 4},
    {kRuntime, "MatMulIntegerToFloat", "MatMul", {0, 1, kNone}, 2, kFloat, 6},
    {kRuntime, "MatMulInteger16", "MatMul", {0, 1, kNone}, kNone, kInt32, kNone},
    {kRuntime, "FusedConv", "Conv", {0, 1, 2}, kNone, 0, kNone},
    {kRuntime, "FusedGemm", "Gemm", {0, 1, 2}, kNone, 0, kNone},
    {kRuntime, "FusedMatMul", "MatMul", {0, 1, kNone}, kNone, 0, kNone},
    {kRuntime, "TransposeMatMul", "MatMul", {0, 1, kNone}, kNone, 0, kNone},
    {kRuntime, "GroupNorm", "GroupNormalization", {0, 1, 2}, kNone, 0, kNone},
    {kRuntime, "SimplifiedLayerNormalization", "RMSNormalization", {0, 1, kNone}, kNone, 0, kNone},
    {"", "SimplifiedLayerNormalization", "RMSNormalization", {0, 1, kNone}, kNone, 0, kNone},
    {kRuntime, "QuantizeLinear", "QuantizeLinear", {0, 1, 2}, kNone, 0, kNone},
    {kRuntime, "DequantizeLinear", "DequantizeLinear", {0, 1, 2}, kNone, 0, kNone},
    {kRuntime, "Gelu", "Gelu", {0, kNone, kNone}, kNone, 0, kNone},
    {kRuntime, "FastGelu", "Gelu", {0, kNone, kNone}, kNone, 0, 1},
    {kRuntime, "QuickGelu", "Gelu", {0, kNone, kNone}, kNone, 0, kNone},
    {kRuntime, "BiasGelu", "Add", {0, 1, kNone}, kNone, 0, kNone},
});

std::string input_at(const OnnxNode& node, int index) {
  const auto place = static_cast<std::size_t>(index);
  return index >= 0 && place < node.inputs.size() ? node.inputs[place] : "";
}

/// Whether the node does more than its standard operator: another layout, or a sum on the way.
bool does_more(const OnnxNode& node) {
  for (const std::string_view key : {"channels_last", "transBatchA", "transBatchB"}) {
    if (node.op != "GroupNorm" && integer_or(node, key, 0) != 0) return true;
  }
  return node.op == "FusedConv" && !input_at(node, 3).empty();
}

/// QLinearConcat: scale and zero point of the output, then three inputs for each part.
void make_concat(OnnxNode& node) {
  std::vector<std::string> parts;
  for (std::size_t i = 2; i < node.inputs.size(); i += 3) parts.push_back(node.inputs[i]);
  node.type_of = input_at(node, 1);
  node.inputs = std::move(parts);
  node.op = "Concat";
  node.domain.clear();
}

/// DynamicQuantizeLSTM: scales and zero points come after the inputs of an LSTM.
void make_lstm(OnnxNode& node) {
  constexpr std::size_t kInputs = 8;
  node.inputs.resize(std::min(node.inputs.size(), kInputs));
  while (!node.inputs.empty() && node.inputs.back().empty()) node.inputs.pop_back();
  node.op = "LSTM";
  node.domain.clear();
}

}  // namespace

void make_onnx_standard(OnnxNode& node) {
  if (node.domain == "ai.onnx") node.domain.clear();
  if (node.domain == kRuntime && node.op == "QLinearConcat") return make_concat(node);
  if (node.domain == kRuntime && node.op == "DynamicQuantizeLSTM") return make_lstm(node);
  const auto* form = std::find_if(kForms.begin(), kForms.end(), [&](const Form& each) {
    return each.op == node.op && each.domain == node.domain;
  });
  if (form == kForms.end() || does_more(node)) return;
  std::vector<std::string> inputs;
  for (const int index : form->inputs) inputs.push_back(input_at(node, index));
  while (!inputs.empty() && inputs.back().empty()) inputs.pop_back();
  node.type_of = input_at(node, form->type_of);
  node.type = form->type;
  node.bias = input_at(node, form->bias);
  node.inputs = std::move(inputs);
  node.op = form->standard;
  node.domain.clear();
}

std::optional<Bits> quantized_width(int type) {
  constexpr int kUint4 = 21;  // types that came after the installed library
  constexpr int kInt4 = 22;
  constexpr int kFloat4 = 23;
  constexpr int kFirstFloat8 = 17;
  constexpr int kLastFloat8 = 20;
  switch (type) {
    case onnx::TensorProto::UINT8:
    case onnx::TensorProto::INT8: return Bits{8};
    case onnx::TensorProto::UINT16:
    case onnx::TensorProto::INT16: return Bits{16};
    case kUint4:
    case kInt4:
    case kFloat4: return Bits{4};
    default: break;
  }
  if (type >= kFirstFloat8 && type <= kLastFloat8) return Bits{8};
  return std::nullopt;
}

}  // namespace tilewise
