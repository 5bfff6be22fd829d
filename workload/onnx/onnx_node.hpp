#pragma once

#include <string>
#include <vector>

#include "workload/onnx/onnx_graph.hpp"

namespace tilewise {

/// A node with its attributes, as the standard operator that it computes (make_onnx_standard);
/// `index` is its place in the graph. Throws InputError, `file` before it, where an attribute is
/// there twice.
OnnxNode plain_node(const onnx::NodeProto& proto, int index, const std::string& file);

/// Remembers in the outputs of a node from which node on their shape is not known, for messages.
void note_lost_shapes(const OnnxNode& node, const std::vector<const OnnxTensor*>& inputs,
                      std::vector<OnnxTensor>& outputs);

}  // namespace tilewise
