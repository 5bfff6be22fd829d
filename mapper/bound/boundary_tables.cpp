#include "mapper/bound/boundary_tables.hpp"

#include "mapper/search_tuning.hpp"

namespace tilewise {
namespace {

/// Pointers to tables that take the room of one tile.
constexpr std::size_t kPointersOfTile = sizeof(TileFactors) / sizeof(void*);

}  // namespace

std::size_t parents_code(const Parents& parents) {
  std::size_t code = 0;
  for (const Tensor t : kTensors) {
    code = code * (kMostLevels + 1) + (parents[t] ? *parents[t] + 1 : 0);
  }
  return code;
}

BoundaryTables::BoundaryTables(const Problem& problem, const Parents& parents, std::size_t boundary,
                               std::size_t& made)
    : problem_(problem),
      parents_(parents),
      boundary_(boundary),
      cost_(problem, parents, boundary),
      made_(made) {}

const GroupTiles& BoundaryTables::tiles(DimGroup group, const SpatialChoice& spatial) {
  const GroupDims dims = dims_of(group);
  const auto splits = [&](Dim d) {
    return problem_.splits[static_cast<std::size_t>(d)].spatial.size();
  };
  auto& all = known_[group];
  const std::size_t inner = dims.pair ? splits(dims.second) : 1;
  if (all.empty()) {
    all.resize(splits(dims.first) * inner);
    made_ += all.size() / kPointersOfTile + 1;
  }
  auto& known = all[spatial[dims.first] * inner + (dims.pair ? spatial[dims.second] : 0U)];
  if (!known) {
    known = std::make_unique<GroupTiles>(make(group, spatial));
    made_ += known->tiles.size() + 1;
  }
  return *known;
}

/// Asked with every tile of a table. The tables of small layers are made before a stop is heeded.
bool BoundaryTables::is_told_to_stop(std::size_t tiles) const {
  constexpr auto kEvery = static_cast<std::size_t>(kListedBetweenStops);
  return problem_.stop && tiles % kEvery == kEvery - 1 &&
         made_ + tiles > static_cast<std::size_t>(kPatience) && problem_.stop();
}

GroupTiles BoundaryTables::make(DimGroup group, const SpatialChoice& spatial) const {
  const GroupDims dims = dims_of(group);
  const auto split_of = [&](Dim d) -> const SpatialSplit& {
    return problem_.splits[static_cast<std::size_t>(d)].spatial[spatial[d]];
  };
  const SpatialSplit& first = split_of(dims.first);
  const SpatialSplit& second = dims.pair ? split_of(dims.second) : first;
  const auto states_of = [&](const SpatialSplit& split, Dim d) {
    // A word of an operand at a time.
    return boundary_ == problem_.levels
               ? std::vector<TileState>{{1, problem_.layer.bounds[d], false}}
               : split.states[boundary_];
  };
  const auto tile = [](const SpatialSplit& split, const TileState& state) {
    return DimTile{&split, state.inner, state.most_positions, state.stands_alone};
  };
  const std::vector<TileState> outer = states_of(first, dims.first);
  const std::vector<TileState> inner =
      dims.pair ? states_of(second, dims.second) : std::vector<TileState>(1);
  GroupTiles made;
  made.second_states = inner.size();
  made.tiles.reserve(outer.size() * inner.size());
  for (const TileState& a : outer) {
    for (const TileState& b : inner) {
      if (is_told_to_stop(made.tiles.size())) throw SearchStopped{};
      made.tiles.push_back(
          tile_factors(problem_, parents_, group, boundary_, {tile(first, a), tile(second, b)}));
      const TileFactors& last = made.tiles.back();
      made.least = made.tiles.size() == 1 ? last : smaller_of_each(made.least, last);
    }
  }
  return made;
}

BoundaryTables& BoundaryTableCache::at(std::size_t boundary, const Parents& parents) {
  return known_[boundary]
      .try_emplace(parents_code(parents), problem_, parents, boundary, stored_)
      .first->second;
}

bool BoundaryTableCache::trim() {
  if (stored_ < kMostTiles) return false;
  for (auto& at_boundary : known_) {
    for (auto& [code, tables] : at_boundary) {
      for (auto& group : tables.known_) group.clear();
    }
  }
  forgotten_ += stored_;
  stored_ = 0;
  return true;
}

}  // namespace tilewise
