#pragma once

#include <optional>
#include <string_view>

#include "workload/layer.hpp"
#include "workload/onnx/onnx_graph.hpp"

namespace tilewise {

/// What an operator that works word by word does with each word that it reads, in steps without
/// multiplier: 5 for a softmax (greatest, difference, exponential, sum, quotient). docs/onnx.md has
/// the table.
std::int64_t onnx_operations(std::string_view op);

/// A layer that reads `operands` tensors of a shape and writes one: of maps of `channels_first`, or
/// of rows of channels. Empty: the shape is not known, or holds nothing.
std::optional<Layer> onnx_elementwise(const OnnxTensor& shaped, std::int64_t operands,
                                      bool channels_first);

/// A layer that reads a tensor and writes one word for each `reduced` of its words. Empty: a shape
/// is not known, or the words do not divide.
std::optional<Layer> onnx_reduction(const OnnxTensor& input, const OnnxTensor& output);

/// Whether an operator that only moves words must write them anew: not where it renames what is in
/// place, such as a Reshape or a Transpose of dimensions of one.
bool moves_words(const OnnxNode& node, const OnnxTensor& input);

}  // namespace tilewise
