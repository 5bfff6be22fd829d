#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/enum_array.hpp"
#include "base/units.hpp"
#include "workload/dim.hpp"

namespace tilewise {

/// The largest bound, size, stride or dilation that a file may give.
inline constexpr std::int64_t kMaxDimension = std::int64_t{1} << 31U;

/// What a layer does. All are the one eight-dimensional loop nest; they differ in whether there is
/// a Weight tensor and a multiplication.
enum class Operator {
  Convolution,
  Depthwise,       ///< G = channels, M = C = 1
  FullyConnected,  ///< P = Q = R = S = 1
  MatrixProduct,   ///< P = Q = R = S = 1; G counts the products of a batch
  AveragePool,     ///< as depthwise, without Weight and multiplication
  MaxPool,         ///< as depthwise, without Weight and multiplication
  Add,             ///< C operands with G channels each; no Weight, no multiplication
  Elementwise,     ///< as add, of one operand or more, with `operations` for each of their words
};
template <>
inline constexpr std::size_t enum_size<Operator> = 8;

/// A value for the rows and one for the columns of a feature map.
struct Plane {
  std::int64_t vertical = 1;
  std::int64_t horizontal = 1;
  auto operator<=>(const Plane&) const = default;
};

/// Widths of the words of a layer.
struct WordWidths {
  EnumArray<Tensor, Bits> tensor{{Bits{16}, Bits{16}, Bits{16}}};
  Bits partial_sum{16};  ///< an output word that is not complete yet
  auto operator<=>(const WordWidths&) const = default;
};

/// What the sums of a layer start from, if not from zero: operands of an addition that is done
/// while the layer drains (docs/schedule.md).
struct SumStart {
  std::int64_t operands = 0;  ///< words for each word of Output
  Bits width{16};             ///< of each
  auto operator<=>(const SumStart&) const = default;
};

/// One layer: bounds of the eight loops, and where its input words lie. Input row of an output row
/// p and filter row r: p * stride + r * dilation, counted in the padded image. DESIGN section 1.
struct Layer {
  std::string name;
  Operator op = Operator::Convolution;
  EnumArray<Dim, std::int64_t> bounds{{1, 1, 1, 1, 1, 1, 1, 1}};
  Plane stride;
  Plane dilation;
  Plane padding{0, 0};  ///< rows above, columns left of the image; below and right follow
  Plane image;          ///< rows and columns of one real input channel
  WordWidths widths;
  EnumArray<Tensor, double> density{{1.0, 1.0, 1.0}};  ///< share of words that are not zero
  std::int64_t operations =
      1;  ///< steps of a compute unit for each word of an operand; elementwise
  SumStart start;
  std::int64_t folded_parameters = 0;  ///< parameters beyond the weights: bias, batch norm
  Plane padding_end{0, 0};   ///< rows below, columns right of the image, where check_layer needs it
  bool owns_weights = true;  ///< they are parameters: neither computed nor those of another layer

  bool operator==(const Layer&) const = default;
};

/// Throws InputError where a bound, stride or dilation is below 1, sums that start from operands
/// are not sums of products, padding or image is negative, a width is not in 1..1024 bit, a density
/// not in [0, 1], the operator's shape rule is broken, the image plus padding is smaller than what
/// the loops touch, or a product overflows 63 bits.
void check_layer(const Layer& layer);

/// Takes all rows below and columns right of the image that the loops touch for padding: sets
/// padding_end where they are more than the padding before the image and the reach of the filter,
/// which check_layer grants to any layer. Throws InputError where an extent leaves 63 bits.
void grant_padding_end(Layer& layer);

constexpr bool has_weights(Operator op) {
  return op != Operator::AveragePool && op != Operator::MaxPool && op != Operator::Add &&
         op != Operator::Elementwise;
}
/// Whether tensor `t` exists for this operator.
constexpr bool has_tensor(const Layer& layer, Tensor t) {
  return t != Tensor::Weight || has_weights(layer.op);
}

/// The product of the eight bounds: the iterations of the loop nest.
std::int64_t iterations(const Layer& layer);
/// Multiplications with accumulation: the iterations, or 0 for an operator without Weight.
std::int64_t macs(const Layer& layer);
/// Words of a tensor that are moved at least once: for Input the distinct real coordinates that
/// the loops touch, without padding and without what a stride skips.
std::int64_t words(const Layer& layer, Tensor t);
/// Words of a tensor as it is stored: for Input the whole image.
std::int64_t stored_words(const Layer& layer, Tensor t);
/// Weights, where the layer owns them, plus bias and folded batch norm.
std::int64_t parameters(const Layer& layer);

/// Rows (columns) of the padded image that the loops span, gaps included.
Plane padded_image(const Layer& layer);

std::string_view name(Operator op);

/// Two layers with equal keys cost the same on any architecture: all but the name and the folded
/// parameters.
std::string canonical_key(const Layer& layer);

}  // namespace tilewise
