#include "mapper/unmappable.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/evaluate.hpp"
#include "sim/validity.hpp"

namespace tilewise {

std::string reason_for_none(const Problem& problem) {
  Mapping smallest;
  smallest.levels.resize(problem.levels);
  const KeepChoice smallest_keep = problem.keeps[problem.keeps.size() - 1];
  for (std::size_t level = 0; level < problem.levels; ++level) {
    smallest.levels[level].keep = smallest_keep.keep[level];
    for (const Dim d : kDims) {
      const SpatialSplit& split = problem.splits[static_cast<std::size_t>(d)].spatial.front();
      const TileNode* node = &split.nodes.front();
      while (node->children > 0) node = &split.nodes[node->first_child];
      if (node->temporal[level] > 1) {
        smallest.levels[level].temporal.push_back({d, node->temporal[level]});
      }
      const AxisPair& pair = split.axes[level].front();
      if (pair.y > 1) smallest.levels[level].spatial.push_back({d, pair.y, Axis::Y});
      if (pair.x > 1) smallest.levels[level].spatial.push_back({d, pair.x, Axis::X});
    }
  }
  const auto misfit = find_misfit(problem.architecture, problem.layer, smallest);
  std::string why = "no order of loops is allowed for what fits";
  if (misfit) {
    why = fmt::format("{}: {}", misfit->place, misfit->reason);
  } else if (!std::isfinite(
                 evaluate(problem.architecture, problem.layer, smallest).energy.total.count())) {
    why = "its cost is not finite; make the energies of the architecture smaller";
  }
  return fmt::format("no mapping of {} fits {}; for example {}", problem.layer.name,
                     problem.architecture.name, why);
}

}  // namespace tilewise
