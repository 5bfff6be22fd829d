#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "workload/layer.hpp"
#include "workload/onnx/onnx_graph.hpp"
#include "workload/onnx/onnx_import.hpp"

namespace tilewise {

/// Where a value of an ONNX graph comes from.
struct OnnxValue {
  bool is_constant = false;
  std::vector<std::size_t> sources{};  ///< layers whose outputs it is made of; each once
  std::vector<std::string> learned{};  ///< of a constant: the stored tensors it is made of
  std::optional<Bits> width{};         ///< of its words in memory, where the model quantises it
  std::size_t origin = 0;  ///< values made from one tensor element by element have the same
};

/// The sources of two values together, by rising number; each once.
std::vector<std::size_t> joined(std::vector<std::size_t> sources,
                                const std::vector<std::size_t>& more);

/// The layers of an ONNX graph as they are found, node by node: what each value is made of, which
/// parameters are folded into which layer, and what costs nothing although it is work.
class OnnxBuilder {
 public:
  OnnxBuilder(const OnnxGraph& graph, const OnnxOptions& options);

  bool unfused() const { return unfused_; }

  const OnnxTensor& tensor(const std::string& name) const { return graph_.tensors.at(name); }
  /// The value of a node's input; nullptr where it is not given.
  const OnnxValue* input(const OnnxNode& node, std::size_t index) const;
  /// The layers that a node's input is made of; none where it is not given.
  std::vector<std::size_t> sources_of(const OnnxNode& node, std::size_t index) const;
  /// What is known of an input; throws InputError where it is not given.
  const OnnxTensor& input_tensor(const OnnxNode& node, std::size_t index) const;
  const OnnxTensor& output_tensor(const OnnxNode& node) const;
  /// Indices of the inputs that depend on what the network reads.
  std::vector<std::size_t> computed_inputs(const OnnxNode& node) const;
  /// Whether a tensor of three dimensions is a map with one axis, not rows of channels.
  bool is_line_of_channels(const OnnxValue& value, const OnnxTensor& tensor) const;

  /// Adds a layer, named after the node, that reads `sources`; the node gives its output.
  std::size_t add_layer(const OnnxNode& node, Layer layer, std::vector<std::size_t> sources);
  /// The node gives new tensors made of the same layers as its inputs.
  void pass(const OnnxNode& node);
  /// The same, and stored tensors among its inputs are parameters, such as a class token.
  void move(const OnnxNode& node);
  /// What the names of the layers of a node begin with that becomes many (add_part).
  std::string part_base(const OnnxNode& node) const;
  /// Adds one layer of a node that becomes many, without a word about what the node gives.
  std::size_t add_part(std::string name, Layer layer, std::vector<std::size_t> sources);
  /// Output `output` of the node, if it has it, is made of the outputs of `layers`.
  void give(const OnnxNode& node, std::size_t output, std::vector<std::size_t> layers);
  /// The node gives its input `index` with other elements: no new tensor.
  void pass_through(const OnnxNode& node, std::size_t index);
  /// What the node gives is, element by element, made of what has this origin.
  void set_origin(const OnnxNode& node, std::size_t origin);
  /// The node gives what can be told from stored tensors alone.
  void pass_constant(const OnnxNode& node);
  /// The node is work that no layer stands for: omitted with a warning, or InputError if strict.
  void omit(const OnnxNode& node, const std::string& reason);
  /// The node gives its first input in words of another width, which the layers that made it write.
  void pass_quantized(const OnnxNode& node);

  /// The elements of a stored tensor; 0 where there is none of that name.
  std::int64_t stored_elements(const std::string& name) const;
  /// Parameters of a layer beyond its weights.
  void fold(std::size_t layer, std::int64_t count);
  /// Parameters of the layers that give `value`: of the last one, or of the next to come.
  void fold_before(const OnnxValue& value, std::int64_t count);
  /// The elements of the stored tensors that a node reads, each tensor once in the model.
  void fold_learned(const OnnxNode& node);
  /// The elements of a stored input, such as a bias, that no layer before has; 0: it is computed.
  std::int64_t claim_parameters(const OnnxNode& node, std::size_t index);
  /// Sets the widths of a layer by those of what it reads and gives.
  void set_widths(const OnnxNode& node, std::size_t input, std::optional<std::size_t> weight,
                  Layer& layer) const;
  /// What layers with `words` weights own of the stored tensors that their weights are made of,
  /// such as a part of one or the product of two: each tensor once in the model.
  struct WeightShare {
    bool owns = false;        ///< the weights themselves
    std::int64_t beyond = 0;  ///< further elements
  };
  WeightShare claim_weights(const OnnxValue& weights, std::int64_t words);

  /// The network of all layers; call last.
  OnnxImport finish();

 private:
  /// Nodes of one operator and one reason.
  struct Remark {
    std::string op;
    std::string reason;
    std::string first;               ///< label of a node
    std::vector<std::string> nodes;  ///< names of the first few
    std::int64_t count = 0;
  };

  void count_edges(std::size_t more);
  std::vector<std::size_t> joined_sources(const OnnxNode& node);
  std::string layer_name(std::string name);
  void set_outputs(const OnnxNode& node, const OnnxValue& value);
  std::vector<std::string> warnings() const;
  std::optional<Bits> width_of(const OnnxNode& node, std::size_t input) const;

  const OnnxGraph& graph_;
  bool strict_;
  bool unfused_;
  std::unordered_map<std::string, OnnxValue> values_;
  std::vector<Layer> layers_;
  std::vector<std::vector<std::size_t>> inputs_;
  std::unordered_set<std::string> names_;
  std::unordered_map<std::string, std::size_t> renamed_;
  std::unordered_set<std::string> counted_;
  std::vector<Remark> remarks_;
  std::int64_t pending_parameters_ = 0;
  std::size_t origins_ = 0;
  std::size_t edges_ = 0;
};

}  // namespace tilewise
