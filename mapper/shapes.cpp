#include "mapper/shapes.hpp"

#include "mapper/search_tuning.hpp"

namespace tilewise {
namespace {

/// Pointers to shapes that take the room of one tile.
constexpr std::size_t kPointersOfTile = sizeof(TileFactors) / sizeof(void*);

}  // namespace

const GroupShape& ShapeCache::shape(std::size_t keep, const KeepChoice& kept, DimGroup group,
                                    const SpatialChoice& spatial) {
  const GroupDims dims = dims_of(group);
  const auto splits = [&](Dim d) {
    return problem_.splits[static_cast<std::size_t>(d)].spatial.size();
  };
  auto& all = known_[keep][group];
  const std::size_t inner = dims.pair ? splits(dims.second) : 1;
  if (all.empty()) {
    all.resize(splits(dims.first) * inner);
    stored_ += all.size() / kPointersOfTile + 1;
  }
  auto& known = all[spatial[dims.first] * inner + (dims.pair ? spatial[dims.second] : 0U)];
  if (!known) {
    known = std::make_unique<GroupShape>(make(kept, group, spatial));
    std::size_t tiles = 0;
    for (const auto& at_boundary : known->tiles) tiles += at_boundary.size() + 1;
    stored_ += tiles;
    made_ += static_cast<std::int64_t>(tiles);
  }
  return *known;
}

void ShapeCache::trim() {
  if (stored_ < kMostTiles) return;
  known_.clear();
  stored_ = 0;
}

GroupShape ShapeCache::make(const KeepChoice& kept, DimGroup group,
                            const SpatialChoice& spatial) const {
  const GroupDims dims = dims_of(group);
  const SpatialSplit& first =
      problem_.splits[static_cast<std::size_t>(dims.first)].spatial[spatial[dims.first]];
  const SpatialSplit& second = problem_.splits[static_cast<std::size_t>(dims.second)]
                                   .spatial[dims.pair ? spatial[dims.second] : spatial[dims.first]];
  GroupShape made;
  made.tiles.resize(problem_.levels);
  made.least.resize(problem_.levels);
  const auto tile = [](const SpatialSplit& split, const TileState& state) {
    return DimTile{&split, state.inner, state.most_positions, state.stands_alone};
  };
  const std::vector<TileState> none(1);
  for (std::size_t boundary = 1; boundary < problem_.levels; ++boundary) {
    const auto& outer = first.states[boundary];
    const auto& inner = dims.pair ? second.states[boundary] : none;
    made.second_states[boundary] = inner.size();
    for (const TileState& a : outer) {
      for (const TileState& b : inner) {
        made.tiles[boundary].push_back(
            tile_factors(problem_, kept, group, boundary, {tile(first, a), tile(second, b)}));
        const TileFactors& last = made.tiles[boundary].back();
        made.least[boundary] =
            made.tiles[boundary].size() == 1 ? last : least_of_each(made.least[boundary], last);
      }
    }
  }
  const auto whole = [&](const SpatialSplit& split, Dim d) {
    return DimTile{&split, 1, problem_.layer.bounds[d], false};
  };
  made.operands = tile_factors(problem_, kept, group, problem_.levels,
                               {whole(first, dims.first), whole(second, dims.second)});
  return made;
}

}  // namespace tilewise
