#include "design/engine_units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/integers.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kCopies = 2;  // double buffering
constexpr Bits kAccumulator{48};     // the adder of a DSP slice (UG479)

/// The groups of a layer as units, an equal share of the traffic each.
void add_groups(std::size_t index, const Layer& layer, std::vector<EngineUnit>& units) {
  const std::int64_t groups = layer.bounds[Dim::G];
  const Bits traffic = compulsory_traffic(layer);
  EngineUnit unit{index, 0, engine_work(layer), Bits{ceil_div(traffic.count(), groups)}};
  unit.work.copies = layer.bounds[Dim::N];
  for (std::int64_t g = 0; g < groups; ++g) {
    unit.group = g;
    units.push_back(unit);
  }
}

/// Words of a bank set as memory, `banks` of them; the engine's two copies.
FpgaMemory buffer(std::int64_t words, std::int64_t banks, Bits width) {
  return {words, width.count(), banks, kCopies};
}

}  // namespace

std::string name(const EngineUnit& unit, std::span<const Layer> layers) {
  const std::string& layer = layers[unit.layer].name;
  return unit.group ? fmt::format("{}[{}]", layer, *unit.group) : layer;
}

std::vector<EngineUnit> engine_units(std::span<const Layer> layers, SplitGroups split) {
  std::vector<EngineUnit> units;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto& bounds = layers[i].bounds;
    if (split == SplitGroups::Yes && bounds[Dim::G] > 1 && bounds[Dim::M] > 1) {
      add_groups(i, layers[i], units);
    } else {
      units.push_back({i, std::nullopt, engine_work(layers[i]), compulsory_traffic(layers[i])});
    }
  }
  return units;
}

std::int64_t unit_cycles(const EngineUnit& unit, const EngineLanes& lanes, BitsPerCycle bandwidth) {
  const Cycles port = transfer_cycles(static_cast<double>(unit.traffic.count()), bandwidth);
  return std::max(engine_cycles(unit.work, lanes),
                  static_cast<std::int64_t>(std::ceil(port.count())));
}

std::vector<std::int64_t> quotient_steps(std::int64_t n) {
  std::vector<std::int64_t> steps;
  for (std::int64_t t = 1; t <= n;) {
    steps.push_back(t);
    const std::int64_t passes = ceil_div(n, t);
    if (passes == 1) break;
    t = ceil_div(n, passes - 1);
  }
  return steps;
}

LaneSteps lane_steps(std::span<const EngineUnit> units, PixelLanes pixels) {
  const auto steps_of = [&](std::int64_t EngineWork::*dimension) {
    std::set<std::int64_t> sizes;
    for (const EngineUnit& unit : units) sizes.insert(unit.work.*dimension);
    std::set<std::int64_t> steps{1};
    for (const std::int64_t size : sizes) {
      for (const std::int64_t t : quotient_steps(size)) steps.insert(t);
    }
    return std::vector<std::int64_t>(steps.begin(), steps.end());
  };
  LaneSteps steps{steps_of(&EngineWork::outputs), steps_of(&EngineWork::inputs), {1}, {1}};
  if (pixels == PixelLanes::Yes) {
    steps.tp = steps_of(&EngineWork::rows);
    steps.tq = steps_of(&EngineWork::columns);
  }
  return steps;
}

Plane largest_kernel(std::span<const EngineUnit> units) {
  Plane largest;
  for (const EngineUnit& unit : units) {
    largest.vertical = std::max(largest.vertical, unit.work.kernel.vertical);
    largest.horizontal = std::max(largest.horizontal, unit.work.kernel.horizontal);
  }
  return largest;
}

EnumArray<Tensor, std::int64_t> buffer_words(const EngineLanes& lanes, Plane kernel,
                                             const EngineTile& tile) {
  EngineWork work;
  work.kernel = kernel;
  return tile_words(work, lanes, {tile.rows * lanes.tp, tile.columns * lanes.tq});
}

FpgaResources engine_resources(const EngineLanes& lanes, Plane kernel, const EngineTile& tile,
                               const DesignTarget& target) {
  const FpgaPrecision& precision = target.precision;
  const std::int64_t pixels = checked_multiply(lanes.tp, lanes.tq, "pixel lanes");
  const auto words = buffer_words(lanes, kernel, tile);
  const std::int64_t macs = lane_count(lanes);
  FpgaResources taken;
  taken += memory_resources(
      buffer(words[Tensor::Input], lanes.tn * pixels, precision.width[Tensor::Input]));
  taken += memory_resources(
      buffer(words[Tensor::Weight], lanes.tm * lanes.tn, precision.width[Tensor::Weight]));
  taken += memory_resources(
      buffer(words[Tensor::Output], lanes.tm * pixels, precision.width[Tensor::Output]));
  taken.ff = flip_flops(taken.lut);
  if (precision.arithmetic == Arithmetic::Float32) {
    taken += float32_logic(macs);
  } else {
    const MatrixUnit unit{lanes.tm * pixels,
                          lanes.tn,
                          0,
                          precision.width[Tensor::Input],
                          precision.width[Tensor::Weight],
                          kAccumulator};
    const std::int64_t luts = matrix_unit_luts(unit, AdderRule::All);
    taken.lut += luts;
    taken.ff += flip_flops(luts);
  }
  taken.dsp = dsp_of_macs(macs, precision, target.packing);
  return taken;
}

}  // namespace tilewise
