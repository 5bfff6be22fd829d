#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "mapper/bound/boundary_cost.hpp"
#include "mapper/bound/tile_factors.hpp"
#include "mapper/problem.hpp"

namespace tilewise {

/// All tiles of one dimension group at one boundary, for one choice of spatial loops.
struct GroupTiles {
  std::size_t second_states = 1;   ///< of the group's second dimension
  std::vector<TileFactors> tiles;  ///< [state * second_states + state]
  TileFactors least;               ///< the smallest of each factor

  const TileFactors& at(std::size_t first, std::size_t second) const {
    return tiles[first * second_states + second];
  }
};

/// Numbers the parents of a boundary: what a boundary costs depends on who feeds its tensors, not
/// on all that is kept elsewhere. So sets of kept tensors share what is made for it.
std::size_t parents_code(const Parents& parents);

/// What is known of one boundary whose tensors have these parents: how its words turn into costs,
/// and the words of all tiles, made when first asked for.
class BoundaryTables {
 public:
  /// Adds to `made` what it makes, in tiles.
  BoundaryTables(const Problem& problem, const Parents& parents, std::size_t boundary,
                 std::size_t& made);

  const BoundaryCost& cost() const { return cost_; }
  /// Of the compute unit, the only one: its operands. Throws SearchStopped.
  const GroupTiles& tiles(DimGroup group, const SpatialChoice& spatial);

 private:
  GroupTiles make(DimGroup group, const SpatialChoice& spatial) const;
  bool is_told_to_stop(std::size_t tiles) const;

  friend class BoundaryTableCache;

  const Problem& problem_;
  Parents parents_;
  std::size_t boundary_;
  BoundaryCost cost_;
  /// [group] by the indices of the dimensions' spatial splits.
  EnumArray<DimGroup, std::vector<std::unique_ptr<GroupTiles>>> known_;
  std::size_t& made_;
};

/// The tables of every boundary and its parents. One object a thread; `trim` bounds its memory.
class BoundaryTableCache {
 public:
  explicit BoundaryTableCache(const Problem& problem) : problem_(problem) {}
  BoundaryTables& at(std::size_t boundary, const Parents& parents);
  /// Tiles made so far, forgotten ones too.
  std::int64_t made() const { return static_cast<std::int64_t>(forgotten_ + stored_); }
  /// Forgets all tiles if they are too many. References to them end here. Whether it did.
  bool trim();

 private:
  const Problem& problem_;
  std::array<std::unordered_map<std::size_t, BoundaryTables>, kMostLevels + 1> known_;
  std::size_t stored_ = 0;  ///< tiles in all, with what their tables take
  std::size_t forgotten_ = 0;
};

}  // namespace tilewise
