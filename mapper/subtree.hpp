#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "mapper/boundary_cost.hpp"
#include "mapper/incumbent.hpp"
#include "mapper/loop_orders.hpp"
#include "mapper/nest_pricer.hpp"
#include "mapper/nest_tables.hpp"
#include "mapper/problem.hpp"
#include "mapper/search.hpp"
#include "mapper/shapes.hpp"
#include "mapper/spatial_choices.hpp"

namespace tilewise {

/// One choice of kept tensors and spatial loops: a subtree of the search.
struct Subtree {
  std::size_t keep = 0;
  SpatialCandidate spatial;
  double energy = 0.0;   ///< least, pJ
  double latency = 0.0;  ///< least, cycles
};

/// What all threads share.
struct SearchContext {
  SearchContext(const Problem& of, Objective aim);

  const Problem& problem;
  Objective objective;
  double operation_energy = 0.0;  ///< pJ
  double least_energy = 0.0;      ///< pJ: operations, and every word across the off-chip port once
  double least_latency = 0.0;     ///< cycles that these words keep an off-chip port in use
  double static_energy_per_cycle = 0.0;  ///< pJ
  bool narrow_sums = false;              ///< partial sums are somewhere narrower than complete ones
};

/// Searches subtrees one by one. One object a thread: it keeps tables that subtrees share; the
/// answers do not depend on what it kept. docs/mapper.md, "The search".
class SubtreeSearch {
 public:
  explicit SubtreeSearch(const SearchContext& context);

  /// Sets the least energy and latency of `subtree`.
  void bound(Subtree& subtree);
  /// Tiles whose words were bounded so far.
  std::int64_t tiles_made() const { return shapes_.made(); }
  /// Searches all of it and improves `best`. False: stopped before the end, by `stop` or because
  /// `most_work` was used up.
  bool run(const Subtree& subtree, Incumbent& best, Certificate& certificate,
           const std::function<bool()>& stop, std::int64_t most_work, std::int64_t& work);

 private:
  /// A tile at one boundary.
  struct Pick {
    TileChoice nodes{};
    TileFactors factors;
    double rank = 0.0;
  };
  /// The cost so far, from the compute unit outwards.
  struct Inside {
    double energy = 0.0;
    double cycles = 0.0;
    SharedBusy shared{};
    double closer = 0.0;  ///< cycles, by the bounds that never decide between equals
    /// With `least` around it.
    Inside with(const BoundaryLeast& least) const;
  };

  void take_kept(std::size_t keep);
  void start(const Subtree& subtree);
  void open_tiles();
  double latency_around(const Inside& inside, std::size_t boundary) const;
  double closer_around(const Inside& inside, std::size_t boundary) const;
  static double around(double cycles, const BoundaryLeast& least);
  static double closer_around(double cycles, const BoundaryLeast& least);
  bool hopeless(const Inside& inside, std::size_t boundary) const;
  bool fits(std::size_t boundary, const EnumArray<Tensor, double>& tile,
            const EnumArray<Tensor, bool>& refilled) const;
  bool told_to_stop();
  bool stopped();
  void search_boundary(std::size_t boundary, const TileChoice& nodes, const Inside& inside);
  static std::size_t larger(const SpatialSplit& of, std::size_t boundary, const TileNode& parent,
                            std::size_t child);
  void try_picks(std::size_t boundary, std::vector<Pick>& picks);
  void add_tile(std::size_t boundary, std::size_t at, const TileChoice& parents,
                const TileChoice& chosen, const TileFactors& so_far, const Inside& inside,
                std::vector<Pick>& picks);
  void add_pick(std::size_t boundary, const TileChoice& chosen, const TileFactors& factors,
                const Inside& inside, std::vector<Pick>& picks);
  void refine(std::size_t boundary, const TileChoice& outside);
  void set_by_tensor(std::size_t boundary, const TileFactors& factors,
                     const BoundaryCost::MoreKept& more);
  /// The tensor that the innermost loop outside a boundary keeps still; the last: none.
  static constexpr std::size_t kNone = enum_size<Tensor>;
  using ByTensor = std::array<BoundaryLeast, enum_size<Tensor> + 1>;
  static constexpr std::size_t kAnyKept = kNone + 1;
  bool orders_fit(std::size_t exact, std::size_t fixed, double energy);
  bool orders_fit(std::size_t boundary, std::size_t exact, std::size_t fixed, const Inside& inside);
  std::vector<Dim> loops_at(std::size_t level, const TileChoice& leaf) const;
  std::size_t kept_by(std::size_t level, const std::vector<Dim>& order) const;
  Inside inside_of(std::size_t boundary) const;
  void search_leaf(const TileChoice& leaf);
  bool only_order_fits(const TileChoice& leaf);
  void search_orders(std::size_t level, const TileChoice& leaf, double energy);
  void set_moves(std::size_t boundary, DimGroup group, const TileChoice& leaf);
  void price(const TileChoice& leaf, double energy);
  void offer(const TileChoice& leaf, double energy);
  Mapping mapping_of(const TileChoice& leaf) const;
  const std::vector<OrderGroup>& orders_of(std::size_t level, const std::vector<Dim>& dims);
  void set_order(std::size_t level, const TileChoice& leaf, const std::vector<Dim>& order);
  void try_variants(std::size_t level, const TileChoice& leaf, double energy);
  const SpatialSplit& split(Dim d) const {
    return context_.problem.splits[static_cast<std::size_t>(d)].spatial[choice_[d]];
  }

