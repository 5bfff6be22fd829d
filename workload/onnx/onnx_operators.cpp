#include "workload/onnx/onnx_operators.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace tilewise {
namespace {

using enum OnnxShape;
using enum OnnxRole;

constexpr auto kOperators = std::to_array<OnnxOperator>({
    {"Conv", Library, Convolution},
    {"ConvTranspose", Library, Convolution},
    {"Gemm", Library, Gemm},
    {"MatMul", Library, MatMul},
    {"Einsum", Library, Einsum},
    {"AveragePool", Library, Pool},
    {"MaxPool", Library, Pool},
    {"Attention", Own, Attention},
    {"GlobalAveragePool", Library, GlobalPool},
    {"GlobalMaxPool", Library, GlobalPool},
    {"ReduceMax", Library, Reduction},
    {"ReduceMean", Library, Reduction},
    {"ReduceL2", Library, Reduction},
    {"ReduceMin", Library, Reduction},
    {"ReduceProd", Library, Reduction},
    {"ReduceSum", Library, Reduction},
    {"ReduceSumSquare", Library, Reduction},
    {"Add", Library, Elementwise},
    {"Div", Library, Elementwise},
    {"Max", Library, Elementwise},
    {"Min", Library, Elementwise},
    {"Mean", Library, Elementwise},
    {"Mod", Library, Elementwise},
    {"Mul", Library, Elementwise},
    {"PRelu", Same, Elementwise},
    {"Pow", Library, Elementwise},
    {"Sub", Library, Elementwise},
    {"Sum", Library, Elementwise},
    {"BatchNormalization", Same, BatchNorm},
    {"Abs", Same, Activation},
    {"Cast", Same, Activation},
    {"CastLike", Library, Activation},
    {"Ceil", Same, Activation},
    {"Celu", Same, Activation},
    {"Clip", Same, Activation},
    {"Cos", Same, Activation},
    {"Dropout", Same, Activation},
    {"Elu", Same, Activation},
    {"Erf", Same, Activation},
    {"Exp", Same, Activation},
    {"Floor", Same, Activation},
    {"Gelu", Same, Activation},
    {"HardSigmoid", Same, Activation},
    {"HardSwish", Same, Activation},
    {"Identity", Same, Activation},
    {"LeakyRelu", Same, Activation},
    {"Log", Same, Activation},
    {"Mish", Same, Activation},
    {"Neg", Same, Activation},
    {"Reciprocal", Same, Activation},
    {"Relu", Same, Activation},
    {"Round", Same, Activation},
    {"Selu", Same, Activation},
    {"Sigmoid", Same, Activation},
    {"Sign", Same, Activation},
    {"Sin", Same, Activation},
    {"Softplus", Same, Activation},
    {"Softsign", Same, Activation},
    {"Sqrt", Same, Activation},
    {"Swish", Same, Activation},
    {"Tanh", Same, Activation},
    {"ThresholdedRelu", Same, Activation},
    {"GroupNormalization", Same, Normalization},
    {"InstanceNormalization", Same, Normalization},
    {"LRN", Same, Normalization},
    {"LayerNormalization", Same, Normalization},
    {"LogSoftmax", Same, Normalization},
    {"LpNormalization", Same, Normalization},
    {"MeanVarianceNormalization", Same, Normalization},
    {"RMSNormalization", Same, Normalization},
    {"Softmax", Same, Normalization},
    {"Gather", Library, Lookup},
    {"And", Library, Movement},
    {"Concat", Library, Movement},
    {"Constant", Library, Movement},
    {"ConstantOfShape", Library, Movement},
    {"DepthToSpace", Library, Movement},
    {"Equal", Library, Movement},
    {"Expand", Library, Movement},
    {"EyeLike", Library, Movement},
    {"Flatten", Library, Movement},
    {"GatherElements", Library, Movement},
    {"Greater", Library, Movement},
    {"GatherND", Library, Movement},
    {"GreaterOrEqual", Library, Movement},
    {"Less", Library, Movement},
    {"LessOrEqual", Library, Movement},
    {"NonZero", Library, Movement},
    {"OneHot", Library, Movement},
    {"Xor", Library, Movement},
    {"Not", Same, Movement},
    {"Or", Library, Movement},
    {"Pad", Library, Movement},
    {"Range", Library, Movement},
    {"Reshape", Library, Movement},
    {"ScatterElements", Same, Movement},
    {"ScatterND", Same, Movement},
    {"Shape", Library, Movement},
    {"Size", Library, Movement},
    {"Slice", Library, Movement},
    {"SpaceToDepth", Library, Movement},
    {"Split", Library, Movement},
    {"Squeeze", Library, Movement},
    {"TensorScatter", Same, Movement},
    {"Tile", Library, Movement},
    {"Transpose", Library, Movement},
    {"Trilu", Same, Movement},
    {"Unsqueeze", Library, Movement},
    {"Where", Library, Movement},
    {"DequantizeLinear", Same, Quantization},
    {"DynamicQuantizeLinear", Same, Quantization},
    {"QuantizeLinear", Same, Quantization},
    {"ArgMax", Library, Unmodelled},
    {"ArgMin", Library, Unmodelled},
    {"CumSum", Same, Unmodelled},
    {"GRU", Library, Recurrent},
    {"LSTM", Library, Recurrent},
    {"RNN", Library, Recurrent},
    {"Resize", Library, Resampling},
    {"RotaryEmbedding", Same, Resampling},
    {"TopK", Library, Unmodelled},
    {"Upsample", Library, Resampling},
});

// Those of com.microsoft that are no standard one with other inputs (onnx_forms.cpp).
constexpr auto kRuntimeOperators = std::to_array<OnnxOperator>({
    {"Attention", Own, Attention},
    {"GroupQueryAttention", Own, Attention},
    {"MultiHeadAttention", Own, Attention},
    {"QAttention", Own, Attention},
    {"MatMulBnb4", Own, PackedProduct},
    {"MatMulNBits", Own, PackedProduct},
    {"EmbedLayerNormalization", Own, SkipNormalization},
    {"SkipLayerNormalization", Own, SkipNormalization},
    {"SkipSimplifiedLayerNormalization", Own, SkipNormalization},
    {"RotaryEmbedding", Same, Resampling},
});

const OnnxOperator* find_among(std::span<const OnnxOperator> operators, std::string_view name) {
  const auto found = std::find_if(operators.begin(), operators.end(),
                                  [name](const OnnxOperator& each) { return each.name == name; });
  return found == operators.end() ? nullptr : &*found;
}

}  // namespace

const OnnxOperator* find_onnx_operator(std::string_view name, std::string_view domain) {
  if (domain == "com.microsoft") return find_among(kRuntimeOperators, name);
  if (!domain.empty() && domain != "ai.onnx") return nullptr;
  return find_among(kOperators, name);
}

}  // namespace tilewise
