#pragma once

#include "workload/onnx/onnx_builder.hpp"
#include "workload/onnx/onnx_graph.hpp"

namespace tilewise {

/// Adds the layers of an LSTM, GRU or RNN: for each direction the products of all steps with the
/// input weights as one, then step by step the product with the recurrent weights and the
/// arithmetic of the gates, as the standard defines them. Throws InputError where shapes are not
/// known or contradict each other, or where there are too many steps.
void add_onnx_recurrent(const OnnxNode& node, OnnxBuilder& builder);

}  // namespace tilewise