  const SearchContext& context_;
  const Problem& problem_;
  ShapeCache shapes_;
  NestTableCache tables_;
  struct KeptSet {
    KeepChoice choice;
    std::vector<BoundaryCost> costs;  ///< [boundary - 1], the compute unit last
    std::unique_ptr<NestPricer> pricer;
  };
  std::unordered_map<std::size_t, KeptSet> kept_sets_;  ///< by index
  struct OrderKey {
    std::size_t level;
    std::vector<Dim> dims;
    OrderContext context;
    auto operator<=>(const OrderKey&) const = default;
  };
  std::map<OrderKey, std::vector<OrderGroup>> orders_;

  // The subtree in work.
  std::size_t keep_ = 0;
  KeptSet* kept_set_ = nullptr;
  SpatialChoice choice_{};
  SpatialUse use_;
  EnumArray<DimGroup, const GroupShape*> shape_{};
  BoundaryLeast operands_;
  Inside innermost_;
  std::array<BoundaryLeast, kMostLevels> outer_{};  ///< [boundary] whatever the tile
  std::array<ByTensor, kMostLevels> outer_by_tensor_{};
  std::array<double, kMostLevels + 1> outer_energy_{};  ///< [boundary] of all outside it
  std::array<SharedBusy, kMostLevels + 1> outer_shared_{};
  std::array<const Pick*, kMostLevels> picked_{};     ///< [boundary]
  std::array<BoundaryLeast, kMostLevels> refined_{};  ///< [boundary] given the one outside too
  /// [boundary][tensor] the same with that tensor kept still by the loops outside.
  std::array<ByTensor, kMostLevels> by_tensor_{};
  std::array<std::size_t, kMostLevels> kept_{};  ///< [boundary] index into ByTensor
  std::array<std::array<TileFactors, enum_size<DimGroup> + 1>, kMostLevels> open_{};
  Incumbent* best_ = nullptr;
  Certificate* certificate_ = nullptr;
  const std::function<bool()>* stop_ = nullptr;
  std::int64_t work_ = 0;
  std::int64_t effort_ = 0;         ///< work, and bounds of orders: what time goes into
  std::int64_t next_question_ = 0;  ///< the effort from which on to ask whether to stop
  std::int64_t most_work_ = 0;
  bool stopped_ = false;

  // The leaf in work.
  LeanNest nest_;
  std::array<std::vector<Dim>, kMostLevels> order_;
  std::array<const OrderGroup*, kMostLevels> group_{};
  OrderContext order_context_;
  std::array<std::uint32_t, enum_size<DimGroup>> turned_{};
  /// [boundary][group] the moves of this leaf by the bits of `turned_`.
  std::array<
      std::array<std::vector<std::pair<std::uint32_t, const LeanMoves*>>, enum_size<DimGroup>>,
      kMostLevels + 1>
      leaf_moves_;
  std::vector<EnumArray<Dim, AxisPair>> layout_;
};

}  // namespace tilewise
