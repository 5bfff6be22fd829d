#pragma once

#include <cstdint>

#include "arch/family/nvdla_engine.hpp"
#include "sim/engine/engine_cost.hpp"
#include "sim/evaluate.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// A layer on the engine, in as many hardware layers as it needs.
struct NvdlaRun {
  EngineRun run;
  std::int64_t pieces = 1;        ///< of output rows, of one image and group
  std::int64_t weight_banks = 1;  ///< where the map is one piece
};

/// Buffer divided and rows split as NVDLA N9 and N10 say. Throws InputError where the layer is no
/// convolution or fully connected layer, and where one output row does not fit.
NvdlaRun nvdla_run(const NvdlaEngine& engine, const Layer& layer);

/// The same as a cost. Images and groups follow one another.
LayerCost nvdla_engine_cost(const NvdlaEngine& engine, const Layer& layer);

}  // namespace tilewise
