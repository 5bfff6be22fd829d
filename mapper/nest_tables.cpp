#include "mapper/nest_tables.hpp"

#include <vector>

#include "base/hash.hpp"
#include "mapper/search_tuning.hpp"
#include "sim/nest.hpp"

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
                                    const SpatialChoice& spatial, const TileChoice& tiles,
                                    Extents inside) {
  std::vector<NestLoop> nest;
  for (std::size_t level = 0; level < of.boundary; ++level) {
    const auto add = [&](Dim d, std::int64_t bound, bool is_spatial) {
      if (bound > 1) nest.push_back({d, bound, 1, level, is_spatial});
    };
    const auto add_temporal = [&](Dim d) {
      add(d, split_of(problem, spatial, d).nodes[tiles[d]].temporal[level], false);
    };
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

template <class Parts>
std::size_t NestTableCache::Hash::operator()(const Parts& parts) const {
  std::uint64_t hash = kFnvBasis;
  for (const std::uint32_t part : parts) hash = fnv_add(hash, part);
  return hash ^ (hash >> 29U);
}

void NestTableCache::trim() {
  if (known_.size() <= kMostTables) return;
  known_.clear();
  made_.clear();
}

const LeanMoves& NestTableCache::moves(std::size_t keep, const BoundaryPlan& plan, DimGroup group,
                                       std::size_t boundary, const SpatialChoice& spatial,
                                       const TileChoice& tiles, std::uint32_t second_outside) {
  const GroupDims dims = dims_of(group);
  const auto bits = second_outside & ((1U << boundary) - 1U);
  const Key key{
      static_cast<std::uint32_t>(keep * enum_size<DimGroup> + static_cast<std::size_t>(group)),
      (bits << 8U) | static_cast<std::uint32_t>(boundary),
      spatial[dims.first],
      tiles[dims.first],
      dims.pair ? spatial[dims.second] : 0U,
      dims.pair ? tiles[dims.second] : 0U};
  auto& known = known_[key];
  if (known) return *known;
  Extents inside{{1, 1, 1, 1, 1, 1, 1, 1}};
  Loops loops{key[0], key[1]};
  const auto describe = [&](Dim d) {
    const SpatialSplit& split = split_of(problem_, spatial, d);
    const PerLevel& temporal = split.nodes[tiles[d]].temporal;
    for (std::size_t level = 0; level < problem_.levels; ++level) {
      const std::int64_t at_once = split.instances[level];
      if (level >= boundary) {
        inside[d] *= at_once * temporal[level];
        continue;
      }
      loops.push_back(static_cast<std::uint32_t>(temporal[level]));
      loops.push_back(static_cast<std::uint32_t>(at_once));
    }
    loops.push_back(static_cast<std::uint32_t>(inside[d]));
  };
  describe(dims.first);
  if (dims.pair) describe(dims.second);
  auto& made = made_[std::move(loops)];
  if (made) {
    known = made.get();
    return *known;
  }
  const std::vector<NestLoop> nest =
      loops_outside(problem_, {dims, boundary, bits}, spatial, tiles, inside);
  const GroupMoves moves =
      group_moves(problem_.layer, group, nest, inside, problem_.keeps[keep].parents[boundary],
                  problem_.merges, boundary);
  made = std::make_unique<LeanMoves>(lean_moves(moves, plan, boundary == problem_.levels));
  known = made.get();
  return *known;
}

}  // namespace tilewise
