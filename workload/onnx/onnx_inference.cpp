#include <fmt/format.h>
#include <onnx/defs/schema.h>
#include <onnx/defs/shape_inference.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <exception>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "workload/onnx/onnx_graph.hpp"
#include "workload/onnx/onnx_layers.hpp"
#include "workload/onnx/onnx_operators.hpp"
#include "workload/onnx/onnx_transformer.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;

constexpr std::int64_t kMostTargetSizes = 16;

onnx::TypeProto type_of(const OnnxTensor& tensor) {
  onnx::TypeProto type;
  // Of what an operator without inference gives the type is not known; none depends on it.
  const int known = tensor.element_type == 0 ? onnx::TensorProto::FLOAT : tensor.element_type;
  type.mutable_tensor_type()->set_elem_type(known);
  if (!tensor.shape) return type;
  onnx::TensorShapeProto* shape = type.mutable_tensor_type()->mutable_shape();
  for (const std::int64_t size : *tensor.shape) {
    onnx::TensorShapeProto::Dimension* dim = shape->add_dim();
    if (size >= 0) dim->set_dim_value(size);
  }
  return type;
}

OnnxTensor tensor_of(const onnx::TypeProto& type) {
  OnnxTensor tensor;
  if (!type.has_tensor_type()) return tensor;
  tensor.element_type = type.tensor_type().elem_type();
  if (!type.tensor_type().has_shape()) return tensor;
  tensor.shape.emplace();
  for (const auto& dim : type.tensor_type().shape().dim()) {
    tensor.shape->push_back(dim.has_dim_value() ? dim.dim_value() : -1);
  }
  return tensor;
}

/// What the library's inference function of one node may ask, answered from what is known.
class NodeContext : public onnx::InferenceContext {
 public:
  NodeContext(const onnx::NodeProto& node, const std::vector<const OnnxTensor*>& inputs)
      : node_(node), types_(inputs.size()), data_(inputs.size()), given_(inputs.size()) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i] == nullptr) continue;
      given_[i] = true;
      types_[i] = type_of(*inputs[i]);
      if (inputs[i]->numbers) {
        data_[i] = numbers_proto(*inputs[i]->numbers, inputs[i]->element_type);
      }
    }
    outputs_.resize(static_cast<std::size_t>(node.output_size()));
  }

  const onnx::AttributeProto* getAttribute(const std::string& name) const override {
    const auto& all = node_.attribute();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name() == name; });
    return found == all.end() ? nullptr : &*found;
  }
  std::size_t getNumInputs() const override { return types_.size(); }
  const onnx::TypeProto* getInputType(std::size_t index) const override {
    return index < types_.size() && given_[index] ? &types_[index] : nullptr;
  }
  const onnx::TensorProto* getInputData(std::size_t index) const override {
    return index < data_.size() && data_[index].data_type() != 0 ? &data_[index] : nullptr;
  }
  std::size_t getNumOutputs() const override { return outputs_.size(); }
  onnx::TypeProto* getOutputType(std::size_t index) override { return &outputs_.at(index); }
  onnx::GraphInferencer* getGraphAttributeInferencer(const std::string&) override {
    return nullptr;
  }
  const onnx::SparseTensorProto* getInputSparseData(std::size_t) const override { return nullptr; }
  const onnx::TensorShapeProto* getSymbolicInput(std::size_t) const override { return nullptr; }

 private:
  const onnx::NodeProto& node_;
  std::vector<onnx::TypeProto> types_;
  std::vector<onnx::TensorProto> data_;
  std::vector<bool> given_;
  std::vector<onnx::TypeProto> outputs_;
};

void remove_attribute(onnx::NodeProto& node, std::string_view name) {
  auto& all = *node.mutable_attribute();
  all.erase(std::remove_if(all.begin(), all.end(), [&](const auto& a) { return a.name() == name; }),
            all.end());
}

void set_axes(onnx::NodeProto& node, const Dims& axes) {
  onnx::AttributeProto* attribute = node.add_attribute();
  attribute->set_name("axes");
  attribute->set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t axis : axes) attribute->add_ints(axis);
}

bool takes_axes_as_attribute(const onnx::OpSchema& schema) {
  return schema.attributes().contains("axes");
}

