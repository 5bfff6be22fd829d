#pragma once

#include <optional>

#include "base/units.hpp"
#include "workload/onnx/onnx_graph.hpp"

namespace tilewise {

/// Makes a node of a quantised or fused form (QLinearConv, ConvInteger, com.microsoft's QGemm,
/// QLinearAdd, DynamicQuantizeMatMul, FusedConv, ...) the standard operator that computes the same:
/// its inputs without scales and zero points, and where the type of its output comes from. Other
/// nodes stay as they are.
void make_onnx_standard(OnnxNode& node);

/// The words of a tensor of an element type of TensorProto.DataType where that is a quantised one
/// (4, 8 and 16 bit integers, 8 and 4 bit floats); none: any other.
std::optional<Bits> quantized_width(int element_type);

}  // namespace tilewise
