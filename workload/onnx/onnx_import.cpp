#include "workload/onnx/onnx_import.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "workload/network_yaml.hpp"
#include "workload/onnx/onnx_attention.hpp"
#include "workload/onnx/onnx_builder.hpp"
#include "workload/onnx/onnx_elementwise.hpp"
#include "workload/onnx/onnx_layers.hpp"
#include "workload/onnx/onnx_operators.hpp"
#include "workload/onnx/onnx_recurrent.hpp"
#include "workload/onnx/onnx_transformer.hpp"

namespace tilewise {
namespace {

constexpr const char* kNoLayer = "costs nothing: no layer of ours stands for it";

void add_unmodelled(const OnnxNode& node, const std::string& reason, OnnxBuilder& builder) {
  builder.omit(node, reason);
  builder.pass(node);
}

/// A layer that reads some of a node's computed inputs word by word and gives its output.
void add_words(const OnnxNode& node, std::optional<Layer> layer,
               const std::vector<std::size_t>& read, OnnxBuilder& builder) {
  if (!layer) return add_unmodelled(node, "costs nothing: its shape is not known", builder);
  std::vector<std::size_t> sources;
  for (const std::size_t index : read) {
    const std::vector<std::size_t>& more = builder.input(node, index)->sources;
    sources.insert(sources.end(), more.begin(), more.end());
  }
  layer->operations = onnx_operations(node.op);
  builder.set_widths(node, read.front(), std::nullopt, *layer);
  builder.add_layer(node, *std::move(layer), std::move(sources));
}

bool is_feature_map(const OnnxValue& value, const OnnxTensor& tensor, const OnnxBuilder& builder) {
  return (tensor.shape && tensor.shape->size() == 4) || builder.is_line_of_channels(value, tensor);
}

/// As many words as the output has are read, of one of the inputs `read` each, and written anew.
void add_rewritten(const OnnxNode& node, const std::vector<std::size_t>& read,
                   OnnxBuilder& builder) {
  const OnnxTensor& output = builder.output_tensor(node);
  const bool map = is_feature_map(*builder.input(node, read.front()), output, builder);
  add_words(node, onnx_elementwise(output, 1, map), read, builder);
}
/// The same of the first computed input.
void add_rewritten(const OnnxNode& node, OnnxBuilder& builder) {
  add_rewritten(node, {builder.computed_inputs(node).front()}, builder);
}

/// The layers of a convolution; none: no layer has its shape.
std::vector<Layer> convolution_layers(const OnnxNode& node, const OnnxBuilder& builder) {
  const OnnxTensor& input = builder.input_tensor(node, 0);
  const OnnxTensor& filter = builder.input_tensor(node, 1);
  if (node.op == "ConvTranspose") {
    return onnx_transposed_convolution(node, input, filter).value_or(std::vector<Layer>{});
  }
  const OnnxTensor& output = builder.output_tensor(node);
  auto layer = onnx_convolution(node, input, filter, output);
  if (!layer) layer = onnx_volume_convolution(node, input, filter, output);
  return layer ? std::vector{*layer} : std::vector<Layer>{};
}

void add_convolution(const OnnxNode& node, OnnxBuilder& builder) {
  std::vector<Layer> layers = convolution_layers(node, builder);
  if (layers.empty()) {
    return add_unmodelled(node, "costs nothing: no layer has its map or its dilation", builder);
  }
  const OnnxValue& weights = *builder.input(node, 1);
  std::int64_t count = 0;  // weights
  for (const Layer& layer : layers) {
    count = checked_add(count, words(layer, Tensor::Weight), "its weights");
  }
  const OnnxBuilder::WeightShare share = builder.claim_weights(weights, count);
  std::vector<std::size_t> sources = builder.input(node, 0)->sources;
  sources.insert(sources.end(), weights.sources.begin(), weights.sources.end());
  if (builder.input(node, 0)->is_constant) builder.fold_learned(node);
  layers.front().folded_parameters =
      checked_add(share.beyond, builder.claim_parameters(node, 2), "its parameters");
  std::vector<std::size_t> made;
  for (Layer& layer : layers) {
    layer.owns_weights = share.owns;
    builder.set_widths(node, 0, 1, layer);
    made.push_back(builder.add_layer(node, std::move(layer), sources));
  }
  builder.give(node, 0, std::move(made));
}

/// A product of which one operand or none is stored; `weight` is its place.
void add_product(const OnnxNode& node, Layer layer, std::size_t weight, OnnxBuilder& builder) {
  const OnnxValue& moved = *builder.input(node, 1 - weight);
  const OnnxValue& held = *builder.input(node, weight);
  std::vector<std::size_t> sources = moved.sources;
  if (held.is_constant) {
    layer.op = Operator::FullyConnected;
    const auto share = builder.claim_weights(held, words(layer, Tensor::Weight));
    layer.owns_weights = share.owns;
    layer.folded_parameters = checked_add(layer.folded_parameters, share.beyond, "its parameters");
  } else {
    sources.insert(sources.end(), held.sources.begin(), held.sources.end());
  }
  if (moved.is_constant) builder.fold_learned(node);
  builder.set_widths(node, 1 - weight, weight, layer);
  builder.add_layer(node, std::move(layer), std::move(sources));
}

/// The operand of a product that is the weight: the stored one, else that of fewer matrices.
std::size_t weight_of(const OnnxNode& node, std::size_t otherwise, const OnnxBuilder& builder) {
  if (builder.input(node, 1)->is_constant) return 1;
  return builder.input(node, 0)->is_constant ? 0 : otherwise;
}

void add_gemm(const OnnxNode& node, OnnxBuilder& builder) {
  const OnnxTensor& a = builder.input_tensor(node, 0);
  const OnnxTensor& b = builder.input_tensor(node, 1);
  Layer layer = onnx_gemm(node, a, b);
  layer.folded_parameters = builder.claim_parameters(node, 2);
  const std::size_t weight = weight_of(node, 1, builder);
  // Where the first operand is the weight, the product is taken transposed.
  if (weight == 0) std::swap(layer.bounds[Dim::N], layer.bounds[Dim::M]);
  add_product(node, layer, weight, builder);
}

void add_matmul(const OnnxNode& node, OnnxBuilder& builder) {
  const OnnxTensor a = onnx_operand(node, "transA", builder.input_tensor(node, 0));
  const OnnxTensor b = onnx_operand(node, "transB", builder.input_tensor(node, 1));
  const std::size_t weight = weight_of(node, smaller_stack(a, b), builder);
  Layer layer = onnx_matmul(a, b, weight);
  layer.folded_parameters = builder.stored_elements(node.bias);
  add_product(node, std::move(layer), weight, builder);
}

void add_einsum(const OnnxNode& node, OnnxBuilder& builder) {
  const auto equation = node.texts.find("equation");
  if (equation == node.texts.end() || node.inputs.size() != 2) {
    return add_unmodelled(node, "costs nothing: no product of two operands", builder);
  }
  const std::size_t weight = weight_of(node, 1, builder);
  auto layer = onnx_einsum(equation->second, builder.input_tensor(node, 0),
                           builder.input_tensor(node, 1), weight);
  if (!layer) return add_unmodelled(node, "costs nothing: no product of two operands", builder);
  add_product(node, *std::move(layer), weight, builder);
}

void add_pool(const OnnxNode& node, std::optional<Layer> layer, OnnxBuilder& builder) {
  if (!layer) return add_unmodelled(node, "costs nothing: its map has more than two axes", builder);
  const Layer same;
  const bool keeps = layer->bounds[Dim::R] == 1 && layer->bounds[Dim::S] == 1 &&
                     layer->stride == same.stride && layer->padding == same.padding &&
                     layer->image == Plane{layer->bounds[Dim::P], layer->bounds[Dim::Q]};
  if (keeps) return builder.pass_through(node, 0);
  builder.set_widths(node, 0, std::nullopt, *layer);
  builder.add_layer(node, *std::move(layer), builder.input(node, 0)->sources);
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
  const std::size_t origin = value.origin;
  add_words(node, onnx_reduction(input, builder.output_tensor(node)), {0}, builder);
  // x - mean(x) is still made of x, element by element.
  if (integer_or(node, "keepdims", 1) != 0) builder.set_origin(node, origin);
}

/// The computed inputs but for single words beside tensors, such as the scale of a dynamic
/// quantisation: these fold as constants do.
std::vector<std::size_t> wide_inputs(const OnnxNode& node, const OnnxBuilder& builder) {
  const std::vector<std::size_t> computed = builder.computed_inputs(node);
  std::vector<std::size_t> wide;
  for (const std::size_t index : computed) {
    const auto& shape = builder.tensor(node.inputs[index]).shape;
    const bool single = shape && std::all_of(shape->begin(), shape->end(),
                                             [](std::int64_t size) { return size == 1; });
    if (!single) wide.push_back(index);
  }
  return wide.empty() ? computed : wide;
}

/// Of one computed tensor and constants: a bias or an activation. Of tensors that stem from one:
/// an activation such as x * sigmoid(x). Both are folded. Of others: an add, or elementwise.
void add_elementwise(const OnnxNode& node, OnnxBuilder& builder) {
  const std::vector<std::size_t> computed = wide_inputs(node, builder);
  const std::size_t first = computed.front();
  const OnnxValue& value = *builder.input(node, first);
  if (node.op != "Pow" && node.op != "Max" && node.op != "Min") builder.fold_learned(node);
  std::size_t widest = first;
  bool one_origin = true;
  bool one_shape = true;
  std::int64_t full_size = 0;  // operands
  const OnnxTensor& output = builder.output_tensor(node);
  for (const std::size_t index : computed) {
    one_origin &= builder.input(node, index)->origin == value.origin;
    const bool full = builder.tensor(node.inputs[index]).shape == output.shape;
    one_shape &= full;
    if (full) widest = index;
    if (full) ++full_size;
  }
  if (one_origin) {
    if (builder.unfused()) return add_rewritten(node, builder);
    if (!one_shape && computed.size() == 1) return builder.pass(node);
    return builder.pass_through(node, widest);
  }
  // A smaller operand is read once and kept: the words of those of full size count.
  const std::int64_t operands = std::max<std::int64_t>(full_size, 1);
  auto layer = onnx_elementwise(output, operands, is_feature_map(value, output, builder));
  const bool adds = (node.op == "Add" || node.op == "Sum") && one_shape;
  if (layer && adds) layer->op = Operator::Add;
  add_words(node, std::move(layer), computed, builder);
}

/// An operator that folds into the layer before.
void fold_or_rewrite(const OnnxNode& node, OnnxBuilder& builder) {
  const bool renames = node.op == "Identity" || node.op == "Dropout" || node.op == "Cast";
  if (!builder.unfused() || renames) return builder.pass_through(node, 0);
  add_rewritten(node, builder);
}

/// Words that are moved: free where the layers around find them in their place.
void add_movement(const OnnxNode& node, OnnxBuilder& builder) {
  const auto reduction = node.texts.find("reduction");  // of a scatter: what is there is read
  const bool computes = reduction != node.texts.end() && reduction->second != "none";
  const bool moves = computes || moves_words(node, builder.input_tensor(node, 0));
  if (!moves || (!builder.unfused() && !computes)) return builder.move(node);
  if (node.op == "Concat") builder.fold_learned(node);
  add_rewritten(node, builder.computed_inputs(node), builder);
}

/// Scale and shift; mean and variance are folded into them.
void fold_batch_norm(const OnnxNode& node, OnnxBuilder& builder) {
  const std::vector<std::int64_t> scale = known_shape(builder.input_tensor(node, 1));
  const std::int64_t channels = checked_product(scale, "its scale");
  builder.fold_before(*builder.input(node, 0), checked_multiply(2, channels, "its parameters"));
  fold_or_rewrite(node, builder);
}

void add_computed(const OnnxNode& node, OnnxRole role, OnnxBuilder& builder) {
  switch (role) {
    case OnnxRole::Convolution: return add_convolution(node, builder);
    case OnnxRole::Gemm: return add_gemm(node, builder);
    case OnnxRole::MatMul: return add_matmul(node, builder);
    case OnnxRole::Einsum: return add_einsum(node, builder);
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
    case OnnxRole::Activation: return fold_or_rewrite(node, builder);
    case OnnxRole::Normalization: builder.fold_learned(node); return add_rewritten(node, builder);
    case OnnxRole::Resampling: return add_rewritten(node, builder);
    case OnnxRole::Attention: return add_onnx_attention(node, builder);
    case OnnxRole::PackedProduct: return add_onnx_packed_product(node, builder);
    case OnnxRole::SkipNormalization: return add_onnx_skip_normalization(node, builder);
    case OnnxRole::Recurrent: return add_onnx_recurrent(node, builder);
    case OnnxRole::Lookup: builder.fold_learned(node); return builder.pass(node);
    case OnnxRole::Movement: return add_movement(node, builder);
    case OnnxRole::Quantization: return builder.pass_quantized(node);
    case OnnxRole::Unmodelled: return add_unmodelled(node, kNoLayer, builder);
  }
}

bool multiplies(OnnxRole role) {
  return role == OnnxRole::Convolution || role == OnnxRole::Gemm || role == OnnxRole::MatMul ||
         role == OnnxRole::Einsum || role == OnnxRole::Recurrent;
}

/// Whether what a node gives was told without the layers: it is part of a shape.
bool is_known(const OnnxNode& node, const OnnxBuilder& builder) {
  return std::all_of(node.outputs.begin(), node.outputs.end(), [&](const std::string& output) {
    return output.empty() || builder.tensor(output).numbers.has_value();
  });
}

void add_node(const OnnxNode& node, OnnxBuilder& builder) {
  const OnnxOperator* known = find_onnx_operator(node.op, node.domain);
  if (known == nullptr) {
    const bool has_body = node.domain.empty() && (node.op == "Loop" || node.op == "Scan");
    const bool branches = node.domain.empty() && node.op == "If";
    return add_unmodelled(node,
                          has_body   ? "its body is not entered"
                          : branches ? "its condition is not known"
                                     : kNoLayer,
                          builder);
  }
  const bool of_shape = node.op == "Shape" || node.op == "Size" || node.op == "EyeLike";
  const bool is_constant = builder.computed_inputs(node).empty();
  const bool counts = multiplies(known->role) && !is_known(node, builder);
  if (of_shape || is_known(node, builder) || (is_constant && !counts)) {
    if (is_constant && known->role == OnnxRole::Quantization) return builder.pass_quantized(node);
    return builder.pass_constant(node);
  }
  if (builder.input(node, 0) == nullptr) throw InputError("input 0 is missing");
  add_computed(node, known->role, builder);
}

}  // namespace

OnnxImport import_onnx(const std::filesystem::path& path, const OnnxOptions& options) {
  const OnnxGraph graph = read_onnx_graph(path, options);
  OnnxBuilder builder(graph, options);
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
