#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "arch/home.hpp"
#include "mapper/objective.hpp"
#include "schedule/cost_hull.hpp"
#include "schedule/home_costs.hpp"
#include "schedule/kept_graph.hpp"
#include "schedule/kept_plan.hpp"

namespace tilewise {

/// The schedules of many networks that share their pieces, as the candidates of a search space do:
/// each piece is solved once, a network put together from its pieces.
class PieceCosts {
 public:
  /// Of `at_a_time` pieces the graphs are held at a time: memory, never the answer.
  PieceCosts(HomeCosts& costs, const Home& home, std::vector<Bits> room, Totals totals, int threads,
             std::size_t at_a_time = 2048);

  /// The place of a piece; equal ones have the same. Before `solve`.
  std::size_t add(const KeptPlan& piece);
  /// Works out all pieces. Throws Interrupted.
  void solve();

  /// The totals of the best schedule of the pieces in their order, by that objective; after
  /// `solve`. Any thread may ask.
  TotalCost best(const std::vector<std::size_t>& pieces, Objective objective) const;

  std::size_t pieces() const { return plans_.size(); }

 private:
  /// [entry][exit] the totals from one place of the open group to another.
  using PieceHulls = std::vector<std::vector<CostHull>>;
  /// Pieces in a row whose graphs are held at a time.
  struct Batch {
    std::size_t first = 0;
    std::vector<std::vector<KeptGraph>> graphs;  ///< [piece][entry]
    std::vector<HomeAsk> asks;                   ///< [place in the graphs]
    std::vector<HomeAsk> least;                  ///< of each the one with the least room taken
    std::vector<std::size_t> places;             ///< [place in the graphs] in HomeCosts
  };

  std::vector<Batch> batches_of(std::size_t first, std::size_t last) const;
  Batch batch_of(std::size_t first, std::size_t last) const;
  void settle(std::vector<Batch>& batches);
  PieceHulls hulls_of(const Batch& batch, std::size_t piece) const;

  HomeCosts& costs_;
  Home home_;
  std::vector<Bits> room_;
  Totals totals_;
  int threads_;
  std::size_t at_a_time_;
  std::vector<KeptPlace> places_;
  std::map<KeptPlan, std::size_t> known_;
  std::vector<const KeptPlan*> plans_;
  std::vector<CostHull> of_place_;  ///< [place of an ask]
  std::vector<PieceHulls> hulls_;
};

}  // namespace tilewise
