#pragma once

#include <string>
#include <vector>

namespace onnx {
class FunctionProto;
class GraphProto;
class NodeProto;
}  // namespace onnx

namespace tilewise {

/// The nodes of a local function in place of `call`: values inside have `prefix` before their
/// names, attributes that refer to those of the call have its values.
std::vector<onnx::NodeProto> inlined_function(const onnx::FunctionProto& function,
                                              const onnx::NodeProto& call,
                                              const std::string& prefix);

/// The nodes of the branch of an If in place of the node. Stored tensors of the branch are values
/// with `prefix`, too; what is made around it keeps its name.
std::vector<onnx::NodeProto> inlined_branch(const onnx::GraphProto& branch,
                                            const onnx::NodeProto& node, const std::string& prefix);

}  // namespace tilewise
