#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/enum_array.hpp"
#include "sim/nest.hpp"
#include "sim/word_sums.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Whether the network below a level merges the words of the instances under one parent: multicast
/// for Input and Weight, spatial reduction for Output. One entry a level.
using MergeRules = std::vector<EnumArray<Tensor, bool>>;

/// Whether all words of a tensor's tile come at every transition, not the new ones alone (Eq. 25):
/// as the memory of each level that keeps it has it. One entry a level; empty: none.
using RefetchRules = std::vector<EnumArray<Tensor, bool>>;

/// Words of one dimension group seen from one instance of a level: what instances differ in.
/// Instances of equal words are taken together.
struct ViewOption {
  std::int64_t instances = 0;
  WordSums words;
  bool operator==(const ViewOption&) const = default;
};

/// Words at the levels a tensor passes from parent to child. `views[0]` is one instance of the
/// parent, `views.back()` one instance of the child, between them the levels that it bypasses.
struct TensorWords {
  std::vector<std::vector<ViewOption>> views;
  bool operator==(const TensorWords&) const = default;
};

/// Positions of a dimension group that move the same words.
struct GroupClass {
  std::int64_t count = 0;        ///< positions
  std::int64_t first_count = 0;  ///< of these, before any reduction loop advanced
  EnumArray<Tensor, TensorWords> arriving;
  TensorWords leaving;  ///< Output words that the transition drains
};

/// A dimension group at one kind of move.
struct GroupEntry {
  EnumArray<Tensor, std::vector<WordSums>> totals;  ///< a view each: over all classes, instances
  std::vector<GroupClass> classes;
};

/// All moves of a dimension group at the boundary above one child level.
struct GroupMoves {
  std::int64_t executed = 1;  ///< temporal positions outside the child that are executed
  /// Instances of the child's level that work on different parts of the same sums.
  std::int64_t reduction_instances = 1;
  bool splits_sums = false;  ///< a spatial loop over a reduction dimension lies outside the child
  GroupEntry first;          ///< the cold start
  std::vector<GroupEntry> hold;     ///< [k]: the first k temporal loops hold, the others reset
  std::vector<GroupEntry> advance;  ///< [k]: loop k advances, those outside hold, inside reset
};

/// For each tensor the level that feeds `child` (empty: `child` does not keep the tensor).
using Parents = EnumArray<Tensor, std::optional<std::size_t>>;
Parents parents_of(const KeeperChains& chains, const Layer& layer, std::size_t child);

/// What the loops of one dimension group contribute to the words that cross a boundary. `nest` is
/// the flattened nest or only the loops of the group; `extents` is the child's tile. For the
/// compute unit (`child` == levels) only `hold.back()` is made: it stores nothing, each iteration
/// is new. Tensors that are `refetched` are new as a whole. docs/model.md, Eq. 3 to 5 and 25.
GroupMoves group_moves(const Layer& layer, DimGroup group, std::span<const NestLoop> nest,
                       const Extents& extents, const Parents& parents, const MergeRules& merges,
                       std::size_t child, const EnumArray<Tensor, bool>& refetched = {});

}  // namespace tilewise
