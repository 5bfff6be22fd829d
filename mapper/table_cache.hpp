#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "arch/architecture.hpp"
#include "mapper/candidates.hpp"
#include "sim/access_counts.hpp"

namespace tilewise {

/// The word tables of candidates at every boundary, made when first asked for and shared by all
/// mappings of a search. Safe to ask from several threads.
class TableCache {
 public:
  /// Moves of one group at each child level; [0] unused.
  using Tables = std::vector<GroupMoves>;

  TableCache(const Architecture& architecture, const Layer& layer,
             const EnumArray<DimGroup, std::vector<Candidate>>& candidates, std::size_t keeps);

  /// Of candidate `index` of `group` where tensors are fed as `parents` says (variant `keep` of
  /// the kept tensors). `order`: bit l tells that at level l the second dimension's loop is
  /// outside.
  const Tables& tables(DimGroup group, std::size_t index, std::size_t keep,
                       const std::vector<Parents>& parents, std::size_t order);

 private:
  struct Slot {
    std::mutex mutex;
    std::map<std::size_t, Tables> made;  ///< by keep and order
  };

  const Architecture& architecture_;
  const Layer& layer_;
  const EnumArray<DimGroup, std::vector<Candidate>>& candidates_;
  MergeRules merges_;
  EnumArray<DimGroup, std::vector<std::unique_ptr<Slot>>> slots_;
  std::size_t keeps_;
};

}  // namespace tilewise
