#include "workload/onnx/onnx_import.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "workload/network_yaml.hpp"
#include "workload/onnx/onnx_builder.hpp"
#include "workload/onnx/onnx_layers.hpp"
#include "workload/onnx/onnx_operators.hpp"

namespace tilewise {
namespace {

constexpr const char* kNoLayer = "costs nothing: no layer of ours stands for it";

void add_unmodelled(const OnnxNode& node, const std::string& reason, OnnxBuilder& builder) {
  builder.remark(node, reason);
  builder.pass(node);
}

/// The elements of a bias, if it is stored.
std::int64_t bias_parameters(const OnnxNode& node, std::size_t index, const OnnxBuilder& builder) {
  const OnnxValue* bias = builder.input(node, index);
  if (bias == nullptr || !bias->is_constant) return 0;
  return checked_product(known_shape(builder.tensor(node.inputs[index])), "its bias");
}

void add_convolution(const OnnxNode& node, OnnxBuilder& builder) {
  const bool quantized = node.op == "QLinearConv";
  const std::size_t weight = quantized ? 3 : 1;
  const OnnxTensor& filter = builder.input_tensor(node, weight);
  const OnnxValue& weights = *builder.input(node, weight);
  if (!weights.is_constant) {
    return add_unmodelled(node, "costs nothing: its weights are computed", builder);
  }
  auto layer =
      onnx_convolution(node, builder.input_tensor(node, 0), filter, builder.output_tensor(node));
  if (!layer) {
    return add_unmodelled(node, "costs nothing: its map has more than two axes", builder);
  }
  builder.note_weights(node, weights);
  const bool has_bias = node.op != "ConvInteger";
  layer->folded_parameters = has_bias ? bias_parameters(node, quantized ? 8 : 2, builder) : 0;
  builder.add_layer(node, *std::move(layer), builder.input(node, 0)->sources);
}

/// A product of which one operand or none is stored.
void add_product(const OnnxNode& node, Layer layer, std::size_t input, std::size_t weight,
                 OnnxBuilder& builder) {
  const OnnxValue& moved = *builder.input(node, input);
  const OnnxValue& held = *builder.input(node, weight);
  std::vector<std::size_t> sources = moved.sources;
  if (held.is_constant) {
    layer.op = Operator::FullyConnected;
    builder.note_weights(node, held);
  } else {
    sources.insert(sources.end(), held.sources.begin(), held.sources.end());
  }
  builder.add_layer(node, std::move(layer), std::move(sources));
}

void add_gemm(const OnnxNode& node, OnnxBuilder& builder) {
  const OnnxTensor& a = builder.input_tensor(node, 0);
  const OnnxTensor& b = builder.input_tensor(node, 1);
  Layer layer = onnx_gemm(node, a, b);
  layer.folded_parameters = bias_parameters(node, 2, builder);
  if (!builder.input(node, 0)->is_constant) return add_product(node, layer, 0, 1, builder);
  // The stored operand is the weight: the product is taken transposed.
  std::swap(layer.bounds[Dim::N], layer.bounds[Dim::M]);
  add_product(node, layer, 1, 0, builder);
}

void add_matmul(const OnnxNode& node, OnnxBuilder& builder) {
  const std::size_t second = node.op == "QLinearMatMul" ? 3 : 1;
  const OnnxTensor& a = builder.input_tensor(node, 0);
  const OnnxTensor& b = builder.input_tensor(node, second);
  WeightOperand weight = smaller_stack(a, b);
  if (builder.input(node, 0)->is_constant) weight = WeightOperand::First;
  if (builder.input(node, second)->is_constant) weight = WeightOperand::Second;
  Layer layer = onnx_matmul(a, b, weight);
  if (weight == WeightOperand::First) return add_product(node, layer, second, 0, builder);
  add_product(node, layer, 0, second, builder);
}

void add_pool(const OnnxNode& node, const std::optional<Layer>& layer, OnnxBuilder& builder) {
  if (!layer) return add_unmodelled(node, "costs nothing: its map has more than two axes", builder);
  builder.add_layer(node, *layer, builder.input(node, 0)->sources);
}

/// A mean or maximum over the whole map is a pool; over other axes it is part of a normalization,
/// and what it gives goes with the tensor that it is taken of.
void add_reduction(const OnnxNode& node, OnnxBuilder& builder) {
  const OnnxTensor& input = builder.input_tensor(node, 0);
  const OnnxValue& value = *builder.input(node, 0);
  const std::vector<std::int64_t> shape = known_shape(input);
  const bool has_axes = node.inputs.size() > 1 && !node.inputs[1].empty();
  const auto axes =
      onnx_axes(node, shape.size(), has_axes ? &builder.tensor(node.inputs[1]) : nullptr);
  const bool is_map = shape.size() == 4 || builder.is_line_of_channels(value, input);
  const bool pools = node.op == "ReduceMean" || node.op == "ReduceMax";
  if (pools && is_map && axes &&
      *axes ==
          (shape.size() == 4 ? std::vector<std::int64_t>{2, 3} : std::vector<std::int64_t>{2})) {
    const Operator op = node.op == "ReduceMean" ? Operator::AveragePool : Operator::MaxPool;
    return add_pool(node, onnx_global_pool(op, input), builder);
  }
  if (integer_or(node, "keepdims", 1) != 0) return builder.pass_through(node, 0);
  add_unmodelled(node, kNoLayer, builder);
}

/// Of one computed tensor and constants: a bias or an activation. Of tensors that stem from one:
/// an activation such as x * sigmoid(x). Of others: an add, or nothing.
void add_elementwise(const OnnxNode& node, OnnxBuilder& builder) {
  const std::vector<std::size_t> computed = builder.computed_inputs(node);
  const std::size_t first = computed.front();
  const OnnxValue& value = *builder.input(node, first);
  if (node.op != "Pow" && node.op != "Max" && node.op != "Min") builder.fold_learned(node);
  std::size_t widest = first;
  bool one_origin = true;
  bool one_shape = true;
  const OnnxTensor& output = builder.output_tensor(node);
  for (const std::size_t index : computed) {
    one_origin &= builder.input(node, index)->origin == value.origin;
    const bool full = builder.tensor(node.inputs[index]).shape == output.shape;
    one_shape &= full;
    if (full) widest = index;
  }
  if (one_origin) {
    if (!one_shape && computed.size() == 1) return builder.pass(node);
    return builder.pass_through(node, widest);
  }
  if (node.op != "Add" && node.op != "Sum") {
    return add_unmodelled(node, "costs nothing: elementwise on several computed tensors", builder);
  }
  if (!one_shape) {
    return add_unmodelled(node, "costs nothing: a sum of tensors of several shapes", builder);
  }
  const bool is_map = known_shape(output).size() == 4 || builder.is_line_of_channels(value, output);
  std::vector<std::size_t> sources;
  for (const std::size_t index : computed) {
    const std::vector<std::size_t>& more = builder.input(node, index)->sources;
    sources.insert(sources.end(), more.begin(), more.end());
  }
  const auto operands = static_cast<std::int64_t>(computed.size());
  builder.add_layer(node, onnx_add(output, operands, is_map), std::move(sources));
}

/// Scale and shift; mean and variance are folded into them.
void fold_batch_norm(const OnnxNode& node, OnnxBuilder& builder) {
  const std::vector<std::int64_t> scale = known_shape(builder.input_tensor(node, 1));
  const std::int64_t channels = checked_product(scale, "its scale");
  builder.fold_before(*builder.input(node, 0), checked_multiply(2, channels, "its parameters"));
  builder.pass_through(node, 0);
}

void add_computed(const OnnxNode& node, OnnxRole role, OnnxBuilder& builder) {
  switch (role) {
    case OnnxRole::Convolution: return add_convolution(node, builder);
    case OnnxRole::Gemm: return add_gemm(node, builder);
    case OnnxRole::MatMul: return add_matmul(node, builder);
    case OnnxRole::Pool: {
      const bool average = node.op == "AveragePool";
      const Operator op = average ? Operator::AveragePool : Operator::MaxPool;
      return add_pool(
          node, onnx_pool(node, op, builder.input_tensor(node, 0), builder.output_tensor(node)),
          builder);
    }
    case OnnxRole::GlobalPool: {
      const bool average = node.op == "GlobalAveragePool";
      const Operator op = average ? Operator::AveragePool : Operator::MaxPool;
      return add_pool(node, onnx_global_pool(op, builder.input_tensor(node, 0)), builder);
    }
    case OnnxRole::Reduction: return add_reduction(node, builder);
    case OnnxRole::Elementwise: return add_elementwise(node, builder);
    case OnnxRole::BatchNorm: return fold_batch_norm(node, builder);
    case OnnxRole::Activation: return builder.pass_through(node, 0);
    case OnnxRole::Normalization:
    case OnnxRole::Lookup: builder.fold_learned(node); return builder.pass(node);
    case OnnxRole::Movement: return builder.pass(node);
    case OnnxRole::Quantization:
      builder.remark(node, "costs nothing, and word widths are not taken over; give them as bits");
      return builder.pass_through(node, 0);
    case OnnxRole::Unmodelled: return add_unmodelled(node, kNoLayer, builder);
  }
}

void add_node(const OnnxNode& node, OnnxBuilder& builder) {
  const OnnxOperator* known = find_onnx_operator(node.op, node.domain);
  const bool of_shape = known != nullptr && (node.op == "Shape" || node.op == "Size");
  if (known != nullptr && (of_shape || builder.computed_inputs(node).empty())) {
    return builder.pass_constant(node);
  }
  if (known == nullptr) return add_unmodelled(node, kNoLayer, builder);
  if (builder.input(node, 0) == nullptr) throw InputError("input 0 is missing");
  add_computed(node, known->role, builder);
}

}  // namespace

OnnxImport import_onnx(const std::filesystem::path& path, const OnnxOptions& options) {
  const OnnxGraph graph = read_onnx_graph(path, options);
  OnnxBuilder builder(graph, options.strict);
  for (const OnnxNode& node : graph.nodes) {
    try {
      add_node(node, builder);
    } catch (const InputError& error) {
      throw InputError(fmt::format("{}: {}: {}", graph.file, node.label, error.what()));
    }
  }
  return builder.finish();
}

OnnxImport find_network_or_model(const std::string& name, const OnnxOptions& options) {
  if (std::filesystem::path(name).extension() == ".onnx") return import_onnx(name, options);
  return {find_network(name, options.batch), {}};
}

}  // namespace tilewise
