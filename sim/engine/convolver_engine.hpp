#pragma once

#include "arch/family/convolver_engine.hpp"
#include "sim/evaluate.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// What a layer costs in the fixed control of a convolver engine (FPGA Q1 to Q3). Published are
/// 3x3 convolutions of stride 1 and, in sum, fully connected layers; strides, other windows
/// (several passes where the window is larger than a convolver), groups, products, pools and sums
/// (their words cross the port once) are estimates.
LayerCost convolver_engine_cost(const ConvolverEngine& engine, const Layer& layer);

}  // namespace tilewise
