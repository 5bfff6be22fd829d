#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "mapper/lean_moves.hpp"
#include "mapper/problem.hpp"
#include "mapper/shapes.hpp"

namespace tilewise {

/// The leaf that is chosen for each dimension: index into SpatialSplit::nodes.
using TileChoice = EnumArray<Dim, std::uint32_t>;

/// LeanMoves made when first asked for. One object a thread; `trim` bounds its memory.
class NestTableCache {
 public:
  explicit NestTableCache(const Problem& problem) : problem_(problem) {}

  /// The moves of `group` at `boundary`. Bit l of `second_outside`: at level l the loop of the
  /// group's second dimension stands outside that of the first.
  const LeanMoves& moves(std::size_t keep, const BoundaryPlan& plan, DimGroup group,
                         std::size_t boundary, const SpatialChoice& spatial,
                         const TileChoice& tiles, std::uint32_t second_outside);
  /// Forgets all tables if they are too many. References end here.
  void trim();

 private:
  /// Which leaf of which spatial loops.
  using Key = std::array<std::uint32_t, 6>;
  /// What the moves depend on: leaves that differ only inside the boundary share them.
  using Loops = std::vector<std::uint32_t>;
  struct Hash {
    template <class Parts>
    std::size_t operator()(const Parts& parts) const;
  };

  const Problem& problem_;
  std::unordered_map<Key, const LeanMoves*, Hash> known_;
  std::unordered_map<Loops, std::unique_ptr<LeanMoves>, Hash> made_;
};

}  // namespace tilewise
