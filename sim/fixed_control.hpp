#pragma once

#include "sim/engine/convolver_engine.hpp"
#include "sim/engine/nvdla_engine.hpp"
#include "sim/engine/pixel_engine.hpp"

namespace tilewise {

/// What a layer costs on an engine that leaves nothing to choose: one overload for each such engine
/// of `Hardware`.
inline LayerCost fixed_control_cost(const PixelEngine& engine, const Layer& layer) {
  return pixel_engine_cost(engine, layer);
}
inline LayerCost fixed_control_cost(const ConvolverEngine& engine, const Layer& layer) {
  return convolver_engine_cost(engine, layer);
}
inline LayerCost fixed_control_cost(const NvdlaEngine& engine, const Layer& layer) {
  return nvdla_engine_cost(engine, layer);
}

}  // namespace tilewise
