#pragma once

#include "workload/onnx/onnx_builder.hpp"
#include "workload/onnx/onnx_graph.hpp"

namespace tilewise {

/// Adds the products of an attention and its softmax: of the standard's Attention, of the runtime's
/// MultiHeadAttention and GroupQueryAttention, and of its Attention and QAttention, which begin
/// with the product of all three projections. All keys count for all queries, masked or not.
/// Throws InputError where shapes are not known or contradict each other.
void add_onnx_attention(const OnnxNode& node, OnnxBuilder& builder);

}  // namespace tilewise
