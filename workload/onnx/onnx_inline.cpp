#include "workload/onnx/onnx_inline.hpp"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <unordered_map>

namespace tilewise {
namespace {

/// What values inside a body are called outside.
using Renaming = std::unordered_map<std::string, std::string>;

void rename(std::string& name, const Renaming& names) {
  const auto found = names.find(name);
  if (found != names.end()) name = found->second;
}

/// Gives an attribute that refers to one of the call the value of that. False: the call has none.
bool resolve(onnx::AttributeProto& attribute, const onnx::NodeProto* call) {
  if (call == nullptr || attribute.ref_attr_name().empty()) return true;
  for (const onnx::AttributeProto& given : call->attribute()) {
    if (given.name() != attribute.ref_attr_name()) continue;
    const std::string name = attribute.name();
    attribute = given;
    attribute.set_name(name);
    return true;
  }
  return false;
}

/// Renames what a node reads and gives, also inside its bodies; their depth is bounded by
/// read_onnx_structure.
void rename_node(onnx::NodeProto& node, const Renaming& names,  // NOLINT(misc-no-recursion)
                 const onnx::NodeProto* call) {
  for (std::string& name : *node.mutable_input()) rename(name, names);
  for (std::string& name : *node.mutable_output()) rename(name, names);
  auto& attributes = *node.mutable_attribute();
  attributes.erase(std::remove_if(attributes.begin(), attributes.end(),
                                  [call](auto& each) { return !resolve(each, call); }),
                   attributes.end());
  for (onnx::AttributeProto& attribute : attributes) {
    if (!attribute.has_g()) continue;
    for (onnx::NodeProto& inner : *attribute.mutable_g()->mutable_node()) {
      rename_node(inner, names, call);
    }
    for (onnx::ValueInfoProto& output : *attribute.mutable_g()->mutable_output()) {
      rename(*output.mutable_name(), names);
    }
  }
}

onnx::NodeProto identity(const std::string& from, const std::string& to) {
  onnx::NodeProto node;
  node.set_op_type("Identity");
  node.add_input(from);
  node.add_output(to);
  return node;
}

/// A body whose inputs (and stored tensors) are renamed already, with its outputs as the caller
/// calls them.
template <typename Nodes>
std::vector<onnx::NodeProto> inlined(const Nodes& body, const std::vector<std::string>& results,
                                     const onnx::NodeProto& call, const std::string& prefix,
                                     Renaming names, bool is_function) {
  std::unordered_map<std::string, bool> made;
  for (const onnx::NodeProto& node : body) {
    for (const std::string& output : node.output()) {
      if (output.empty()) continue;
      names[output] = prefix + output;
      made[output] = true;
    }
  }
  std::vector<onnx::NodeProto> copies;
  for (int i = 0; i < call.output_size() && i < static_cast<int>(results.size()); ++i) {
    const std::string& result = results[static_cast<std::size_t>(i)];
    if (call.output(i).empty()) continue;
    if (made[result]) {
      made[result] = false;  // a second output of the same value is a copy
      names[result] = call.output(i);
    } else {
      std::string from = result;
      rename(from, names);
      copies.push_back(identity(from, call.output(i)));
    }
  }
  std::vector<onnx::NodeProto> nodes;
  for (const onnx::NodeProto& node : body) {
    onnx::NodeProto& copy = nodes.emplace_back(node);
    rename_node(copy, names, is_function ? &call : nullptr);
    const std::string& outer = call.name().empty() ? call.op_type() : call.name();
    if (!node.name().empty()) copy.set_name(fmt::format("{}/{}", outer, node.name()));
  }
  nodes.insert(nodes.end(), copies.begin(), copies.end());
  return nodes;
}

}  // namespace

std::vector<onnx::NodeProto> inlined_function(const onnx::FunctionProto& function,
                                              const onnx::NodeProto& call,
                                              const std::string& prefix) {
  Renaming names;
  for (int i = 0; i < function.input_size(); ++i) {
    names[function.input(i)] = i < call.input_size() ? call.input(i) : "";
  }
  const std::vector<std::string> results(function.output().begin(), function.output().end());
  return inlined(function.node(), results, call, prefix, std::move(names), true);
}

std::vector<onnx::NodeProto> inlined_branch(const onnx::GraphProto& branch,
                                            const onnx::NodeProto& node,
                                            const std::string& prefix) {
  Renaming names;
  for (const onnx::TensorProto& tensor : branch.initializer()) {
    names[tensor.name()] = prefix + tensor.name();
  }
  std::vector<std::string> results;
  for (const onnx::ValueInfoProto& output : branch.output()) results.push_back(output.name());
  return inlined(branch.node(), results, node, prefix, std::move(names), false);
}

}  // namespace tilewise
