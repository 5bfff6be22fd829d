#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "mapper/bound/subtree_bounds.hpp"
#include "mapper/order_search.hpp"
#include "mapper/search_context.hpp"
#include "mapper/work_limit.hpp"

namespace tilewise {

/// Searches subtrees one by one: what the tiles of each boundary cost at least, then tiles from the
/// innermost boundary outwards, then orders. One object a thread: it keeps tables that subtrees
/// share; the answers do not depend on what it kept. docs/mapper.md, "The search".
class SubtreeSearch {
 public:
  explicit SubtreeSearch(const SearchContext& context);

  /// Sets the least energy and latency of `subtree`.
  void bound(Subtree& subtree) { bounds_.bound(subtree); }
  /// Tiles whose words were bounded so far.
  std::int64_t tiles_made() const { return bounds_.tiles_made(); }
  /// How a search of a subtree ended: at its end, because `most_work` was used up, or told to stop.
  enum class End { Complete, UsedUp, Stopped };
  /// Searches all of it for a set of relatives, and improves what they have.
  End run(const Subtree& subtree, const RelativeSet& of, Incumbents& incumbents,
          Certificate& certificate, const std::function<bool()>& stop, std::int64_t most_work,
          std::int64_t& work);

 private:
  /// A tile at one boundary that its lower bound does not exclude.
  struct Candidate {
    TileChoice tiles{};
    TileFactors factors;
    RelativeSet alive;             ///< relatives that it fits, and that it may improve on
    double least_objective = 0.0;  ///< lower bound of any mapping with it
  };
  /// The tiles of one boundary around a node, as they are put together group by group.
  struct Tiles {
    const SearchNode& inside;
    std::size_t boundary = 0;
    CostBound within;  ///< of all that is inside the boundary
    std::vector<Candidate> candidates;
    /// Tensors that pass the outermost boundary by, on their way to the node.
    EnumArray<Tensor, bool> pass_by{};
    bool any_passes_by = false;
    /// What crosses the node's boundary if one of them is stationary there but not under the loops
    /// of the outermost level: by the tiles of the dimensions that it does not depend on.
    EnumArray<Tensor, std::map<decltype(TileChoice::values), TransferBound>> passing{};
  };

  void set_rest_least(std::size_t boundary);
  CostBound with_blocks(CostBound bound, const TileChoice& tiles, std::size_t boundary) const;
  CostBound whole(CostBound bound, std::size_t boundary) const;
  void search_outside(const SearchNode& inside, SearchRun& run);
  void add_tiles(Tiles& into, std::size_t at, const TileChoice& chosen, const TileFactors& so_far,
                 const RelativeSet& alive, SearchRun& run);
  Tiles tiles_around(const SearchNode& inside) const;
  const TransferBound& passing_by(Tiles& into, Tensor t, const TileChoice& outside) const;
  RelativeSet left_together(Tiles& into, const TileChoice& tiles, const TileFactors& factors,
                            const BoundaryCost::Words& words, const RelativeSet& alive,
                            SearchRun& run) const;
  static std::size_t larger(const SpatialSplit& of, std::size_t boundary, const TileNode& parent,
                            std::size_t child);
  void add_candidate(Tiles& into, const TileChoice& chosen, const TileFactors& factors,
                     const RelativeSet& alive, SearchRun& run);
  void try_candidates(Tiles& of, SearchRun& run);
  void try_tile(const SearchNode& inside, std::size_t boundary, const Candidate& candidate,
                SearchRun& run);
  /// Whether the next level is a further place of the one at `boundary`.
  bool has_place_inside(std::size_t boundary) const {
    return boundary + 1 < problem_.levels && problem_.architecture.levels[boundary + 1].place > 0;
  }
  EnumArray<Tensor, double> held_inside(const SearchNode& inside, std::size_t boundary) const;
  RelativeSet fitting(const Tiles& into, const EnumArray<Tensor, double>& tile_words,
                      const EnumArray<Tensor, bool>& refilled, const RelativeSet& of) const;
  bool has_loop_between(const TileChoice& tiles, const SearchNode& inside) const;
  void bound_transfers(SearchNode& node) const;
  const SearchNode& with_reloads(const SearchNode& node, const TileChoice& outside,
                                 std::array<SearchNode, kMostLevels>& made) const;
  bool changes(const SearchNode& node, Tensor t, const TileChoice& outside) const;
  void add_reloads(const SearchNode& node, Tensor t, const TileChoice& outside,
                   BoundaryCost::Reloads& reloads) const;
  const SpatialSplit& split(Dim d) const {
    return problem_.splits[static_cast<std::size_t>(d)].spatial[subtree_.spatial[d]];
  }

  const SearchContext& context_;
  const Problem& problem_;
  SubtreeBounds bounds_;
  OrderSearch orders_;

  /// [boundary] nodes inside it, bounded with its tile in work.
  std::array<std::array<SearchNode, kMostLevels>, kMostLevels> inside_;

  /// Groups in the order in which a tile is put together.
  std::array<DimGroup, enum_size<DimGroup>> sequence_;
  std::size_t of_one_;  ///< the first so many of them have one tile; never all

  // The subtree in work.
  OpenSubtree subtree_;
  /// [boundary] what the groups from each place of the sequence on add at least.
  std::array<std::array<TileFactors, enum_size<DimGroup> + 1>, kMostLevels> rest_least_;
};

}  // namespace tilewise
