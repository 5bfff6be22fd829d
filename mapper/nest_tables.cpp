#include "mapper/nest_tables.hpp"

#include <vector>

#include "base/hash.hpp"
#include "sim/nest.hpp"

namespace tilewise {
namespace {

constexpr std::size_t kMostTables = 30'000;

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
  const auto split_of = [&](Dim d) -> const SpatialSplit& {
    return problem_.splits[static_cast<std::size_t>(d)].spatial()[spatial[d]];
  };
  const auto temporal = [&](Dim d, std::size_t level) {
    return split_of(d).nodes[tiles[d]].temporal[level];
  };
  Extents inside{{1, 1, 1, 1, 1, 1, 1, 1}};
  Loops loops{key[0], key[1]};
  const auto describe = [&](Dim d) {
    for (std::size_t level = 0; level < problem_.levels; ++level) {
      const std::int64_t at_once = split_of(d).instances[level];
      if (level >= boundary) {
        inside[d] *= at_once * temporal(d, level);
        continue;
      }
      loops.push_back(static_cast<std::uint32_t>(temporal(d, level)));
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
  const Extents tile = inside;
  std::vector<NestLoop> nest;
  for (std::size_t level = 0; level < boundary; ++level) {
    const auto add = [&](Dim d, std::int64_t bound, bool is_spatial) {
      if (bound > 1) nest.push_back({d, bound, 1, level, is_spatial});
    };
    const bool turned = dims.pair && (bits >> level & 1U) != 0;
    if (turned) add(dims.second, temporal(dims.second, level), false);
    add(dims.first, temporal(dims.first, level), false);
    if (dims.pair && !turned) add(dims.second, temporal(dims.second, level), false);
    add(dims.first, split_of(dims.first).instances[level], true);
    if (dims.pair) add(dims.second, split_of(dims.second).instances[level], true);
  }
  for (auto loop = nest.rbegin(); loop != nest.rend(); ++loop) {
    loop->step = inside[loop->dim];
    inside[loop->dim] *= loop->bound;
  }
  const GroupMoves moves =
      group_moves(problem_.layer, group, nest, tile, problem_.keeps[keep].parents[boundary],
                  problem_.merges, boundary);
  made = std::make_unique<LeanMoves>(lean_moves(moves, plan, boundary == problem_.levels));
  known = made.get();
  return *known;
}

}  // namespace tilewise
