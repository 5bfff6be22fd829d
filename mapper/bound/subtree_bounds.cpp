#include "mapper/bound/subtree_bounds.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "mapper/search_tuning.hpp"
#include "sim/step_blocks.hpp"
#include "sim/step_interval.hpp"

namespace tilewise {
namespace {

SpatialUse use_of(const Problem& problem, const SpatialChoice& spatial) {
  SpatialUse use;
  for (std::size_t level = 0; level <= problem.levels; ++level) {
    use.instances[level] = use.sums[level] = 1;
    if (level == 0) continue;
    use.instances[level] = use.instances[level - 1];
    use.sums[level] = use.sums[level - 1];
    for (const Dim d : kDims) {
      const std::int64_t instances =
          problem.splits[static_cast<std::size_t>(d)].spatial[spatial[d]].instances[level - 1];
      use.instances[level] *= instances;
      if (is_reduction(d)) use.sums[level] *= instances;
    }
  }
  return use;
}

}  // namespace

SubtreeBounds::SubtreeBounds(const SearchContext& context)
    : context_(context),
      problem_(context.problem),
      tables_(context.problem),
      known_(context.problem.levels + 1) {}

KeptSet& SubtreeBounds::kept_set(std::size_t keep) {
  if (kept_sets_.size() >= kMostKept && kept_sets_.count(keep) == 0) kept_sets_.clear();
  const auto [at, fresh] = kept_sets_.try_emplace(keep);
  KeptSet& kept = at->second;
  if (fresh) {
    kept.choice = problem_.keeps[keep];
    kept.tables.push_back(nullptr);
    kept.codes.push_back(0);
    for (std::size_t boundary = 1; boundary <= problem_.levels; ++boundary) {
      kept.tables.push_back(&tables_.at(boundary, kept.choice.parents[boundary]));
      kept.codes.push_back(parents_code(kept.choice.parents[boundary]));
    }
  }
  return kept;
}

void SubtreeBounds::take_spatial(const SpatialCandidate& spatial) {
  const bool forgot = tables_.trim();
  if (!forgot && epoch_ > 0 && spatial.choice == spatial_) return;
  ++epoch_;
  spatial_ = spatial.choice;
  use_ = use_of(problem_, spatial_);
  for (const Dim d : kDims) {
    steps_[d] = problem_.splits[static_cast<std::size_t>(d)].spatial[spatial_[d]].least_steps;
  }
}

/// The transfers across a boundary, whatever the tile there.
const BoundaryCost::ByStationary& SubtreeBounds::any_tile(const KeptSet& kept,
                                                          std::size_t boundary) {
  Known& known = known_[boundary][kept.codes[boundary]];
  if (known.epoch != epoch_) {
    BoundaryTables& tables = *kept.tables[boundary];
    TileFactors least = TileFactors::one();
    for (const DimGroup g : kDimGroups) least = least * tables.tiles(g, spatial_).least;
    const BoundaryCost& cost = tables.cost();
    known = {epoch_, cost.lower_bounds(cost.words_of(least, use_, {}), least, use_)};
  }
  return known.any_tile;
}

/// The compute unit and its operands.
CostBound SubtreeBounds::innermost(const KeptSet& kept, double steps) {
  const Architecture& on = problem_.architecture;
  const TransferBound& operands = any_tile(kept, problem_.levels)[BoundaryCost::kAnyStationary];
  CostBound made;
  made.energy = operands.energy;
  made.energy.pj += context_.operation_energy_pj;
  const double in_blocks =
      least_block_cycles(on, problem_.layer, steps_, std::numeric_limits<std::int64_t>::max());
  made.cycles = std::max({steps * step_interval(on, problem_.layer).count(), in_blocks,
                          operands.busy_cycles}) +
                fill_of_layer(on).count();
  made.cycles_with_idle = made.cycles;
  made.shared_busy = operands.shared_busy;
  return made;
}

void SubtreeBounds::bound(Subtree& subtree) {
  take_spatial(subtree.spatial);
  const KeptSet& kept = kept_set(subtree.keep);
  CostBound all = innermost(kept, subtree.spatial.steps);
  for (std::size_t boundary = problem_.levels; boundary-- > 1;) {
    all = all.with(any_tile(kept, boundary)[BoundaryCost::kAnyStationary]);
  }
  subtree.latency_cycles = all.latency_cycles();
  subtree.energy = all.energy;
}

OpenSubtree SubtreeBounds::open(const Subtree& subtree) {
  take_spatial(subtree.spatial);
  OpenSubtree made;
  KeptSet& kept = kept_set(subtree.keep);
  made.kept = &kept;
  made.spatial = spatial_;
  made.use = use_;
  made.steps = steps_;
  made.innermost = innermost(kept, subtree.spatial.steps);
  for (std::size_t boundary = 1; boundary < problem_.levels; ++boundary) {
    made.any_tile[boundary] = any_tile(kept, boundary);
    for (const DimGroup g : kDimGroups) {
      made.tiles[boundary][g] = &kept.tables[boundary]->tiles(g, spatial_);
    }
  }
  return made;
}

}  // namespace tilewise
