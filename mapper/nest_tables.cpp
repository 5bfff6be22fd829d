#include "mapper/nest_tables.hpp"

#include <algorithm>
#include <vector>

#include "base/hash.hpp"
#include "mapper/search_tuning.hpp"
#include "sim/nest.hpp"
#include "sim/step_blocks.hpp"

namespace tilewise {
namespace {

const SpatialSplit& split_of(const Problem& problem, const SpatialChoice& spatial, Dim d) {
  return problem.splits[static_cast<std::size_t>(d)].spatial[spatial[d]];
}

/// Where one group's loops stand in a nest.
struct GroupNest {
  GroupDims dims;
  std::size_t boundary = 0;
  std::uint32_t second_outside = 0;  ///< bit l: at level l the second dimension stands outside
};

/// The loops of a group outside a boundary, outermost first; `inside` are the extents there.
std::vector<NestLoop> loops_outside(const Problem& problem, const GroupNest& of,
                                    const SpatialChoice& spatial, const TemporalBounds& temporal,
                                    Extents inside) {
  std::vector<NestLoop> nest;
  for (std::size_t level = 0; level < of.boundary; ++level) {
    const auto add = [&](Dim d, std::int64_t bound, bool is_spatial) {
      if (bound > 1) nest.push_back({d, bound, 1, level, is_spatial});
    };
    const auto add_temporal = [&](Dim d) { add(d, temporal[d][level], false); };
    const auto add_spatial = [&](Dim d) {
      add(d, split_of(problem, spatial, d).instances[level], true);
    };
    const bool turned = of.dims.pair && (of.second_outside >> level & 1U) != 0;
    if (turned) add_temporal(of.dims.second);
    add_temporal(of.dims.first);
    if (of.dims.pair && !turned) add_temporal(of.dims.second);
    add_spatial(of.dims.first);
    if (of.dims.pair) add_spatial(of.dims.second);
  }
  for (auto loop = nest.rbegin(); loop != nest.rend(); ++loop) {
    loop->step = inside[loop->dim];
    inside[loop->dim] *= loop->bound;
  }
  return nest;
}

}  // namespace

double block_overhead(const Problem& problem, const SpatialChoice& spatial,
                      const TemporalBounds& temporal) {
  if (!problem.architecture.compute.block.any()) return 0.0;
  std::vector<NestLoop> loops;
  for (const Dim d : kDims) {
    std::int64_t step = 1;
    for (std::size_t level = problem.levels; level-- > 0;) {
      step *= split_of(problem, spatial, d).instances[level];
      loops.push_back({d, temporal[d][level], step, level, false});
      step *= temporal[d][level];
    }
  }
  std::reverse(loops.begin(), loops.end());
  return block_overhead(problem.architecture, problem.layer, loops);
}

std::size_t NestTableCache::Hash::operator()(const Key& key) const {
  std::uint64_t hash = kFnvBasis;
  for (std::size_t i = 0; i <= key[0]; ++i) hash = fnv_add(hash, key[i]);
  return hash ^ (hash >> 29U);
}

void NestTableCache::trim() {
  if (made_.size() <= kMostTables) return;
  made_.clear();
  memory_->release();
}

const LeanMoves& NestTableCache::moves(const Parents& parents, const BoundaryPlan& plan,
                                       DimGroup group, std::size_t boundary,
                                       const SpatialChoice& spatial, const TemporalBounds& temporal,
                                       std::uint32_t second_outside) {
  const GroupDims dims = dims_of(group);
  const auto bits = second_outside & ((1U << boundary) - 1U);
  Key key{2, parents_code(parents) * enum_size<DimGroup> + static_cast<std::size_t>(group),
          (std::uint64_t{bits} << 8U) | boundary};
  Extents inside{{1, 1, 1, 1, 1, 1, 1, 1}};
  const auto add = [&key](std::int64_t part) { key[++key[0]] = static_cast<std::uint64_t>(part); };
  const auto describe = [&](Dim d) {
    const PerLevel& instances = split_of(problem_, spatial, d).instances;
    for (std::size_t level = 0; level < problem_.levels; ++level) {
      if (level >= boundary) {
        inside[d] *= instances[level] * temporal[d][level];
        continue;
      }
      add(temporal[d][level]);
      add(instances[level]);
    }
    add(inside[d]);
  };
  describe(dims.first);
  if (dims.pair) describe(dims.second);
  const LeanMoves*& made = made_[key];
  if (made != nullptr) return *made;
  const std::vector<NestLoop> nest =
      loops_outside(problem_, {dims, boundary, bits}, spatial, temporal, inside);
  const GroupMoves moves = group_moves(
      problem_.layer, group, nest, inside, parents, problem_.merges, boundary,
      boundary < problem_.levels ? problem_.refetches[boundary] : EnumArray<Tensor, bool>{});
  made = &lean_moves(moves, plan, boundary == problem_.levels, *memory_);
  return *made;
}

}  // namespace tilewise
