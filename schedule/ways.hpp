#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "arch/home.hpp"
#include "schedule/home_costs.hpp"
#include "schedule/kept_plan.hpp"
#include "schedule/resident_weights.hpp"
#include "schedule/schedule.hpp"
#include "schedule/strip_joints.hpp"

namespace tilewise {

/// What layers of a network may do in a schedule: run as one layer, in the drain of another, in
/// strips, with weights that stay. Each distinct layer that may run is one of HomeCosts.
class Ways {
 public:
  /// `alone`: [layer] what it is without a home; empty: each runs as one layer. Throws InputError
  /// where what `options` give is not possible.
  Ways(const Network& network, const Architecture& architecture, const Home& home,
       const std::vector<LayerAlone>& alone, const ScheduleOptions& options, HomeCosts& costs);

  /// All of it, with what may be kept.
  KeptPlan plan(const Activations& kept);

  const std::vector<bool>& apart() const { return apart_; }           ///< [layer]
  const std::vector<std::size_t>& layers() const { return layers_; }  ///< [layer] of HomeCosts
  const std::vector<MergedPlace>& merged() const { return merged_; }
  const std::vector<StripJoint>& strips() const { return strips_; }
  std::size_t strip_layers() const { return strip_layers_; }  ///< the most of a group
  const ResidentWeights& resident() const { return resident_; }
  bool any_order() const { return any_order_; }

  /// What a joint of the plan is; null: it is something else.
  const MergedLayers* merged_of(std::size_t joint) const;
  const StripJoint* strips_of(std::size_t joint) const;

  /// Of weights that may stay what all take, as far as there is room.
  Bits most_resident() const;
  /// What those take that stay as given.
  Bits given_resident() const;
  void check_merged(std::size_t layer) const;

 private:
  std::size_t place_of(const Layer& layer, const Mapping* alone);
  void list_layers(const std::vector<LayerAlone>& alone);
  void list_resident();
  void list_merged();
  void list_strips();
  void add_staying();
  void let_stay(const GivenStrips& given, StripJoint& joint) const;
  bool stays_as_given(std::size_t layer) const;
  std::vector<StripsPlace> places_of_strips();

  const Network& network_;
  const Architecture& architecture_;
  const Home& home_;
  const ScheduleOptions& options_;
  HomeCosts& costs_;
  bool any_order_ = false;
  std::map<std::string, std::size_t> known_;  ///< places of distinct layers, by their keys
  std::vector<bool> apart_;
  std::vector<std::size_t> layers_;
  std::vector<MergedPlace> merged_;
  std::vector<StripJoint> strips_;  ///< the joints of the plan after those of `merged_`
  std::size_t strip_layers_ = 0;
  ResidentWeights resident_;
};

}  // namespace tilewise
