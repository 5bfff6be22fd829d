#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/group_table.hpp"
#include "sim/mapping.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Words of one tensor that cross from a level to the next that keeps it, summed over all
/// instances and the whole run (DESIGN section 2). `child` equals the number of levels for the
/// compute unit. For Output, words flow upwards: `child_words` are drains, `parent_words` updates.
struct TransferCounts {
  Tensor tensor = Tensor::Input;
  std::size_t parent = 0;
  std::size_t child = 0;
  std::int64_t child_words = 0;
  std::int64_t parent_words = 0;
  std::int64_t parent_partial_reads = 0;  ///< Output only: updates of words seen before
  std::int64_t final_words = 0;           ///< Output only: updates with a complete sum
  /// Deliveries through the network below each level from `parent` on; the last is `child_words`.
  std::vector<std::int64_t> network_words;
  std::int64_t start_words = 0;  ///< Output only: of operands that sums start from (sum_start.hpp)

  bool operator==(const TransferCounts&) const = default;
};

/// What a mapping moves and computes. Transfers: by tensor, then outermost parent first.
struct AccessCounts {
  std::vector<TransferCounts> transfers;
  std::int64_t compute_cycles = 0;  ///< executed temporal iterations
  std::int64_t macs = 0;            ///< product of the layer's bounds

  bool operator==(const AccessCounts&) const = default;
};

/// The counts of DESIGN section 2 in closed form, O(loops) a tensor and boundary (docs/model.md,
/// Eq. 5). The mapping must have passed check_mapping.
AccessCounts count_accesses(const Layer& layer, const Mapping& mapping, const MergeRules& merges,
                            const RefetchRules& refetches = {});

/// The tables behind the counts of one mapping: all dimension groups at all boundaries. They point
/// into tables that outlive them, so that a mapper can share tables between mappings.
struct NestTables {
  using Moves = EnumArray<DimGroup, const GroupMoves*>;
  /// Temporal loops outermost first, with their level.
  std::vector<NestLoop> temporal;
  std::vector<Parents> parents;  ///< [child]; [0] unused
  std::vector<Moves> moves;      ///< [child]; [0] unused

  std::size_t levels() const { return parents.size() - 1; }
};
AccessCounts count_accesses(const Layer& layer, const NestTables& tables);

/// The entries of the six groups at one transition, or at the start.
using TransitionEntries = EnumArray<DimGroup, const GroupEntry*>;

/// Calls `visit` with the entries of each temporal loop outside `child`, outermost first.
template <class Visit>
void for_each_transition(const NestTables& tables, std::size_t child, const Visit& visit) {
  EnumArray<DimGroup, std::size_t> held{};
  for (const NestLoop& loop : tables.temporal) {
    if (loop.level >= child) break;
    TransitionEntries entries{};
    for (const DimGroup g : kDimGroups) entries[g] = &tables.moves[child][g]->hold[held[g]];
    const DimGroup own = group_of(loop.dim);
    entries[own] = &tables.moves[child][own]->advance[held[own]];
    visit(entries);
    ++held[own];
  }
}

/// Executed temporal iterations of the loops outside level `child`.
std::int64_t executed_iterations(const NestTables& tables, std::size_t child);

/// The tables of one mapping and what they point to.
class OwnedTables {
 public:
  OwnedTables(const Layer& layer, const Mapping& mapping, const MergeRules& merges,
              const RefetchRules& refetches = {});
  const NestTables& tables() const { return tables_; }

 private:
  std::vector<EnumArray<DimGroup, GroupMoves>> moves_;
  NestTables tables_;
};

}  // namespace tilewise
