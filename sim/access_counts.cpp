#include "sim/access_counts.hpp"

namespace tilewise {
namespace {

std::int64_t new_words(const TransitionEntries& entries, Tensor t, std::size_t view) {
  WordSums words;
  for (const GroupEntry* entry : entries) words = words * entry->totals[t][view];
  return words.new_words();
}

/// Output words whose sum starts at this parent: seen by an instance for the first time.
std::int64_t first_visits(const Layer& layer, const NestTables& tables, std::size_t parent) {
  std::int64_t instances = 1;
  if (parent > 0) {
    for (const GroupMoves* moves : tables.moves[parent]) instances *= moves->reduction_instances;
  }
  return instances * words(layer, Tensor::Output);
}

/// Words of Output whose last update passes here: all of them, unless parents of several
/// instances each hold a part of the sum.
std::int64_t final_words(const Layer& layer, const NestTables& tables, std::size_t parent) {
  if (parent > 0) {
    for (const GroupMoves* moves : tables.moves[parent]) {
      if (moves->splits_sums) return 0;
    }
  }
  return words(layer, Tensor::Output);
}

}  // namespace

std::int64_t executed_iterations(const NestTables& tables, std::size_t child) {
  std::int64_t executed = 1;
  if (child == 0) return executed;
  for (const GroupMoves* moves : tables.moves[child]) executed *= moves->executed;
  return executed;
}

OwnedTables::OwnedTables(const Layer& layer, const Mapping& mapping, const MergeRules& merges,
                         const RefetchRules& refetches) {
  const std::vector<NestLoop> nest = flatten(mapping);
  const std::vector<Extents> extents = tile_extents(mapping);
  const KeeperChains chains = keeper_chains(mapping);
  const std::size_t compute = mapping.levels.size();
  for (const NestLoop& loop : nest) {
    if (!loop.spatial) tables_.temporal.push_back(loop);
  }
  moves_.resize(compute + 1);
  tables_.parents.resize(compute + 1);
  tables_.moves.resize(compute + 1);
  for (std::size_t child = 1; child <= compute; ++child) {
    tables_.parents[child] = parents_of(chains, layer, child);
    const auto refetched = child < refetches.size() ? refetches[child] : EnumArray<Tensor, bool>{};
    for (const DimGroup g : kDimGroups) {
      moves_[child][g] = group_moves(layer, g, nest, extents[child], tables_.parents[child], merges,
                                     child, refetched);
      tables_.moves[child][g] = &moves_[child][g];
    }
  }
}

AccessCounts count_accesses(const Layer& layer, const NestTables& tables) {
  AccessCounts counts;
  const std::size_t compute = tables.levels();
  for (const Tensor t : kTensors) {
    for (std::size_t child = 1; child <= compute; ++child) {
      if (!tables.parents[child][t]) continue;
      const std::size_t parent = *tables.parents[child][t];
      std::vector<std::int64_t> words(child - parent + 1, 0);
      const auto add = [&](const TransitionEntries& entries) {
        for (std::size_t view = 0; view < words.size(); ++view) {
          words[view] += new_words(entries, t, view);
        }
      };
      TransitionEntries start{};
      if (child == compute) {
        // The compute unit stores nothing: all that it wants at an iteration is new.
        for (std::size_t view = 0; view < words.size(); ++view) {
          WordSums wanted;
          for (const GroupMoves* moves : tables.moves[child]) {
            wanted = wanted * moves->hold.back().totals[t][view];
          }
          words[view] = wanted.all;
        }
      } else {
        for (const DimGroup g : kDimGroups) start[g] = &tables.moves[child][g]->first;
        add(start);
        for_each_transition(tables, child, add);
      }
      TransferCounts transfer{t, parent, child, words.back(), words.front(), 0, 0, {}};
      transfer.network_words.assign(words.begin() + 1, words.end());
      if (t == Tensor::Output) {
        transfer.parent_partial_reads = transfer.parent_words - first_visits(layer, tables, parent);
        transfer.final_words = final_words(layer, tables, parent);
      }
      counts.transfers.push_back(std::move(transfer));
    }
  }
  counts.compute_cycles = executed_iterations(tables, compute);
  counts.macs = iterations(layer);
  return counts;
}

AccessCounts count_accesses(const Layer& layer, const Mapping& mapping, const MergeRules& merges,
                            const RefetchRules& refetches) {
  return count_accesses(layer, OwnedTables(layer, mapping, merges, refetches).tables());
}

}  // namespace tilewise
