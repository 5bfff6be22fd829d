#include "bench/onnx_writer.hpp"

#include <onnx/onnx_pb.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;

/// Writes one layer after the other; each gives a tensor named after it.
class NetworkWriter {
 public:
  explicit NetworkWriter(const Network& network) : network_(network) {
    const Layer& first = network.layer(0);
    const auto& bounds = first.bounds;
    writer_.input("image",
                  {"batch", std::to_string(bounds[Dim::G] * bounds[Dim::C]),
                   std::to_string(first.image.vertical), std::to_string(first.image.horizontal)});
  }

  std::string write() {
    for (std::size_t i = 0; i < network_.size(); ++i) outputs_.push_back(write_layer(i));
    return writer_.bytes();
  }

 private:
  std::string input_of(std::size_t index) {
    const std::vector<std::size_t> inputs = network_.inputs_of(index);
    if (inputs.empty()) return "image";
    if (inputs.size() == 1) return outputs_[inputs[0]];
    std::vector<std::string> names;
    for (const std::size_t input : inputs) names.push_back(outputs_[input]);
    return writer_.node("Concat", names, network_.layer(index).name + ".joined",
                        {{"axis", std::int64_t{1}}});
  }

  /// Padding behind the image is what the last window needs.
  static std::vector<OnnxAttribute> window(const Layer& layer) {
    const auto& bounds = layer.bounds;
    const auto [rows, columns] = padded_image(layer);
    const auto below = rows - layer.image.vertical - layer.padding.vertical;
    const auto right = columns - layer.image.horizontal - layer.padding.horizontal;
    return {{"kernel_shape", Dims{bounds[Dim::R], bounds[Dim::S]}},
            {"strides", Dims{layer.stride.vertical, layer.stride.horizontal}},
            {"dilations", Dims{layer.dilation.vertical, layer.dilation.horizontal}},
            {"pads", Dims{layer.padding.vertical, layer.padding.horizontal,
                          std::max<std::int64_t>(below, 0), std::max<std::int64_t>(right, 0)}}};
  }

  std::string write_layer(std::size_t index) {
    const Layer& layer = network_.layer(index);
    switch (layer.op) {
      case Operator::Convolution:
      case Operator::Depthwise: return write_convolution(index);
      case Operator::FullyConnected: return write_fully_connected(index);
      case Operator::AveragePool:
      case Operator::MaxPool: return write_pool(index);
      case Operator::Add: {
        std::vector<std::string> names;
        for (const std::size_t input : network_.inputs_of(index)) names.push_back(outputs_[input]);
        return writer_.node("Add", names, layer.name);
      }
      case Operator::Elementwise:
      case Operator::MatrixProduct: break;
    }
    throw InputError(layer.name + ": no ONNX node is written for it");
  }

  std::string write_convolution(std::size_t index) {
    const Layer& layer = network_.layer(index);
    const auto& bounds = layer.bounds;
    const std::int64_t outputs = bounds[Dim::G] * bounds[Dim::M];
    std::vector<std::string> inputs{input_of(index), layer.name + ".weight"};
    writer_.weight(inputs[1], {outputs, bounds[Dim::C], bounds[Dim::R], bounds[Dim::S]});
    if (layer.folded_parameters % (2 * outputs) != 0) {
      inputs.push_back(layer.name + ".bias");
      writer_.weight(inputs[2], {outputs});
    }
    auto attributes = window(layer);
    attributes.emplace_back("group", bounds[Dim::G]);
    std::string last = writer_.node("Conv", inputs, layer.name, attributes);
    if (layer.folded_parameters >= 2 * outputs) {
      std::vector<std::string> read{last};
      for (const char* name : {".scale", ".shift", ".mean", ".variance"}) {
        read.push_back(layer.name + name);
        writer_.weight(read.back(), {outputs});
      }
      last = writer_.node("BatchNormalization", read, layer.name + ".norm");
    }
    return writer_.node("Relu", {last}, layer.name + ".relu");
  }

