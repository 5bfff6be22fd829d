#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "design/design_target.hpp"
#include "sim/engine/tiled_engine.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// What is assigned to an engine: a layer, or one of its groups. Groups of a layer are
/// independent: Shen et al., ISCA 2017, put the halves of AlexNet's conv1 on two engines.
struct EngineUnit {
  std::size_t layer = 0;
  std::optional<std::int64_t> group;  ///< empty: the whole layer
  EngineWork work;
  Bits traffic;       ///< compulsory, off chip
  double uses = 1.0;  ///< how often it counts: weights of a search space
};
/// "conv1", or "conv1[0]" for a group.
std::string name(const EngineUnit& unit, std::span<const Layer> layers);

enum class SplitGroups { No, Yes };
/// A unit for each layer, or for each group of those with more than one nest.
std::vector<EngineUnit> engine_units(std::span<const Layer> layers, SplitGroups split);

/// The time of a unit: F10, or its compulsory traffic where that takes longer; whole cycles. A
/// bound for any mapping: the buffers of the engine decide how near it comes.
std::int64_t unit_cycles(const EngineUnit& unit, const EngineLanes& lanes, BitsPerCycle bandwidth);

/// The least T of each value of ceil(n / T), rising: any other T takes more lanes for the same.
std::vector<std::int64_t> quotient_steps(std::int64_t n);

/// Values of Tm, Tn, Tp, Tq worth trying for some units: the quotient steps of their dimensions.
/// Exact: rounding a T down to a step leaves every ceil as it is.
struct LaneSteps {
  std::vector<std::int64_t> tm, tn, tp, tq;
};
enum class PixelLanes { No, Yes };
LaneSteps lane_steps(std::span<const EngineUnit> units, PixelLanes pixels);

/// Filter rows x columns of the largest window among the units: what a weight bank holds.
Plane largest_kernel(std::span<const EngineUnit> units);

/// Words of one copy of each buffer: a tile of pixels a lane and the largest window of stride 1.
EnumArray<Tensor, std::int64_t> buffer_words(const EngineLanes& lanes, Plane kernel,
                                             const EngineTile& tile);

/// What an engine takes with buffers of `tile` pixels a lane, two copies of each: Tn banks of
/// input, Tm Tn of weights, Tm of outputs, times pixel lanes (F3, F4); DSP of F1, LUT of F5 with
/// the adders of all products (the higher count) or F7, FF of F7. No memory controller. A tile of
/// one pixel is the least with which the engine runs.
FpgaResources engine_resources(const EngineLanes& lanes, Plane kernel, const EngineTile& tile,
                               const DesignTarget& target);

}  // namespace tilewise
