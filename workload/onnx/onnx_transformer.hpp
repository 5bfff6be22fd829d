#pragma once

#include <vector>

#include "workload/onnx/onnx_builder.hpp"
#include "workload/onnx/onnx_graph.hpp"

namespace tilewise {

/// The outputs of an operator of OnnxShape::Own, from what is known of its inputs; an output of
/// which nothing is known has no shape. Throws InputError where the inputs contradict each other or
/// the attributes.
std::vector<OnnxTensor> transformer_outputs(const OnnxNode& node,
                                            const std::vector<const OnnxTensor*>& inputs);

/// Adds a product with weights that are packed below a byte: MatMulNBits, MatMulBnb4. Throws
/// InputError where a shape is not known or is not that of the attributes.
void add_onnx_packed_product(const OnnxNode& node, OnnxBuilder& builder);

/// Adds a sum and a normalization: SkipLayerNormalization and its like, EmbedLayerNormalization.
/// Throws InputError where a shape is not known.
void add_onnx_skip_normalization(const OnnxNode& node, OnnxBuilder& builder);

}  // namespace tilewise