  std::string write_fully_connected(std::size_t index) {
    const Layer& layer = network_.layer(index);
    const auto& bounds = layer.bounds;
    const std::string flat = writer_.node("Flatten", {input_of(index)}, layer.name + ".flat");
    writer_.weight(layer.name + ".weight", {bounds[Dim::M], bounds[Dim::C]});
    writer_.weight(layer.name + ".bias", {bounds[Dim::M]});
    return writer_.node("Gemm", {flat, layer.name + ".weight", layer.name + ".bias"}, layer.name,
                        {{"transB", std::int64_t{1}}});
  }

  std::string write_pool(std::size_t index) {
    const Layer& layer = network_.layer(index);
    const bool average = layer.op == Operator::AveragePool;
    const Plane kernel{layer.bounds[Dim::R], layer.bounds[Dim::S]};
    if (kernel == layer.image) {
      return writer_.node(average ? "GlobalAveragePool" : "GlobalMaxPool", {input_of(index)},
                          layer.name);
    }
    auto attributes = window(layer);
    if (average)
      std::erase_if(attributes, [](const auto& each) { return each.first == "dilations"; });
    return writer_.node(average ? "AveragePool" : "MaxPool", {input_of(index)}, layer.name,
                        attributes);
  }

  const Network& network_;
  OnnxWriter writer_;
  std::vector<std::string> outputs_;
};

}  // namespace

OnnxWriter::OnnxWriter(std::int64_t opset) : model_(std::make_unique<onnx::ModelProto>()) {
  model_->set_ir_version(8);
  model_->add_opset_import()->set_version(opset);
  model_->mutable_graph()->set_name("graph");
}
OnnxWriter::~OnnxWriter() = default;

void OnnxWriter::input(const std::string& name, const std::vector<std::string>& dims) {
  onnx::ValueInfoProto* value = model_->mutable_graph()->add_input();
  value->set_name(name);
  auto* tensor = value->mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(onnx::TensorProto::FLOAT);
  tensor->mutable_shape();
  for (const std::string& dim : dims) {
    auto* added = tensor->mutable_shape()->add_dim();
    if (dim.find_first_not_of("-0123456789") == std::string::npos) {
      added->set_dim_value(std::stoll(dim));
    } else {
      added->set_dim_param(dim);
    }
  }
}

void OnnxWriter::weight(const std::string& name, const std::vector<std::int64_t>& dims) {
  onnx::TensorProto* tensor = model_->mutable_graph()->add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t dim : dims) tensor->add_dims(dim);
}

void OnnxWriter::integers(const std::string& name, const std::vector<std::int64_t>& values) {
  onnx::TensorProto* tensor = model_->mutable_graph()->add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(onnx::TensorProto::INT64);
  tensor->add_dims(static_cast<std::int64_t>(values.size()));
  for (const std::int64_t value : values) tensor->add_int64_data(value);
}

std::string OnnxWriter::node(const std::string& op, const std::vector<std::string>& inputs,
                             const std::string& output,
                             const std::vector<OnnxAttribute>& attributes) {
  onnx::NodeProto* node = model_->mutable_graph()->add_node();
  node->set_op_type(op);
  node->set_name(output);
  for (const std::string& input : inputs) node->add_input(input);
  node->add_output(output);
  for (const auto& [name, value] : attributes) {
    onnx::AttributeProto* attribute = node->add_attribute();
    attribute->set_name(name);
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      attribute->set_type(onnx::AttributeProto::INT);
      attribute->set_i(*number);
    } else if (const auto* numbers = std::get_if<std::vector<std::int64_t>>(&value)) {
      attribute->set_type(onnx::AttributeProto::INTS);
      for (const std::int64_t each : *numbers) attribute->add_ints(each);
    } else {
      attribute->set_type(onnx::AttributeProto::STRING);
      attribute->set_s(std::get<std::string>(value));
    }
  }
  return output;
}

std::string OnnxWriter::bytes() const { return model_->SerializeAsString(); }

std::string onnx_model(const Network& network) { return NetworkWriter(network).write(); }

}  // namespace tilewise
