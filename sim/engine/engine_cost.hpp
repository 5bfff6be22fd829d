#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "arch/family/fixed_engine.hpp"
#include "base/enum_array.hpp"
#include "base/units.hpp"
#include "sim/evaluate.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// How long one part of an engine is busy with a layer.
struct EngineLoad {
  std::string_view part;  ///< "compute", "image port", ...
  Cycles busy;
};

/// One layer in the fixed control of an engine, in cycles of its clock.
struct EngineRun {
  Cycles total;
  std::vector<EngineLoad> loads;  ///< the first is compute
  EnumArray<Tensor, std::int64_t> off_chip_bits{};
};

/// The run as a cost: bound by its longest load; energy of MACs (or of the iterations of a pool or
/// add), off-chip bits and board power. `units` multipliers count for the utilisation. There are no
/// transfers, tiles and ports in it: those belong to mappings.
LayerCost engine_cost(const FixedEngine& engine, const Layer& layer, const EngineRun& run,
                      std::int64_t units);

/// Throws InputError: an engine with fixed control adds maps, and has no unit for an elementwise
/// layer.
[[noreturn]] void refuse_elementwise(const Layer& layer);

}  // namespace tilewise
