#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>

#include "arch/architecture.hpp"
#include "loop_walker.hpp"
#include "sim/mapping.hpp"

namespace tilewise::testing {

/// What blocks of steps wait for, in cycles: the nest is executed step by step, the steps of a tile
/// that differ along the blocks' dimensions alone are one run, and every run is cut into blocks.
inline double block_waits(const Architecture& architecture, const Layer& layer,
                          const Mapping& mapping, const LoopWalker& walker) {
  const StepBlock& block = architecture.compute.block;
  if (block.along == EnumArray<Dim, bool>{}) return 0.0;
  const std::size_t levels = mapping.levels.size();
  std::map<LoopWalker::Index, std::int64_t> runs;
  walker.walk(levels, [&](LoopWalker::Index at) {
    std::size_t i = 0;
    for (std::size_t level = 0; level < levels; ++level) {
      for (const Loop& loop : mapping.levels[level].temporal) {
        if (level + 1 == levels && block.along[loop.dim]) at[i] = 0;
        ++i;
      }
      i += mapping.levels[level].spatial.size();
    }
    ++runs[at];
  });
  const double step = static_cast<double>(layer.operations) * architecture.compute.interval.count();
  double waits = 0.0;
  for (const auto& [run, steps] : runs) {
    for (std::int64_t left = steps; left > 0; left -= block.steps) {
      const auto cycles = step * static_cast<double>(std::min(left, block.steps));
      waits += std::max(0.0, block.least.count() - cycles);
    }
  }
  return waits;
}

}  // namespace tilewise::testing
