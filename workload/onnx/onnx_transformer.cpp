#include "workload/onnx/onnx_transformer.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "workload/onnx/onnx_attention_sizes.hpp"
#include "workload/onnx/onnx_elementwise.hpp"
#include "workload/onnx/onnx_layers.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;
using Sources = std::vector<std::size_t>;
using Tensors = std::vector<const OnnxTensor*>;

const OnnxTensor* at(const Tensors& inputs, std::size_t index) {
  return index < inputs.size() ? inputs[index] : nullptr;
}

std::int64_t columns_of_packed(const OnnxNode& node, const Dims& rows) {
  const std::int64_t inner = integer_or(node, "K", 0);
  const std::int64_t columns = integer_or(node, "N", 0);
  if (rows.empty() || inner < 1 || columns < 1 || rows.back() != inner) {
    throw InputError("K, N: expected the sizes of its weights, K the columns of its input");
  }
  return columns;
}

}  // namespace

std::vector<OnnxTensor> transformer_outputs(const OnnxNode& node, const Tensors& inputs) {
  std::vector<OnnxTensor> outputs(node.outputs.size());
  if (at(inputs, 0) == nullptr) throw InputError("input 0 is missing");
  std::vector<Dims> shapes;
  outputs[0].element_type = inputs[0]->element_type;
  if (const AttentionForm* form = attention_form(node)) {
    if (const auto sizes = attention_sizes(node, *form, inputs))
      shapes = attention_shapes(*form, *sizes);
    if (node.op == "QAttention" && at(inputs, 3) != nullptr) {
      outputs[0].element_type = inputs[3]->element_type;
    }
  } else if (node.op == "EmbedLayerNormalization") {
    const OnnxTensor* table = at(inputs, 2);
    if (table == nullptr || !has_known_shape(*table) || !inputs[0]->shape) return outputs;
    if (table->shape->size() != 2) throw InputError("its table of words is no matrix");
    shapes = {*inputs[0]->shape};
    shapes[0].push_back(table->shape->back());
    outputs[0].element_type = table->element_type;
  } else if (inputs[0]->shape) {  // packed products, and sums that are as their first operand
    shapes = {*inputs[0]->shape};
    if (node.op.starts_with("MatMul")) shapes[0].back() = columns_of_packed(node, shapes[0]);
    shapes.resize(4);
    shapes[3] = shapes[0];
  }
  for (std::size_t i = 0; i < std::min(outputs.size(), shapes.size()); ++i) {
    if (!shapes[i].empty()) outputs[i].shape = shapes[i];
  }
  return outputs;
}

void add_onnx_packed_product(const OnnxNode& node, OnnxBuilder& builder) {
  constexpr std::size_t kBias = 5;
  constexpr std::int64_t kDefaultBits = 4;
  const Dims a = known_shape(builder.input_tensor(node, 0));
  const OnnxValue* weights = builder.input(node, 1);
  if (weights == nullptr) throw InputError("input 1 is missing");
  const std::int64_t columns = columns_of_packed(node, a);
  Layer layer = onnx_rows_product(checked_product(std::span(a).first(a.size() - 1), "its rows"),
                                  a.back(), columns);
  // Packed words are fewer than the weights that they stand for.
  layer.owns_weights = builder.claim_weights(*weights, 1).owns;
  if (node.op == "MatMulNBits") layer.folded_parameters = builder.claim_parameters(node, kBias);
  builder.set_widths(node, 0, std::nullopt, layer);
  layer.widths.tensor[Tensor::Weight] = Bits{integer_or(node, "bits", kDefaultBits)};
  builder.add_layer(node, std::move(layer), joined(builder.sources_of(node, 0), weights->sources));
}

void add_onnx_skip_normalization(const OnnxNode& node, OnnxBuilder& builder) {
  constexpr std::size_t kSum = 3;  // the output of the sum before it is normalized
  const OnnxTensor& output = builder.output_tensor(node);
  known_shape(output);
  const std::string base = builder.part_base(node);
  const bool embeds = node.op == "EmbedLayerNormalization";
  const auto is_computed = [&](std::size_t index) {
    const OnnxValue* value = builder.input(node, index);
    return value != nullptr && !value->is_constant;
  };
  Sources read = builder.sources_of(node, 0);
  if (builder.input(node, 1) != nullptr) read = joined(read, builder.sources_of(node, 1));
  builder.fold_learned(node);
  if (is_computed(0) && is_computed(1)) {
    Layer sum = onnx_add(output, 2, false);
    read = {builder.add_part(base + "/add", std::move(sum), read)};
  }
  const Sources sums = read;
  Layer norm = onnx_add(output, 1, false);
  norm.op = Operator::Elementwise;
  const bool is_rms = node.op.find("Simplified") != std::string::npos;
  norm.operations = onnx_operations(is_rms ? "RMSNormalization" : "LayerNormalization");
  builder.give(node, 0, {builder.add_part(base + "/norm", std::move(norm), read)});
  for (const std::size_t index : {1U, 2U}) builder.give(node, index, embeds ? sums : read);
  builder.give(node, kSum, sums);
}

}  // namespace tilewise
