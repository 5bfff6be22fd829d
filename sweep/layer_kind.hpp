#pragma once

#include <string_view>

#include "base/enum_array.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Layers that hardware treats alike, so that the errors of one say something of another.
enum class LayerKind {
  First,      ///< a convolution of at most four channels
  Window,     ///< of a window of more than one pixel
  Pointwise,  ///< of one pixel, on a map
  Depthwise,  ///< a channel a group
  Product,    ///< fully connected, matrix products
  Other,      ///< pools, sums, elementwise
};
template <>
inline constexpr std::size_t enum_size<LayerKind> = 6;

constexpr std::string_view name(LayerKind kind) {
  constexpr EnumArray<LayerKind, const char*> kWords{
      {"first", "window", "pointwise", "depthwise", "product", "other"}};
  return kWords[kind];
}

LayerKind kind_of(const Layer& layer);

}  // namespace tilewise