/// The node as the newest operator set of the library has it, where a later one says the same in
/// another way. Throws InputError where it says more.
onnx::NodeProto as_library_knows(const OnnxNode& node, const onnx::OpSchema& schema,
                                 std::vector<const OnnxTensor*>& inputs) {
  onnx::NodeProto copy = *node.proto;
  if (copy.op_type() != node.op || !copy.domain().empty()) {  // another form of this operator
    copy.set_op_type(node.op);
    copy.clear_domain();
    copy.clear_input();
    for (const std::string& input : node.inputs) copy.add_input(input);
    auto& all = *copy.mutable_attribute();
    all.erase(
        std::remove_if(all.begin(), all.end(),
                       [&](const auto& a) { return !schema.attributes().contains(a.name()); }),
        all.end());
  }
  const bool is_reduction = find_onnx_operator(node.op, node.domain)->role == OnnxRole::Reduction;
  if (is_reduction && takes_axes_as_attribute(schema) && inputs.size() > 1) {
    if (inputs[0] == nullptr || !inputs[0]->shape) throw InputError("its input has no known shape");
    const auto axes = onnx_axes(node, inputs[0]->shape->size(), inputs[1]);
    if (!axes || axes->empty()) {
      throw InputError("its axes are computed, none or out of range; export them as constants");
    }
    inputs.resize(1);
    copy.mutable_input()->DeleteSubrange(1, copy.input_size() - 1);
    remove_attribute(copy, "noop_with_empty_axes");
    set_axes(copy, *axes);
  }
  if (node.op == "Split") remove_attribute(copy, "num_outputs");
  if (node.op == "Resize") remove_attribute(copy, "antialias");
  if (node.op == "Reshape" && !schema.attributes().contains("allowzero") &&
      integer_or(node, "allowzero", 0) == 0) {
    remove_attribute(copy, "allowzero");
  }
  const Dims dilations = integers_or(node, "dilations", {});
  if (node.op == "AveragePool" && std::all_of(dilations.begin(), dilations.end(),
                                              [](std::int64_t each) { return each == 1; })) {
    remove_attribute(copy, "dilations");
  }
  return copy;
}

/// Refuses attributes by which an inference function would divide by zero or overflow.
void check_attributes(const OnnxNode& node) {
  for (const std::string_view key : {"strides", "dilations", "kernel_shape", "group", "blocksize",
                                     "num_outputs", "hidden_size"}) {
    const bool is_block = key == "blocksize";
    const std::int64_t most = is_block ? 4096 : kMaxDimension;
    for (const std::int64_t value : integers_or(node, key, {})) {
      if (value < 1 || value > most) {
        throw InputError(fmt::format("{}: expected 1 to {}, found {}", key, most, value));
      }
    }
  }
  for (const std::int64_t value : integers_or(node, "pads", {})) {
    if (value < -kMaxDimension || value > kMaxDimension) {
      throw InputError(fmt::format("pads: expected at most {}, found {}", kMaxDimension, value));
    }
  }
}

/// Whether the last input lists the dimensions of the output.
bool takes_target_shape(std::string_view op) {
  return op == "Reshape" || op == "Expand" || op == "ConstantOfShape" || op == "Tile";
}

/// Refuses inputs whose dimensions an inference function would look for in vain.
void check_ranks(const OnnxNode& node, const std::vector<const OnnxTensor*>& inputs) {
  const auto rank = [&](std::size_t index) -> std::size_t {
    const bool known = index < inputs.size() && inputs[index] != nullptr && inputs[index]->shape;
    return known ? inputs[index]->shape->size() : 0;
  };
  const auto has_shape = [&](std::size_t index) {
    return index < inputs.size() && inputs[index] != nullptr && inputs[index]->shape;
  };
  const bool convolves = node.op == "Conv" || node.op == "ConvTranspose";
  if (convolves && has_shape(0) && has_shape(1) && (rank(0) < 3 || rank(1) != rank(0))) {
    throw InputError(
        fmt::format("its input has {} dimensions, its weights have {}; expected as "
                    "many of both, and 3 or more",
                    rank(0), rank(1)));
  }
  if (!takes_target_shape(node.op) || inputs.empty() || rank(inputs.size() - 1) == 0) return;
  const Dims& target = *inputs.back()->shape;
  if (target.size() != 1 || target[0] > kMostTargetSizes) {
    throw InputError(
        fmt::format("its target shape is no list of at most {} sizes", kMostTargetSizes));
  }
}

/// Refuses target shapes whose product leaves 63 bits; an inference function would divide by it.
void check_integers(const OnnxNode& node, const std::vector<const OnnxTensor*>& inputs) {
  if (!takes_target_shape(node.op)) return;
  const Dims* target = inputs.empty() ? nullptr : known_integers(inputs.back());
  if (target == nullptr) return;
  Dims known;
  for (const std::int64_t size : *target) {
    if (size > 0) known.push_back(size);
  }
  checked_product(known, "its target shape");
}

/// One line of what the library says, without its tags.
std::string first_line(const std::exception& error) {
  std::string text = error.what();
  text = text.substr(0, text.find('\n'));
  return text.empty() ? "the shapes of its inputs do not go together" : shown(text);
}

