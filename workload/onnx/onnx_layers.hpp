#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workload/layer.hpp"
#include "workload/onnx/onnx_graph.hpp"

namespace tilewise {

/// Whether every dimension of a tensor has a size of one or more.
bool has_known_shape(const OnnxTensor& tensor);
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

/// A product of rows with stored weights.
Layer onnx_rows_product(std::int64_t rows, std::int64_t inner, std::int64_t columns);

/// An elementwise layer of one operand and one operation over rows of words.
Layer onnx_rows(std::int64_t rows, std::int64_t columns);

/// What a product reads of an operand: where the attribute `key` (transA, transB) says so, its last
/// two dimensions are exchanged.
OnnxTensor onnx_operand(const OnnxNode& node, std::string_view key, const OnnxTensor& tensor);

/// A product of stacks of matrices, broadcast as numpy does: dimensions of the stack that both
/// have are G, those of the input alone are rows and those of the weight alone columns, so that no
/// word counts twice. The first operand is the weight where `weight` is 0, the second where it
/// is 1.
Layer onnx_matmul(const OnnxTensor& a, const OnnxTensor& b, std::size_t weight);

/// Which operand of a product of two computed ones is the weight: 0 where the first has fewer
/// matrices, else 1.
std::size_t smaller_stack(const OnnxTensor& a, const OnnxTensor& b);

/// An Einsum of two operands as products: letters that both operands and the output have are G,
/// those of one operand and the output rows or columns, those of both operands alone are summed.
/// None where it is no such product: a diagonal, a sum over a letter of one operand.
std::optional<Layer> onnx_einsum(const std::string& equation, const OnnxTensor& a,
                                 const OnnxTensor& b, std::size_t weight);

/// The sizes of what an Einsum of known operands gives; none: it names no output, or a letter has
/// two sizes.
std::optional<std::vector<std::int64_t>> onnx_einsum_shape(
    const std::string& equation, const std::vector<const OnnxTensor*>& operands);

/// A transposed convolution over one or two axes as convolutions over its input, one for each kind
/// of output position: with stride s, s x s positions share the taps of the filter, and each is a
/// convolution with every s-th tap. MACs are input words x taps x output channels, exactly. None:
/// three axes, or dilation with a stride.
std::optional<std::vector<Layer>> onnx_transposed_convolution(const OnnxNode& node,
                                                              const OnnxTensor& input,
                                                              const OnnxTensor& weight);

/// A convolution over three axes as one over two: an axis without a window is rows of the batch;
/// else the taps of the first axis are input channels and its outputs the batch, so that words
/// which several of its windows share are read once for each. None: other numbers of axes.
std::optional<Layer> onnx_volume_convolution(const OnnxNode& node, const OnnxTensor& input,
                                             const OnnxTensor& weight, const OnnxTensor& output);

/// A sum of `operands` tensors of one shape: of maps of `channels_first`, or of rows of channels.
Layer onnx_add(const OnnxTensor& output, std::int64_t operands, bool channels_first);

}  // namespace tilewise
