#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <unordered_map>
#include <vector>

#include "mapper/bound/boundary_tables.hpp"
#include "mapper/lean_moves.hpp"
#include "mapper/problem.hpp"

namespace tilewise {

/// The temporal bound at each level, of each dimension.
using TemporalBounds = EnumArray<Dim, PerLevel>;

/// Cycles that blocks of steps wait under these loops (docs/model.md, Eq. 24).
double block_overhead(const Problem& problem, const SpatialChoice& spatial,
                      const TemporalBounds& temporal);

/// LeanMoves made when first asked for. One object a thread; `trim` bounds its memory.
class NestTableCache {
 public:
  explicit NestTableCache(const Problem& problem) : problem_(problem) {}

  /// The moves of `group` at `boundary`, where `parents` feed it, with these temporal loops. Bit l
  /// of `second_outside`: at level l the loop of the group's second dimension stands outside that
  /// of the first.
  const LeanMoves& moves(const Parents& parents, const BoundaryPlan& plan, DimGroup group,
                         std::size_t boundary, const SpatialChoice& spatial,
                         const TemporalBounds& temporal, std::uint32_t second_outside);
  /// Forgets all tables if they are too many. References end here.
  void trim();

 private:
  /// What the moves depend on: the loops of the group outside the boundary, and its tile. The first
  /// part says how many follow.
  using Key = std::array<std::uint64_t, 3 + 2 * (2 * kMostLevels + 1)>;
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };

  const Problem& problem_;
  std::unordered_map<Key, const LeanMoves*, Hash> made_;
  /// Of all tables, freed at once.
  std::unique_ptr<std::pmr::monotonic_buffer_resource> memory_ =
      std::make_unique<std::pmr::monotonic_buffer_resource>();
};

}  // namespace tilewise
