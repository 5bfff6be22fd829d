#include "workload/onnx/onnx_graph.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "workload/onnx/onnx_inline.hpp"
#include "workload/onnx/onnx_node.hpp"
#include "workload/onnx/onnx_structure.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;

constexpr std::size_t kMostRank = 16;
constexpr int kMostNodes = 100'000;
constexpr int kMostDepth = 32;
constexpr std::size_t kMostInlined = std::size_t{64} << 20U;  // bytes
constexpr std::size_t kMostNumbers = std::size_t{1} << 22U;
constexpr std::int64_t kFirstOpset = 7;  // before it, operators broadcast by attribute
constexpr std::int64_t kLastOpset = 24;  // the last whose changes are known here

[[noreturn]] void fail(const std::string& file, const std::string& what) {
  throw InputError(fmt::format("{}: {}", file, what));
}

/// Refuses a shape whose words nobody could count.
void check_shape(const Dims& shape) {
  if (shape.size() > kMostRank) {
    throw InputError(fmt::format("{} dimensions; expected at most {}", shape.size(), kMostRank));
  }
  Dims known;
  for (const std::int64_t size : shape) {
    if (size < -1 || size > kMaxDimension) {
      throw InputError(fmt::format("a dimension of {}; expected 0 to {}, export the model again",
                                   size, kMaxDimension));
    }
    if (size > 0) known.push_back(size);
  }
  checked_product(known, "its elements");
}

/// `work`, with file and node before the message of what it throws.
template <typename Work>
auto at_node(const OnnxGraph& graph, const OnnxNode& node, const Work& work) {
  try {
    return work();
  } catch (const InputError& error) {
    fail(graph.file, fmt::format("{}: {}", node.label, error.what()));
  }
}

/// Shape, type and, of a small tensor, its data; no other file is opened for them.
OnnxTensor stored_tensor(const onnx::TensorProto& tensor) {
  OnnxTensor result;
  result.element_type = tensor.data_type();
  result.shape = Dims(tensor.dims().begin(), tensor.dims().end());
  for (const std::int64_t size : *result.shape) {
    if (size < 0) throw InputError(fmt::format("a dimension of {}; expected 0 or more", size));
  }
  check_shape(*result.shape);
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL) return result;
  result.numbers = stored_numbers(tensor);
  return result;
}

class GraphReader {
 public:
  GraphReader(const std::filesystem::path& path, const OnnxOptions& options) : options_(options) {
    graph_.file = path.string();
    const std::string structure = read_onnx_structure(path);
    if (!model_.ParseFromString(structure) || !model_.has_graph()) {
      fail(graph_.file, "not an ONNX model, or a damaged one; export the model again");
    }
    graph_.name = path.stem().string();
  }

  OnnxGraph read() {
    const onnx::GraphProto& proto = model_.graph();
    if (proto.node_size() == 0) fail(graph_.file, "the graph has no nodes; export the model again");
    if (proto.node_size() > kMostNodes) {
      fail(graph_.file, fmt::format("more than {} nodes; export a smaller model", kMostNodes));
    }
    read_opset();
    read_initializers(proto);
    read_inputs(proto);
    for (const onnx::ValueInfoProto& value : proto.value_info()) stated_[value.name()] = &value;
    for (const onnx::ValueInfoProto& value : proto.output()) stated_[value.name()] = &value;
    for (const onnx::FunctionProto& each : model_.functions()) {
      functions_[{each.domain(), each.name()}] = &each;
    }
    for (int i = 0; i < proto.node_size(); ++i) add(proto.node(i), {i, graph_.opset, 0});
    return std::move(graph_);
  }

 private:
  void read_opset() {
    for (const onnx::OperatorSetIdProto& each : model_.opset_import()) {
      if (each.domain().empty() || each.domain() == "ai.onnx") graph_.opset = each.version();
    }
    if (graph_.opset < kFirstOpset || graph_.opset > kLastOpset) {
      fail(graph_.file, fmt::format("operator set {}; expected {} to {}, export or convert the "
                                    "model to one of them",
                                    graph_.opset, kFirstOpset, kLastOpset));
    }
  }

