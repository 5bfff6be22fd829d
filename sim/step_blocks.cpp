// An instruction that runs a few steps takes as long as its issue does: what tiles too short for
// the array cost. Tiles of one length cost the same, so lengths are counted and not tiles.
#include "sim/step_blocks.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/integers.hpp"
#include "sim/dim_walk.hpp"
#include "sim/step_interval.hpp"

namespace tilewise {
namespace {

/// The steps of one dimension as tiles of the innermost level cut them: all are `full` but the
/// last, as their first steps lie at least that far apart.
struct CutSteps {
  std::int64_t tiles = 1;
  std::int64_t full = 1;
  std::int64_t all = 1;
  std::int64_t last() const { return all - (tiles - 1) * full; }
};

CutSteps cut_steps(std::span<const NestLoop> temporal, Dim d, std::int64_t size,
                   std::size_t innermost) {
  CutSteps cut;
  DimWalk walk{size, 1, false, {}};
  for (const NestLoop& loop : temporal) {
    if (loop.dim != d || loop.level == innermost) continue;
    walk.digits.push_back({loop.bound, loop.step, loop.level});
  }
  cut.tiles = positions_below_size(walk, false);
  for (const NestLoop& loop : temporal) {
    if (loop.dim != d || loop.level != innermost) continue;
    walk.digits.push_back({loop.bound, loop.step, loop.level});
    cut.full *= loop.bound;
  }
  cut.all = positions_below_size(walk, false);
  return cut;
}

/// Tiles of one length along the dimensions of the blocks.
struct Length {
  std::int64_t steps = 1;
  double tiles = 1.0;
};

/// What the blocks of one tile wait for, in cycles.
double wait_of_tile(const StepBlock& block, double interval, std::int64_t steps) {
  const auto wait = [&](std::int64_t of) {
    return std::max(0.0, block.least.count() - interval * static_cast<double>(of));
  };
  const std::int64_t rest = steps % block.steps;
  const double whole = static_cast<double>(steps / block.steps) * wait(block.steps);
  return rest > 0 ? whole + wait(rest) : whole;
}

}  // namespace

double block_overhead(const Architecture& architecture, const Layer& layer,
                      std::span<const NestLoop> temporal) {
  const StepBlock& block = architecture.compute.block;
  if (!block.any()) return 0.0;
  const std::size_t innermost = architecture.levels.size() - 1;
  double others = 1.0;
  std::vector<Length> lengths{{}};
  for (const Dim d : kDims) {
    const CutSteps cut = cut_steps(temporal, d, layer.bounds[d], innermost);
    if (!block.along[d]) {
      others *= static_cast<double>(cut.all);
      continue;
    }
    std::vector<Length> longer;
    for (const Length& length : lengths) {
      longer.push_back({length.steps * cut.last(), length.tiles});
      if (cut.tiles == 1) continue;
      longer.push_back(
          {length.steps * cut.full, length.tiles * static_cast<double>(cut.tiles - 1)});
    }
    lengths = std::move(longer);
  }
  const double interval = step_interval(architecture, layer).count();
  double sum = 0.0;
  for (const Length& length : lengths) {
    sum += length.tiles * wait_of_tile(block, interval, length.steps);
  }
  return others * sum;
}

double least_block_cycles(const Architecture& architecture, const Layer& layer,
                          const Extents& steps, std::int64_t longest) {
  const StepBlock& block = architecture.compute.block;
  if (!block.any()) return 0.0;
  double others = 1.0;
  std::int64_t along = 1;
  for (const Dim d : kDims) {
    if (block.along[d]) along *= steps[d];
    if (!block.along[d]) others *= static_cast<double>(steps[d]);
  }
  const auto blocks = static_cast<double>(ceil_div(along, std::min(block.steps, longest)));
  const double interval = step_interval(architecture, layer).count();
  return others * std::max(blocks * block.least.count(), static_cast<double>(along) * interval);
}

}  // namespace tilewise
