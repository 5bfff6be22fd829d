#pragma once

#include <compare>
#include <cstddef>
#include <utility>
#include <vector>

#include "arch/home.hpp"
#include "base/units.hpp"
#include "schedule/activations.hpp"
#include "schedule/cost_hull.hpp"
#include "schedule/merged_layers.hpp"
#include "schedule/resident_weights.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// A layer in its place, as far as it matters for what is kept.
struct KeptStep {
  std::size_t layer = kNever;  ///< among the distinct ones; kNever: it does not run as one layer
  /// Groups of its Input: one, none where that is off chip, or of a sum one an operand.
  std::vector<std::size_t> reads;
  std::int64_t operands = 0;  ///< of a sum, each in a place of its own; 0: the Input is in one
  /// Operands that its sums start from, and the groups of those that may be kept.
  std::int64_t start_operands = 0;
  std::vector<std::size_t> starts;
  std::size_t group = kNever;  ///< group of its Output; kNever: that goes off chip
  Bits input;                  ///< of what it may read at home; of a sum the least of one operand
  Bits output;
  Bits start;  ///< the least of one operand that its sums start from
  /// Weights that may stay at home over all images, 0: none; of what runs in strips, that do.
  Bits weights;
  TotalCost load;  ///< what fetching these takes of an image
  /// Activations that are there while it runs, its own included: group and size.
  std::vector<std::pair<std::size_t, Bits>> live;
  auto operator<=>(const KeptStep&) const = default;
};

/// Equal runs of one layer of a group in strips, where nothing else lies at home.
struct KeptRun {
  std::size_t layer = 0;  ///< among the distinct ones: some rows of it
  HomeUse use;
  std::int64_t times = 1;
  bool last = false;  ///< of the last layer: its Output is that of the group
  auto operator<=>(const KeptRun&) const = default;
};

/// Steps that may run as one: merged, or in strips.
struct KeptJoint {
  std::vector<std::size_t> steps;
  KeptStep step;              ///< all of them
  std::vector<KeptRun> runs;  ///< in strips; empty: as one layer
  TotalCost loads;            ///< of words that runs in strips share
  auto operator<=>(const KeptJoint&) const = default;
};

/// Layers in a row, with what may be kept between them. Two plans that are equal have the same
/// schedules.
struct KeptPlan {
  std::vector<KeptStep> steps;
  std::vector<KeptJoint> joints;       ///< by their first step
  std::vector<std::size_t> end;        ///< [group] the last step that makes or reads one of it
  std::size_t entry = kNever;          ///< a group that lies somewhere before the first step
  std::size_t exit = kNever;           ///< one that lies somewhere after the last
  std::size_t weight_memory = kNever;  ///< of the home, where weights may stay
  auto operator<=>(const KeptPlan&) const = default;
};

/// Layers that may run as one, and the place of that one among the distinct ones.
struct MergedPlace {
  MergedLayers merged;
  std::size_t layer = kNever;
};

/// Layers that may run in strips, as a joint without its step.
struct StripsPlace {
  std::vector<std::size_t> layers;
  std::vector<std::size_t> reads;  ///< layers outside whose outputs they read
  std::vector<KeptRun> runs;
  TotalCost loads;
  Bits weights;  ///< that stay over all images; neither `runs` nor `loads` have them
};

/// All of a network. `layers`: [layer] its place among the distinct ones, or kNever. Its joints are
/// those of `merged`, then those of `strips`.
KeptPlan plan_of(const Network& network, const Activations& kept,
                 const std::vector<std::size_t>& layers,
                 const std::vector<MergedPlace>& merged = {},
                 const std::vector<StripsPlace>& strips = {}, const ResidentWeights& resident = {});

/// The same in pieces, cut wherever one group or none is open: a schedule of the whole is one of
/// each piece, which agree on where that group lies.
std::vector<KeptPlan> pieces_of(const KeptPlan& plan);

}  // namespace tilewise
