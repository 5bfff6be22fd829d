#include "mapper/nest_tables.hpp"

#include <vector>

#include "sim/nest.hpp"

namespace tilewise {
namespace {

constexpr std::size_t kMostTables = 30'000;

}  // namespace

std::size_t NestTableCache::Hash::operator()(const Key& key) const {
  std::uint64_t hash = 1469598103934665603ULL;
  for (const std::uint32_t part : key.part) hash = (hash ^ part) * 1099511628211ULL;
  return hash ^ (hash >> 29U);
}

void NestTableCache::trim() {
  if (known_.size() > kMostTables) known_.clear();
}

const LeanMoves& NestTableCache::moves(std::size_t keep, const BoundaryPlan& plan, DimGroup group,
                                       std::size_t boundary, const SpatialChoice& spatial,
                                       const TileChoice& tiles, std::uint32_t second_outside) {
  const GroupDims dims = dims_of(group);
  const auto bits = second_outside & ((1U << boundary) - 1U);
  const Key key{
      {static_cast<std::uint32_t>(keep * enum_size<DimGroup> + static_cast<std::size_t>(group)),
       (bits << 8U) | static_cast<std::uint32_t>(boundary), spatial[dims.first], tiles[dims.first],
       dims.pair ? spatial[dims.second] : 0U, dims.pair ? tiles[dims.second] : 0U}};
  auto& known = known_[key];
  if (known) return *known;
  std::vector<NestLoop> nest;
  std::vector<Extents> extents(problem_.levels + 1, Extents{{1, 1, 1, 1, 1, 1, 1, 1}});
  const auto split_of = [&](Dim d) -> const SpatialSplit& {
    return problem_.splits[static_cast<std::size_t>(d)].spatial()[spatial[d]];
  };
  const auto temporal = [&](Dim d, std::size_t level) {
    return split_of(d).nodes[tiles[d]].temporal[level];
  };
  for (std::size_t level = 0; level < problem_.levels; ++level) {
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
  Extents inside{{1, 1, 1, 1, 1, 1, 1, 1}};
  std::size_t level = problem_.levels;
  for (auto loop = nest.rbegin(); loop != nest.rend(); ++loop) {
    while (level > loop->level + 1) extents[--level] = inside;
    loop->step = inside[loop->dim];
    inside[loop->dim] *= loop->bound;
  }
  while (level > 0) extents[--level] = inside;
  const GroupMoves made =
      group_moves(problem_.layer, group, nest, extents[boundary],
                  problem_.keeps[keep].parents[boundary], problem_.merges, boundary);
  known = std::make_unique<LeanMoves>(lean_moves(made, plan, boundary == problem_.levels));
  return *known;
}

}  // namespace tilewise