  void read_initializers(const onnx::GraphProto& proto, const std::string& prefix = "") {
    const auto add = [&](const std::string& own_name, const onnx::TensorProto& tensor) {
      const std::string name = prefix + own_name;
      try {
        graph_.tensors[name] = stored_tensor(tensor);
      } catch (const InputError& error) {
        fail(graph_.file, fmt::format("initializer {}: {}", shown(name), error.what()));
      }
      graph_.tensors[name].is_initializer = true;
    };
    for (const onnx::TensorProto& tensor : proto.initializer()) add(tensor.name(), tensor);
    for (const onnx::SparseTensorProto& sparse : proto.sparse_initializer()) {
      onnx::TensorProto dense;
      dense.set_data_type(sparse.values().data_type());
      *dense.mutable_dims() = sparse.dims();
      dense.set_data_location(onnx::TensorProto::EXTERNAL);
      add(sparse.values().name(), dense);
    }
  }

  /// Whether the name of a dimension stands for one size; "?" does for any.
  static bool names_a_size(const onnx::TensorShapeProto::Dimension& dim) {
    const std::string& name = dim.dim_param();
    return !dim.has_dim_value() && !name.empty() && name != "?" && name != "-1";
  }

  /// The name of a dimension that the model leaves open; empty: it has a size. Sizes below 1 stand
  /// for open ones in files of several exporters.
  static std::string open_name(const onnx::ValueInfoProto& value, int axis) {
    const auto& dim = value.type().tensor_type().shape().dim(axis);
    if (dim.has_dim_value() && dim.dim_value() > 0) return "";
    if (names_a_size(dim)) return dim.dim_param();
    return fmt::format("{}.{}", value.name(), axis);
  }

  void read_inputs(const onnx::GraphProto& proto) {
    std::vector<const onnx::ValueInfoProto*> inputs;
    for (const onnx::ValueInfoProto& value : proto.input()) {
      if (!graph_.tensors.contains(value.name())) inputs.push_back(&value);  // before IR version 4
    }
    std::set<std::string> open;
    for (const onnx::ValueInfoProto* value : inputs) {
      const auto& type = value->type().tensor_type();
      if (!value->type().has_tensor_type() || !type.has_shape()) {
        fail(graph_.file, fmt::format("input {}: no shape; export the model with the shapes of "
                                      "its inputs",
                                      shown(value->name())));
      }
      for (int axis = 0; axis < type.shape().dim_size(); ++axis) {
        const std::string name = open_name(*value, axis);
        if (name.empty()) continue;
        open.insert(name);
        if (axis == 0) sizes_[name] = options_.batch.value_or(1);
      }
    }
    check_batch(inputs);
    for (const auto& [name, size] : options_.dims) {
      if (!open.contains(name)) {
        fail(graph_.file,
             fmt::format("no open dimension \"{}\"; there are: {}", name, fmt::join(open, ", ")));
      }
      sizes_[name] = size;
    }
    for (const onnx::ValueInfoProto* value : inputs) add_input(*value);
  }

  /// A batch that nothing takes up would be a silent default.
  void check_batch(const std::vector<const onnx::ValueInfoProto*>& inputs) const {
    if (!options_.batch || !sizes_.empty()) return;
    for (const onnx::ValueInfoProto* value : inputs) {
      const auto& shape = value->type().tensor_type().shape();
      if (shape.dim_size() == 0 || shape.dim(0).dim_value() == *options_.batch) continue;
      fail(graph_.file,
           fmt::format("the batch of input {} is fixed at {}, not {}; export the "
                       "model with a dynamic batch, or leave the batch out",
                       shown(value->name()), shape.dim(0).dim_value(), *options_.batch));
    }
  }