std::vector<OnnxTensor> infer_by_library(const OnnxNode& node, std::int64_t opset,
                                         std::vector<const OnnxTensor*> inputs) {
  std::array<OnnxTensor, 2> operands;
  for (std::size_t i = 0; node.op == "MatMul" && i < std::min(inputs.size(), operands.size());
       ++i) {
    if (inputs[i] == nullptr) continue;
    operands[i] = onnx_operand(node, i == 0 ? "transA" : "transB", *inputs[i]);
    inputs[i] = &operands[i];
  }
  check_attributes(node);
  check_ranks(node, inputs);
  check_integers(node, inputs);
  const auto* schema = onnx::OpSchemaRegistry::Schema(node.op, static_cast<int>(opset), "");
  if (schema == nullptr) {
    throw InputError(fmt::format("not in operator set {}; export the model again", opset));
  }
  const onnx::NodeProto copy = as_library_knows(node, *schema, inputs);
  std::vector<OnnxTensor> outputs(node.outputs.size());
  try {
    schema->Verify(copy);
    const bool all_known = std::all_of(inputs.begin(), inputs.end(), [](const OnnxTensor* each) {
      return each == nullptr || each->shape.has_value();
    });
    if (!all_known) return outputs;
    NodeContext context(copy, inputs);
    schema->GetTypeAndShapeInferenceFunction()(context);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      outputs[i] = tensor_of(*context.getOutputType(i));
    }
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    throw InputError(first_line(error) + "; export the model again");
  }
  return outputs;
}

/// The shape that a Reshape names, whatever it reads.
std::optional<Dims> reshaped(const std::vector<const OnnxTensor*>& inputs) {
  const Dims* target = inputs.size() == 2 ? known_integers(inputs[1]) : nullptr;
  if (target == nullptr) return std::nullopt;
  Dims shape = *target;
  for (std::int64_t& size : shape) size = size == 0 ? -1 : size;
  return shape;
}

std::vector<OnnxTensor> as_first_input(const OnnxNode& node,
                                       const std::vector<const OnnxTensor*>& inputs,
                                       std::size_t count) {
  if (inputs.empty() || inputs[0] == nullptr) throw InputError("expected an input");
  std::vector<OnnxTensor> outputs(count);
  outputs[0].element_type = inputs[0]->element_type;
  outputs[0].shape = inputs[0]->shape;
  const auto type_of_input = [&](std::size_t index, int fallback) {
    const bool given = index < inputs.size() && inputs[index] != nullptr;
    return given && inputs[index]->element_type != 0 ? inputs[index]->element_type : fallback;
  };
  const auto named = [&](std::string_view key, int fallback) {
    return static_cast<int>(std::clamp<std::int64_t>(integer_or(node, key, fallback), 0, 64));
  };
  if (node.op == "Cast") outputs[0].element_type = named("to", onnx::TensorProto::FLOAT);
  if (node.op == "QuantizeLinear") {
    const int type = named("output_dtype", onnx::TensorProto::UINT8);
    outputs[0].element_type = type_of_input(2, type == 0 ? onnx::TensorProto::UINT8 : type);
  }
  if (node.op == "DequantizeLinear") {
    outputs[0].element_type = type_of_input(1, onnx::TensorProto::FLOAT);
  }
  if (node.op == "DynamicQuantizeLinear") {
    outputs[0].element_type = onnx::TensorProto::UINT8;
    for (std::size_t i = 1; i < count; ++i) {
      outputs[i].element_type = i == 1 ? onnx::TensorProto::FLOAT : onnx::TensorProto::UINT8;
      outputs[i].shape.emplace();
    }
  }
  return outputs;
}

/// Fills what inference did not find with what the model states.
void complete(const OnnxTensor& stated, OnnxTensor& output) {
  if (output.element_type == 0) output.element_type = stated.element_type;
  if (!stated.shape) return;
  if (!output.shape) output.shape = stated.shape;
  if (output.shape->size() != stated.shape->size()) return;
  for (std::size_t i = 0; i < output.shape->size(); ++i) {
    std::int64_t& size = (*output.shape)[i];
    if (size < 0) size = (*stated.shape)[i];
  }
}

}  // namespace

std::vector<OnnxTensor> infer_onnx_outputs(const OnnxNode& node, std::int64_t opset,
                                           const std::vector<const OnnxTensor*>& inputs,
                                           std::vector<OnnxTensor> stated) {
  const OnnxOperator* known = find_onnx_operator(node.op, node.domain);
  if (known == nullptr || stated.empty()) return stated;
  std::vector<OnnxTensor> outputs;
  switch (known->shape) {
    case OnnxShape::Same: outputs = as_first_input(node, inputs, stated.size()); break;
    case OnnxShape::Library: outputs = infer_by_library(node, opset, inputs); break;
    case OnnxShape::Own: outputs = transformer_outputs(node, inputs); break;
  }
  if (!outputs[0].shape && node.op == "Reshape") outputs[0].shape = reshaped(inputs);
  const auto equation = node.texts.find("equation");
  if (node.op == "Einsum" && equation != node.texts.end()) {  // the library tells its rank alone
    if (auto shape = onnx_einsum_shape(equation->second, inputs)) outputs[0].shape = shape;
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) complete(stated[i], outputs[i]);
  evaluate_onnx_numbers(node, inputs, outputs);
  return outputs;
}

}  // namespace tilewise
