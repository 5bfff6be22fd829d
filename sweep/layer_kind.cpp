#include "sweep/layer_kind.hpp"

namespace tilewise {

LayerKind kind_of(const Layer& layer) {
  constexpr std::int64_t kFewChannels = 4;
  if (!has_weights(layer.op)) return LayerKind::Other;
  const auto bound = [&](Dim d) { return layer.bounds[d]; };
  const bool one_pixel = bound(Dim::R) == 1 && bound(Dim::S) == 1;
  if (one_pixel && bound(Dim::P) == 1 && bound(Dim::Q) == 1) return LayerKind::Product;
  if (bound(Dim::G) > 1 && bound(Dim::M) == 1 && bound(Dim::C) == 1) return LayerKind::Depthwise;
  if (bound(Dim::G) * bound(Dim::C) <= kFewChannels) return LayerKind::First;
  return one_pixel ? LayerKind::Pointwise : LayerKind::Window;
}

}  // namespace tilewise
