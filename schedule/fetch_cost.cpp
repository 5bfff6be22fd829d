#include "schedule/fetch_cost.hpp"

#include <algorithm>

#include "sim/access_counts.hpp"
#include "sim/cost_terms.hpp"
#include "sim/energy.hpp"

namespace tilewise {

TotalCost fetch_cost(const Architecture& architecture, const Layer& layer, Tensor tensor,
                     std::int64_t words, std::size_t level) {
  if (words == 0) return {};
  TransferCounts transfer;
  transfer.tensor = tensor;
  transfer.child = level;
  transfer.child_words = transfer.parent_words = words;
  transfer.network_words.assign(level, words);
  AccessCounts counts;
  counts.transfers = {transfer};
  Cycles slowest;
  for (const PortTerm& term : port_terms(architecture, layer, counts, level).terms) {
    const auto moved = static_cast<double>(words);
    slowest = std::max(slowest, Cycles{transfer_time(moved, moved * term.cycles_per_word,
                                                     term.start_up, term.burst)});
  }
  Energy energy = dynamic_energy(architecture, layer, counts);
  add_static_energy(architecture, slowest, energy);
  const Memory& from = *architecture.levels.front().memory_of(tensor);
  return {energy.total.count(), slowest.count(),
          parent_bits(from, layer, transfer) * static_cast<double>(words)};
}

}  // namespace tilewise