  void add_input(const onnx::ValueInfoProto& value) {
    const auto& type = value.type().tensor_type();
    OnnxTensor tensor;
    tensor.element_type = type.elem_type();
    tensor.shape.emplace();
    for (int axis = 0; axis < type.shape().dim_size(); ++axis) {
      const std::string name = open_name(value, axis);
      std::int64_t size = type.shape().dim(axis).dim_value();
      if (!name.empty()) {
        const auto found = sizes_.find(name);
        if (found == sizes_.end()) {
          fail(graph_.file, fmt::format("input {}: dimension {} (\"{}\") has no size; give it one: "
                                        "--dim {}=128, or export the model with fixed shapes",
                                        shown(value.name()), axis, shown(name), shown(name)));
        }
        size = found->second;
      }
      if (size < 1) {
        fail(graph_.file, fmt::format("input {}: dimension {} is {}; expected 1 or more",
                                      shown(value.name()), axis, size));
      }
      tensor.shape->push_back(size);
    }
    try {
      check_shape(*tensor.shape);
    } catch (const InputError& error) {
      fail(graph_.file, fmt::format("input {}: {}", shown(value.name()), error.what()));
    }
    graph_.tensors[value.name()] = std::move(tensor);
    graph_.inputs.push_back(value.name());
  }

  /// What the model itself says of an output, with the open dimensions that have a size here.
  OnnxTensor stated(const std::string& name) const {
    OnnxTensor tensor;
    const auto found = stated_.find(name);
    if (found == stated_.end() || !found->second->type().has_tensor_type()) return tensor;
    const auto& type = found->second->type().tensor_type();
    tensor.element_type = type.elem_type();
    if (!type.has_shape()) return tensor;
    tensor.shape.emplace();
    for (const auto& dim : type.shape().dim()) {
      const auto size = names_a_size(dim) ? sizes_.find(dim.dim_param()) : sizes_.end();
      const std::int64_t open = size == sizes_.end() ? -1 : size->second;
      const bool is_fixed = dim.has_dim_value() && dim.dim_value() > 0;
      tensor.shape->push_back(is_fixed ? dim.dim_value() : open);
    }
    return tensor;
  }

  /// The tensor of a Constant node, whose data a later Reshape or Resize needs.
  static std::optional<OnnxTensor> constant(const onnx::NodeProto& proto) {
    for (const onnx::AttributeProto& attribute : proto.attribute()) {
      if (attribute.name() == "value" && attribute.has_t()) return stored_tensor(attribute.t());
    }
    return std::nullopt;
  }

  void set_type(const OnnxNode& node, std::vector<OnnxTensor>& outputs) const {
    if (outputs.empty()) return;
    const auto found = graph_.tensors.find(node.type_of);
    if (node.type != 0) outputs[0].element_type = node.type;
    if (!node.type_of.empty() && found != graph_.tensors.end()) {
      outputs[0].element_type = found->second.element_type;
    }
  }

  /// Memory follows the number of nodes, not what they spread shapes to.
  void limit_numbers(std::vector<OnnxTensor>& outputs) {
    for (OnnxTensor& output : outputs) {
      if (!output.numbers) continue;
      numbers_ += output.numbers->size();
      if (numbers_ > kMostNumbers) output.numbers.reset();
    }
  }

  /// Where a node is read: its place in the graph of the model, the operator set, and how many
  /// functions and branches it lies in.
  struct Place {
    int index = 0;
    std::int64_t opset = 0;
    int depth = 0;
  };

  /// Adds a node, or what a local function or a branch that is known to be taken has in its place.
  void add(const onnx::NodeProto& proto, Place place) {  // NOLINT(misc-no-recursion): kMostDepth
    count_node(proto, place);
    const auto function = functions_.find({proto.domain(), proto.op_type()});
    const onnx::GraphProto* branch = taken_branch(proto);
    if (function == functions_.end() && branch == nullptr) return add_node(proto, place);
    const std::string prefix = fmt::format("{}#{}/", proto.op_type(), ++bodies_);
    Place inside{place.index, place.opset, place.depth + 1};
    if (branch != nullptr) {
      read_initializers(*branch, prefix);
      for (const auto& each : inlined_branch(*branch, proto, prefix)) add(each, inside);
      return;
    }
    for (const onnx::OperatorSetIdProto& each : function->second->opset_import()) {
      const bool is_standard = each.domain().empty() || each.domain() == "ai.onnx";
      const bool is_known = each.version() >= kFirstOpset && each.version() <= kLastOpset;
      if (is_standard && is_known) inside.opset = each.version();
    }
    for (const auto& each : inlined_function(*function->second, proto, prefix)) add(each, inside);
  }

