#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "mapper/bound/cost_bound.hpp"
#include "mapper/bound/subtree_bounds.hpp"
#include "mapper/incumbents.hpp"
#include "mapper/loop_orders.hpp"
#include "mapper/nest_pricer.hpp"
#include "mapper/nest_tables.hpp"
#include "mapper/search.hpp"
#include "mapper/search_context.hpp"
#include "mapper/spatial_choices.hpp"
#include "mapper/work_limit.hpp"

namespace tilewise {

/// A node of the search below a subtree: the tiles chosen at a boundary and at those inside it.
struct SearchNode {
  const SearchNode* inside = nullptr;  ///< of the next boundary inwards; the root's: none
  std::size_t boundary = 0;            ///< the root's: that of the compute unit
  TileChoice tiles{};
  TileFactors factors;
  CostBound within;  ///< of all that is inside the boundary
  /// Of the boundary, by the tensor that is stationary under the innermost loop outside it.
  BoundaryCost::ByStationary transfers{};
  /// How often a tensor that is stationary there is loaded again, as far as loops are known...
  BoundaryCost::Reloads reloads;
  /// ... and whether that is open: no known loop outside the boundary changes its tile.
  EnumArray<Tensor, bool> unchanged{};
  bool any_unchanged = false;  ///< here, or at a boundary further inside
  RelativeSet alive;           ///< relatives that its tiles fit, and that it may improve on
  /// Of a further place of a level: bits that its tiles take here and at the places inside.
  EnumArray<Tensor, double> held_bits{};

  CostBound bound() const { return within.with(transfers[BoundaryCost::kAnyStationary]); }
};

/// What a subtree is searched for and with.
struct SearchRun {
  Incumbents& incumbents;
  Certificate& certificate;
  WorkLimit& limit;
};

/// The orders of loops between tiles. With the tile of the outermost boundary and an order of the
/// loops outside it, what that boundary costs is exact, and the same for all that may be chosen
/// inside it; so it is worked out once, and remembered over subtrees. Where all tiles are chosen,
/// orders are tried from the outermost level inwards, and priced. One object a thread.
/// docs/mapper.md, "The search".
class OrderSearch {
 public:
  explicit OrderSearch(const SearchContext& context);

  void start(const OpenSubtree& subtree);
  /// The relatives for which a mapping with the tiles of a node may improve on the incumbent, with
  /// some tensor stationary at each boundary: energy and latency then belong to one kind of
  /// mapping.
  RelativeSet improved(const SearchNode& node, SearchRun& run);
  /// Prices the orders of a node of the outermost boundary that no bound excludes; `improved`
  /// was asked of it right before.
  void price(const SearchNode& leaf, SearchRun& run);

 private:
  using ByStationary = BoundaryCost::ByStationary;
  static constexpr std::size_t kNone = BoundaryCost::kNone;
  static constexpr std::size_t kAnyStationary = BoundaryCost::kAnyStationary;

  /// What an order of the loops outside the outermost boundary comes to.
  struct OuterOrder {
    std::uint64_t order = 0;
    RelativeEnergy energy;  ///< of the boundary
    NestPricer::OutputScale scale{};
  };

  void set_leaf(const SearchNode& leaf);
  /// Boundaries from the compute unit up to `exact` outwards have their exact energy in the bound;
  /// of those up to `fixed` the stationary tensor is known.
  struct Known {
    std::size_t exact = 0;
    std::size_t fixed = 0;
  };
  RelativeSet improved_from(Known known, const CostBound& start, const RelativeSet& of,
                            SearchRun& run);
  RelativeSet improved_from(std::size_t boundary, Known known, const CostBound& inside,
                            const RelativeSet& of, SearchRun& run);
  void try_orders(std::size_t level, const RelativeEnergy& energy, const RelativeSet& of,
                  SearchRun& run);
  const OuterOrder* known_outer(const std::vector<Dim>& order) const;
  RelativeEnergy boundary_energy(std::size_t level, const std::vector<Dim>& order);
  std::vector<OuterOrder>* outer_tile();
  std::size_t stationary_under(std::size_t level, const std::vector<Dim>& order) const;
  std::vector<Dim> loops_at(std::size_t level) const;
  const std::vector<OrderGroup>& orders_of(std::size_t level, const std::vector<Dim>& dims);
  void set_order(std::size_t level, const std::vector<Dim>& order);
  void set_moves(std::size_t boundary, DimGroup group, std::uint32_t bits);
  void make_moves(std::size_t boundary);
  const std::vector<EnumArray<Dim, AxisPair>>& layout();
  void finish(const RelativeEnergy& energy, const RelativeSet& of, SearchRun& run);
  void offer(const RelativeEnergy& energy, const RelativeSet& of, SearchRun& run);
  void try_variants(std::size_t level, const RelativeEnergy& energy, const RelativeSet& of,
                    SearchRun& run);
  Mapping mapping() const;
  const SpatialSplit& split(Dim d) const {
    return problem_.splits[static_cast<std::size_t>(d)].spatial[subtree_->spatial[d]];
  }
  const SearchContext& context_;
  const Problem& problem_;
  NestTableCache tables_;
  struct OrderKey {
    std::size_t level;
    std::vector<Dim> dims;
    OrderContext context;
    auto operator<=>(const OrderKey&) const = default;
  };
  std::map<OrderKey, std::vector<OrderGroup>> orders_;

  // The subtree and the leaf in work.
  const OpenSubtree* subtree_ = nullptr;
  CostBound innermost_;  ///< inside the innermost boundary, with its tile if that is known
  NestPricer* pricer_ = nullptr;
  TemporalBounds temporal_{};                                     ///< [dim][level]
  std::array<const ByStationary*, kMostLevels> by_stationary_{};  ///< [boundary]
  OrderContext order_context_;
  /// Of the outermost boundary: the parents there and the whole extents of its tile, which with the
  /// order are all that its words depend on. So subtrees share what is known of it.
  using OuterTile = std::array<std::uint64_t, enum_size<Dim> + 1>;
  struct OuterTileHash {
    std::size_t operator()(const OuterTile& tile) const;
  };
  std::unordered_map<OuterTile, std::vector<OuterOrder>, OuterTileHash> outer_tiles_;
  std::vector<OuterOrder>* outer_orders_ = nullptr;  ///< of the leaf; null: not shared
  std::array<bool, kMostLevels + 1> moves_made_{};   ///< [boundary]
  std::optional<std::vector<EnumArray<Dim, AxisPair>>> layout_;

  // The orders in work.
  LeanNest nest_;
  std::array<std::size_t, kMostLevels> stationary_{};  ///< [boundary] index into ByStationary
  std::array<std::vector<Dim>, kMostLevels> order_;
  std::array<const OrderGroup*, kMostLevels> group_{};
  std::array<std::uint32_t, enum_size<DimGroup>> turned_{};
  /// [boundary][group] the moves of its tile by the bits of `turned_`.
  std::array<
      std::array<std::vector<std::pair<std::uint32_t, const LeanMoves*>>, enum_size<DimGroup>>,
      kMostLevels + 1>
      moves_;
};

}  // namespace tilewise
