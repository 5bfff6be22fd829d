#include "sim/evaluate.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "sim/cost_terms.hpp"
#include "sim/merged_dims.hpp"
#include "sim/sum_start.hpp"
#include "sim/tile_places.hpp"

namespace tilewise {
namespace {

std::int64_t bits_off_chip(const Architecture& architecture, const Layer& layer,
                           const AccessCounts& counts) {
  double bits = 0.0;
  for (const TransferCounts& transfer : counts.transfers) {
    if (transfer.parent != 0) continue;
    const Memory& memory = *architecture.levels[0].memory_of(transfer.tensor);
    bits += parent_bits(memory, layer, transfer) *
            static_cast<double>(transfer.parent_words + transfer.parent_partial_reads);
    bits += static_cast<double>(transfer.start_words * layer.start.width.count());
  }
  return std::llround(bits);
}

/// Whether each word that exists crosses the boundary of off-chip memory at least once.
[[maybe_unused]] bool moves_every_word(const Architecture& architecture, const Layer& layer,
                                       const AccessCounts& counts) {
  return std::all_of(
      counts.transfers.begin(), counts.transfers.end(), [&](const TransferCounts& transfer) {
        const bool whole = transfer.child == architecture.levels.size() ||
                           architecture.levels[transfer.child].part[transfer.tensor] == 1.0;
        return transfer.parent != 0 || !whole ||
               transfer.parent_words >= words(layer, transfer.tensor);
      });
}

/// Leaves out of the counts the words that lie at home as a whole: of each word of a tile as many
/// operands are there.
void leave_out_parts(const Architecture& architecture, AccessCounts& counts) {
  for (TransferCounts& transfer : counts.transfers) {
    if (transfer.child == architecture.levels.size()) continue;
    const double part = architecture.levels[transfer.child].part[transfer.tensor];
    if (part == 1.0) continue;
    const auto take = [part](std::int64_t& words) {
      words = std::llround(part * static_cast<double>(words));
    };
    take(transfer.child_words);
    take(transfer.parent_words);
    for (std::int64_t& words : transfer.network_words) take(words);
  }
}

/// Adds the words of the operands that sums start from.
void add_starts(const Architecture& architecture, const Layer& layer, AccessCounts& counts) {
  SumStartWalk starts(architecture, layer);
  for (TransferCounts& transfer : counts.transfers) {
    if (transfer.tensor != Tensor::Output) continue;
    transfer.start_words = starts.next(transfer.parent, transfer.child);
  }
}

/// The architecture whose blocks of steps lie along the dimensions that count theirs.
Architecture with_blocks(const Architecture& architecture, const MergedDims& into) {
  Architecture made = architecture;
  made.compute.block.along = merge_dims(architecture.compute.block.along, into);
  return made;
}

void set_energy(const Architecture& architecture, const Layer& layer, LayerCost& cost) {
  cost.energy = dynamic_energy(architecture, layer, cost.counts);
  add_static_energy(architecture, cost.latency.total, cost.energy);
}

/// The cost in the dimensions that the mapping counts.
LayerCost cost_of(const Architecture& architecture, const Layer& layer, const Mapping& mapping) {
  LayerCost cost;
  const OwnedTables owned(layer, mapping, merge_rules(architecture), refetch_rules(architecture));
  const NestTables& tables = owned.tables();
  cost.counts = count_accesses(layer, tables);
  leave_out_parts(architecture, cost.counts);
  add_starts(architecture, layer, cost.counts);
  cost.latency = layer_latency(architecture, layer, tables, cost.counts);
  cost.time = duration(cost.latency.total, architecture.clock);
  set_energy(architecture, layer, cost);
  cost.bound = bound_of(cost.latency, architecture);
  cost.off_chip_bits = bits_off_chip(architecture, layer, cost.counts);
  const double work = static_cast<double>(layer.operations) * static_cast<double>(cost.counts.macs);
  const auto units = static_cast<double>(compute_units(architecture));
  cost.utilisation = work / (units * cost.latency.total.count());
  // No mapping beats its array: the latency is at least the iterations a compute unit.
  assert(cost.utilisation <= 1.0 + 1e-9);
  assert(moves_every_word(architecture, layer, cost.counts));
  return cost;
}

}  // namespace

LayerCost evaluate(const Architecture& architecture, const Layer& layer, const Mapping& mapping) {
  if (architecture.levels.size() < mapping.levels.size()) {
    const Architecture placed = with_places(architecture, places_of(mapping));
    return in_levels_of(mapping, evaluate(placed, layer, mapping));
  }
  const MergedDims into = counted_dims(mapping, layer);
  const EnumArray<Dim, bool>& along = architecture.compute.block.along;
  if (merge_dims(along, into) == along) {
    return cost_of(architecture, merge_dims(layer, into), mapping);
  }
  return cost_of(with_blocks(architecture, into), merge_dims(layer, into), mapping);
}

LayerCost evaluate_relative(const Architecture& architecture, const Layer& layer,
                            const Mapping& mapping, LayerCost known) {
  set_energy(architecture, merge_dims(layer, counted_dims(mapping, layer)), known);
  return known;
}

Cycles on_chip_latency(const Architecture& architecture, const Layer& of, const Mapping& mapping) {
  if (architecture.levels.size() < mapping.levels.size()) {
    return on_chip_latency(with_places(architecture, places_of(mapping)), of, mapping);
  }
  const MergedDims into = counted_dims(mapping, of);
  const Layer layer = merge_dims(of, into);
  Architecture fed = with_blocks(architecture, into);
  for (Memory& memory : fed.levels.front().memories) {
    memory.read_bandwidth = memory.write_bandwidth = kUnlimited;
    memory.ports.clear();
    memory.start_up = Cycles{0.0};
  }
  const OwnedTables owned(layer, mapping, merge_rules(fed), refetch_rules(fed));
  const AccessCounts counts = count_accesses(layer, owned.tables());
  return layer_latency(fed, layer, owned.tables(), counts).total;
}

std::int64_t active_units(const Mapping& mapping) {
  std::int64_t units = 1;
  for (const LevelMapping& level : mapping.levels) {
    for (const SpatialLoop& loop : level.spatial) units *= loop.bound;
  }
  return units;
}

}  // namespace tilewise
