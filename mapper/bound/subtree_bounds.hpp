#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "mapper/bound/boundary_tables.hpp"
#include "mapper/bound/cost_bound.hpp"
#include "mapper/nest_pricer.hpp"
#include "mapper/problem.hpp"
#include "mapper/search_context.hpp"
#include "mapper/spatial_choices.hpp"

namespace tilewise {

/// One choice of kept tensors and spatial loops: a subtree of the search.
struct Subtree {
  std::size_t keep = 0;
  SpatialCandidate spatial;
  RelativeEnergy energy;        ///< lower bound
  double latency_cycles = 0.0;  ///< lower bound
};

/// What a set of kept tensors fixes, made when first asked for.
struct KeptSet {
  KeepChoice choice;
  std::vector<BoundaryTables*> tables;  ///< [boundary], the compute unit last; [0]: none
  std::vector<std::size_t> codes;       ///< [boundary] of its parents
  std::unique_ptr<NestPricer> pricer;
};

/// A subtree opened: what holds for all of its mappings.
struct OpenSubtree {
  KeptSet* kept = nullptr;
  SpatialChoice spatial{};
  SpatialUse use;
  Extents steps{};  ///< of each dimension at least so many
  std::array<EnumArray<DimGroup, const GroupTiles*>, kMostLevels + 1> tiles{};  ///< [boundary]
  CostBound innermost;  ///< of the compute unit
  /// [boundary] over tiles of any size there, by the stationary tensor.
  std::array<BoundaryCost::ByStationary, kMostLevels> any_tile;
};

/// The lower bounds of subtrees, and the tables that they are made of. One object a thread.
class SubtreeBounds {
 public:
  explicit SubtreeBounds(const SearchContext& context);

  /// Sets the least energy and latency of `subtree`. Subtrees of the same spatial loops, one after
  /// the other, share what depends on a boundary and its parents alone.
  void bound(Subtree& subtree);
  OpenSubtree open(const Subtree& subtree);
  /// Tiles whose words were bounded so far.
  std::int64_t tiles_made() const { return tables_.made(); }

 private:
  KeptSet& kept_set(std::size_t keep);
  void take_spatial(const SpatialCandidate& spatial);
  const BoundaryCost::ByStationary& any_tile(const KeptSet& kept, std::size_t boundary);
  CostBound innermost(const KeptSet& kept, double steps);

  const SearchContext& context_;
  const Problem& problem_;
  BoundaryTableCache tables_;
  std::unordered_map<std::size_t, KeptSet> kept_sets_;  ///< by index
  SpatialChoice spatial_{};
  SpatialUse use_;
  Extents steps_{};          ///< at least so many of each dimension
  std::uint64_t epoch_ = 0;  ///< counts the spatial choices taken
  struct Known {
    std::uint64_t epoch = 0;
    BoundaryCost::ByStationary any_tile;
  };
  std::vector<std::unordered_map<std::size_t, Known>> known_;  ///< [boundary] by parents
};

}  // namespace tilewise
