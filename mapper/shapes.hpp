#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "mapper/problem.hpp"
#include "mapper/tile_factors.hpp"

namespace tilewise {

/// Index of a SpatialSplit of each dimension: the spatial loops of a whole mapping.
using SpatialChoice = EnumArray<Dim, std::uint32_t>;

/// All tiles of one dimension group at every boundary, for one choice of spatial loops.
struct GroupShape {
  std::array<std::size_t, kMostLevels + 1> second_states{};  ///< [boundary] of the second dimension
  std::vector<std::vector<TileFactors>> tiles;  ///< [boundary][state * second_states + state]
  std::vector<TileFactors> least;               ///< [boundary] the smallest of each factor
  TileFactors operands;                         ///< at the compute unit

  const TileFactors& at(std::size_t boundary, std::size_t first, std::size_t second) const {
    return tiles[boundary][first * second_states[boundary] + second];
  }
};

/// Shapes made when first asked for. One object a thread; `trim` bounds its memory.
class ShapeCache {
 public:
  explicit ShapeCache(const Problem& problem) : problem_(problem) {}
  /// `kept` is the choice of index `keep`.
  const GroupShape& shape(std::size_t keep, const KeepChoice& kept, DimGroup group,
                          const SpatialChoice& spatial);
  /// Tiles made so far, forgotten ones too.
  std::int64_t made() const { return made_; }
  /// Forgets all shapes if they are too many. References end here.
  void trim();

 private:
  GroupShape make(const KeepChoice& kept, DimGroup group, const SpatialChoice& spatial) const;

  const Problem& problem_;
  /// [keep][group] by the indices of the dimensions' spatial splits.
  std::unordered_map<std::size_t, EnumArray<DimGroup, std::vector<std::unique_ptr<GroupShape>>>>
      known_;
  std::int64_t made_ = 0;
  std::size_t stored_ = 0;  ///< tiles in all, with what their tables take
};

}  // namespace tilewise
