#pragma once

#include <string_view>

namespace tilewise {

/// How the shape of an operator's output follows.
enum class OnnxShape {
  Same,     ///< as the first input
  Library,  ///< from the inference function of the onnx library
  Own,      ///< as transformer_outputs says
};

/// What an operator becomes; docs/onnx.md has the same table for readers.
enum class OnnxRole {
  Convolution,
  Gemm,
  MatMul,
  Einsum,             ///< a product of two operands; else free, with a warning
  Recurrent,          ///< products over time, and the arithmetic of gates
  Attention,          ///< its products and its softmax
  PackedProduct,      ///< with weights packed below a byte
  SkipNormalization,  ///< a sum, then a normalization
  Pool,
  GlobalPool,
  Reduction,      ///< over the whole map: a pool; else elementwise
  Elementwise,    ///< of two computed tensors: an add, or elementwise
  BatchNorm,      ///< folded into the layer before
  Activation,     ///< free, element by element
  Normalization,  ///< elementwise, over several elements; its scale and shift are parameters
  Resampling,     ///< elementwise: each output word is written
  Lookup,         ///< free; a table of constants is parameters
  Movement,       ///< free
  Quantization,   ///< free; its word width is that of the layers around it
  Unmodelled,     ///< free, with a warning
};

struct OnnxOperator {
  std::string_view name;
  OnnxShape shape;
  OnnxRole role;
};

/// The entry of an operator of ONNX or of onnxruntime; nullptr: not known, or of another domain.
const OnnxOperator* find_onnx_operator(std::string_view name, std::string_view domain);

}  // namespace tilewise
