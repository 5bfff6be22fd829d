#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
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
  PieceCosts(HomeCosts& costs, const Home& home, std::vector<Bits> room, Totals totals,
             int threads);

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
  struct Asks {
    std::set<HomeAsk> all;
    std::set<HomeAsk> least;  ///< of each the one with the least room taken
  };

  PieceHulls hulls_of(std::size_t piece) const;
  Asks asks_of(std::size_t first, std::size_t last) const;
  void for_each_graph(std::size_t piece, const KeptGraph::PlaceOf& place_of,
                      const std::function<void(const KeptGraph&)>& visit) const;
  void settle();

  HomeCosts& costs_;
  Home home_;
  std::vector<Bits> room_;
  Totals totals_;
  int threads_;
  std::vector<KeptPlace> places_;
  std::map<KeptPlan, std::size_t> known_;
  std::vector<const KeptPlan*> plans_;
  std::vector<CostHull> of_place_;  ///< [place of an ask]
  std::vector<PieceHulls> hulls_;
};

}  // namespace tilewise