  void count_node(const onnx::NodeProto& proto, Place place) {
    bytes_ += place.depth > 0 ? proto.ByteSizeLong() : 0;
    const bool is_deep = place.depth > kMostDepth;
    if (is_deep || ++nodes_ > kMostNodes || bytes_ > kMostInlined) {
      fail(graph_.file,
           fmt::format("node {} ({}): local functions and branches {}; export the model with less "
                       "of them",
                       place.index, shown(proto.op_type()),
                       is_deep ? "lie in each other more than 32 times"
                               : "make more than 100000 nodes or 64 MiB"));
    }
  }

  /// The branch of an If whose condition is known; nullptr: of anything else.
  const onnx::GraphProto* taken_branch(const onnx::NodeProto& proto) const {
    if (proto.op_type() != "If" || !proto.domain().empty() || proto.input_size() != 1) {
      return nullptr;
    }
    const auto condition = graph_.tensors.find(proto.input(0));
    const Dims* known =
        condition == graph_.tensors.end() ? nullptr : known_integers(&condition->second);
    if (known == nullptr || known->size() != 1) return nullptr;
    const std::string_view wanted = (*known)[0] != 0 ? "then_branch" : "else_branch";
    for (const onnx::AttributeProto& each : proto.attribute()) {
      if (each.name() == wanted && each.has_g()) return &each.g();
    }
    return nullptr;
  }

  void add_node(const onnx::NodeProto& proto, Place place) {
    OnnxNode node = plain_node(proto, place.index, graph_.file);
    std::vector<const OnnxTensor*> inputs;
    for (const std::string& name : node.inputs) {
      const auto found = graph_.tensors.find(name);
      if (found == graph_.tensors.end() && !name.empty()) {
        fail(graph_.file, fmt::format("{}: reads {}, which is no input, no initializer and made by "
                                      "no node before it; export the model again",
                                      node.label, shown(name)));
      }
      inputs.push_back(name.empty() ? nullptr : &found->second);
    }
    std::vector<OnnxTensor> made = at_node(graph_, node, [&] {
      if (node.op == "Constant" && node.domain.empty() && node.outputs.size() == 1) {
        if (auto tensor = constant(proto)) return std::vector{*std::move(tensor)};
      }
      std::vector<OnnxTensor> outputs;
      for (const std::string& name : node.outputs) outputs.push_back(stated(name));
      outputs = infer_onnx_outputs(node, place.opset, inputs, std::move(outputs));
      set_type(node, outputs);
      limit_numbers(outputs);
      note_lost_shapes(node, inputs, outputs);
      for (const OnnxTensor& output : outputs) {
        if (output.shape) check_shape(*output.shape);
      }
      return outputs;
    });
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      const std::string& name = node.outputs[i];
      if (name.empty()) continue;
      if (!graph_.tensors.emplace(name, std::move(made[i])).second) {
        fail(graph_.file, fmt::format("{}: {} is there already; each value is made once, export "
                                      "the model again",
                                      node.label, shown(name)));
      }
    }
    node.proto = nullptr;
    graph_.nodes.push_back(std::move(node));
  }

  const OnnxOptions& options_;
  OnnxGraph graph_;
  onnx::ModelProto model_;
  std::map<std::string, std::int64_t> sizes_;  ///< of the open dimensions
  std::map<std::pair<std::string, std::string>, const onnx::FunctionProto*> functions_;
  int nodes_ = 0;            ///< with those of functions and branches
  int bodies_ = 0;           ///< functions and branches so far
  std::size_t bytes_ = 0;    ///< of the nodes in them
  std::size_t numbers_ = 0;  ///< elements that are followed so far
  std::unordered_map<std::string, const onnx::ValueInfoProto*> stated_;
};

}  // namespace

OnnxGraph read_onnx_graph(const std::filesystem::path& path, const OnnxOptions& options) {
  return GraphReader(path, options).read();
}

}  // namespace tilewise
