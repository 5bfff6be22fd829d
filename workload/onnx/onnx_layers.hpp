#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "workload/layer.hpp"
#include "workload/onnx/onnx_graph.hpp"

namespace tilewise {

/// The shape of a tensor; throws InputError where a dimension has no size or none of its own.
std::vector<std::int64_t> known_shape(const OnnxTensor& tensor);

// The layers of nodes by the shapes of what they read and give, unnamed and without folded
// parameters. None: the node has a shape that a layer cannot have, such as a map of three axes.
// Each throws InputError where the shapes are not known or contradict the attributes.

/// A convolution over one or two axes; one axis becomes the columns.
std::optional<Layer> onnx_convolution(const OnnxNode& node, const OnnxTensor& input,
                                      const OnnxTensor& weight, const OnnxTensor& output);

/// A pool with a window.
std::optional<Layer> onnx_pool(const OnnxNode& node, Operator op, const OnnxTensor& input,
                               const OnnxTensor& output);

/// A pool over the whole map.
std::optional<Layer> onnx_global_pool(Operator op, const OnnxTensor& input);

/// A matrix product as ONNX's Gemm has it, with its transpositions.
Layer onnx_gemm(const OnnxNode& node, const OnnxTensor& a, const OnnxTensor& b);

/// Which operand of a product is the Weight tensor of the layer.
enum class WeightOperand { First, Second };

/// A product of stacks of matrices, broadcast as numpy does. Words of an operand that is the same
/// for several products are counted once where that operand is the weight.
Layer onnx_matmul(const OnnxTensor& a, const OnnxTensor& b, WeightOperand weight);

/// The operand with fewer matrices, and of two alike the second.
WeightOperand smaller_stack(const OnnxTensor& a, const OnnxTensor& b);

/// A sum of `operands` tensors of one shape: of maps of `channels_first`, or of rows of channels.
Layer onnx_add(const OnnxTensor& output, std::int64_t operands, bool channels_first);

}  // namespace tilewise
