#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "design/design_target.hpp"
#include "design/engine_units.hpp"

namespace tilewise {

/// How units may be shared out.
enum class Sharing {
  Any,         ///< every partition into sets: exact
  Contiguous,  ///< runs of units in their order: a restriction
};

/// All ways to share units out to engines, as paths over states: a state is what is still to be
/// assigned, a block what one engine takes of it. Equal units are interchangeable, so that a state
/// of `Any` is how many of each class are left, at most the product of n + 1; of `Contiguous` it
/// is the length of the prefix that is left.
class PartitionSpace {
 public:
  PartitionSpace(std::span<const EngineUnit> units, Sharing sharing);

  /// Steps of the walk over all states of `Any`, the product of (n + 1)(n + 2) / 2; saturates.
  static double steps_of_any(std::span<const EngineUnit> units);

  Sharing sharing() const { return sharing_; }
  std::size_t states() const { return states_; }  ///< 0 is empty, the last one is all units
  std::size_t blocks() const { return blocks_; }
  const std::vector<EngineUnit>& classes() const { return classes_; }

  /// Units of each class in a block, or in a state of all that are left.
  std::vector<std::int64_t> block_counts(std::size_t block) const;
  std::vector<std::int64_t> state_counts(std::size_t state) const;

  /// Calls `visit(block, next)` for each block that an engine may take in `state`; every
  /// partition is one path, whatever the order of its engines.
  void for_each_block(std::size_t state,
                      const std::function<void(std::size_t, std::size_t)>& visit) const;
  /// Blocks with one unit less.
  std::vector<std::size_t> smaller_blocks(std::size_t block) const;

  /// The units of a path of blocks: equal units go to the blocks in order.
  std::vector<std::vector<std::size_t>> assign(std::span<const std::size_t> path) const;

 private:
  std::vector<std::int64_t> digits(std::size_t state) const;

  Sharing sharing_;
  std::vector<EngineUnit> classes_;
  std::vector<std::vector<std::size_t>> members_;  ///< unit indices of each class
  std::vector<std::size_t> class_of_;              ///< of each unit
  std::vector<std::size_t> strides_;               ///< of each class in a state of Any
  std::size_t states_ = 0;
  std::size_t blocks_ = 0;
};

/// The engines that a block may run on: all Tm, Tn worth trying, and what each costs.
class EngineMenu {
 public:
  EngineMenu(const PartitionSpace& space, const DesignTarget& target);

  std::size_t shapes() const { return shapes_.size(); }
  const EngineLanes& lanes(std::size_t shape) const { return shapes_[shape]; }
  /// Index of the largest window among the units of a block, for `resources`.
  std::size_t window(std::size_t block) const { return window_of_[block]; }
  std::size_t windows() const { return windows_.size(); }
  const FpgaResources& resources(std::size_t window, std::size_t shape) const {
    return resources_[window][shape];
  }
  /// Whether such an engine fits alone.
  bool fits_alone(std::size_t window, std::size_t shape) const { return fits_[window][shape] != 0; }
  std::int64_t cycles(std::size_t shape, std::size_t block) const;
  std::int64_t class_cycles(std::size_t shape, std::size_t unit_class) const {
    return cycles_[shape * space_.classes().size() + unit_class];
  }
  const PartitionSpace& space() const { return space_; }

 private:
  const PartitionSpace& space_;
  std::vector<EngineLanes> shapes_;
  std::vector<Plane> windows_;
  std::vector<std::size_t> window_of_;
  std::vector<std::vector<FpgaResources>> resources_;  ///< by window, by shape
  std::vector<std::vector<char>> fits_;
  std::vector<std::int64_t> cycles_;  ///< by shape, by class
  std::vector<std::int64_t> counts_;  ///< by block, by class
};

/// An engine of a partition: what it runs, and its lanes.
struct Share {
  std::size_t block = 0;
  std::size_t shape = 0;
};
/// The cheapest partition whose engines all finish within `limit` cycles, each block on its
/// cheapest engine; exact. Empty where there is none.
struct CheapestPartition {
  double cost = 0.0;
  std::vector<Share> engines;
};
std::optional<CheapestPartition> cheapest_partition(const EngineMenu& menu, std::int64_t limit,
                                                    const ResourcePrices& prices);

}  // namespace tilewise
