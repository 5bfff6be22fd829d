#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "workload/onnx/onnx_import.hpp"
#include "workload/onnx/onnx_numbers.hpp"

namespace onnx {
class NodeProto;
}  // namespace onnx

namespace tilewise {

/// What is known of one value of an ONNX graph without running it.
struct OnnxTensor {
  int element_type = 0;                              ///< TensorProto.DataType; 0: unknown
  std::optional<std::vector<std::int64_t>> shape{};  ///< -1: a dimension without a size
  std::optional<OnnxNumbers> numbers{};              ///< elements, where few and known
  bool is_initializer = false;                       ///< stored in the model
  std::string lost_at{};  ///< the label of the node from which on the shape is not known
};

/// The elements of a tensor that is given and known as whole numbers; nullptr: it is not.
const std::vector<std::int64_t>* known_integers(const OnnxTensor* tensor);

/// One node; an attribute that is one number is a list of that number.
struct OnnxNode {
  std::string label;  ///< `node 3 "conv1" (Conv)`, for messages
  std::string name;
  std::string op;
  std::string domain;
  std::vector<std::string> inputs;  ///< empty: an optional one that is not given
  std::vector<std::string> outputs;
  std::map<std::string, std::vector<std::int64_t>, std::less<>> integers;
  std::map<std::string, std::string, std::less<>> texts;
  std::string bias;     ///< of a fused form: a tensor that is added to the output
  std::string type_of;  ///< of a quantised form: the tensor whose element type the output has
  int type = 0;         ///< else its element type; 0: as the standard operator has it
  const onnx::NodeProto* proto = nullptr;  ///< while the graph is read
};

/// An ONNX graph with the shapes of all values that can be told.
struct OnnxGraph {
  std::string file;
  std::string name;
  std::int64_t opset = 0;
  std::vector<std::string> inputs;  ///< what the network reads, without stored tensors
  std::vector<OnnxNode> nodes;      ///< each after those it reads
  std::unordered_map<std::string, OnnxTensor> tensors;
};

/// Reads and checks a model, sets its open dimensions and infers the shapes of all values. Throws
/// InputError that names file, node and cure.
OnnxGraph read_onnx_graph(const std::filesystem::path& path, const OnnxOptions& options);

/// What is known of the outputs of a node, from that of its inputs; nullptr: not given. `stated` is
/// what the model says of the outputs, used where the operator is not known. Throws InputError
/// without place.
std::vector<OnnxTensor> infer_onnx_outputs(const OnnxNode& node, std::int64_t opset,
                                           const std::vector<const OnnxTensor*>& inputs,
                                           std::vector<OnnxTensor> stated);

/// Sets the elements of a node's outputs, and their shapes, where they can be told from those of
/// its inputs.
void evaluate_onnx_numbers(const OnnxNode& node, const std::vector<const OnnxTensor*>& inputs,
                           std::vector<OnnxTensor>& outputs);

/// The attribute's numbers, or `fallback`.
std::vector<std::int64_t> integers_or(const OnnxNode& node, std::string_view attribute,
                                      std::vector<std::int64_t> fallback);
/// The attribute's one number, or `fallback`.
std::int64_t integer_or(const OnnxNode& node, std::string_view attribute, std::int64_t fallback);

/// The axes that a reduction, squeeze or the like names by attribute or second input, counted from
/// 0; none where they are not known or out of range. Without any: all axes, if `all_by_default`.
std::optional<std::vector<std::int64_t>> onnx_axes(const OnnxNode& node, std::size_t rank,
                                                   const OnnxTensor* second);

/// A name from a model as messages show it: printable and short.
std::string shown(std::string_view name);

}  // namespace tilewise
