#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "arch/home.hpp"
#include "base/run_options.hpp"
#include "mapper/mapping_memory.hpp"
#include "mapper/search.hpp"
#include "schedule/cost_hull.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// What totals an objective needs.
Totals totals_of(Objective objective);
/// What layers at home are searched for, for totals of that objective: a front for a product.
Objective asked_at_home(Objective objective);

/// What is asked: the costs of a layer that meets the home so.
struct HomeAsk {
  std::size_t layer = 0;  ///< of the distinct ones
  HomeUse use;
  auto operator<=>(const HomeAsk&) const = default;
};

/// What layers cost at home, each searched once it is asked for. Of one that was not, a lower bound
/// is known: the costs with less room taken.
class HomeCosts {
 public:
  struct Asked {
    Architecture architecture;
    Home home;
    Totals totals = Totals::Both;
    Factors factors = Factors::Divisors;
    RunOptions run;  ///< its interrupt is what tells to stop
    MappingMemory memory;
  };
  explicit HomeCosts(Asked asked) : asked_(std::move(asked)) {}

  /// A further distinct layer; `alone`: its mapping with nothing at home, as a candidate beside
  /// those of the search; null: none.
  std::size_t add_layer(const Layer& layer, const Mapping* alone);
  const Layer& layer(std::size_t index) const { return layers_[index].layer; }

  /// Where the costs of an ask stand. The same ask has the same place.
  std::size_t place_of(const HomeAsk& ask);
  /// Of one that was asked. Any thread may ask, while none asks for more.
  std::size_t known_place(const HomeAsk& ask) const { return places_.at(ask); }
  const HomeAsk& ask(std::size_t place) const { return entries_[place].ask; }

  /// The costs, or what bounds them below; empty: nothing fits.
  const std::vector<CostPoint>& points(std::size_t place) const {
    return points_[entries_[place].points];
  }
  bool known(std::size_t place) const { return entries_[place].known; }
  /// What is known to be possible: the costs, or of what was not searched the mapping alone.
  const std::vector<CostPoint>& possible(std::size_t place) const;
  /// Bounds what of these nothing is known of by what no mapping of the layer is below.
  void bound_below(std::vector<std::size_t> places);
  /// Searches what of these is not known yet; told to stop, it leaves the rest unknown.
  void settle(std::vector<std::size_t> places);
  /// The same of all that was ever asked. Throws Interrupted where it was told to stop.
  void settle_all();

  std::size_t asks() const { return entries_.size(); }
  std::size_t searches() const { return searches_; }

 private:
  struct DistinctLayer {
    Layer layer;
    std::vector<CostPoint> alone;  ///< one, or none
    std::vector<std::optional<Bits>> alone_free;
  };
  /// An ask; `points` are its own, or those of the ask that bounds it.
  struct Entry {
    HomeAsk ask;
    std::size_t points = 0;
    bool known = false;
  };
  /// The result of a search: the same for all asks that take from `taken` up to `most` of the room.
  struct Searched {
    std::vector<Bits> taken;
    std::vector<Bits> most;
    std::size_t points = 0;
  };
  struct Found {
    std::vector<CostPoint> points;
    std::vector<Bits> most;
  };

  /// Empty: it was told to stop.
  std::optional<Found> search_at(const HomeAsk& ask) const;
  bool alone_fits(const HomeAsk& ask) const;
  void take(const HomeAsk& ask, Found found);
  void bound(Entry& entry) const;
  void floor(Entry& entry);
  std::vector<CostPoint> floor_of(const HomeAsk& ask) const;

  Asked asked_;
  std::vector<DistinctLayer> layers_;
  std::vector<Entry> entries_;
  std::map<HomeAsk, std::size_t> places_;
  std::map<HomeAsk, std::vector<Searched>> searched_;  ///< under the ask with nothing taken
  std::vector<std::vector<CostPoint>> points_{{{}}};   ///< the first: nothing is known, all is zero
  std::map<HomeAsk, std::size_t> floors_;  ///< lower bounds without a search, as searched_
  std::size_t searches_ = 0;
};

}  // namespace tilewise
