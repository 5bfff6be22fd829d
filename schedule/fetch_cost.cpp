#include "schedule/fetch_cost.hpp"

#include <algorithm>
#include <cmath>

#include "sim/access_counts.hpp"
#include "sim/cost_terms.hpp"
#include "sim/energy.hpp"

namespace tilewise {

LayerCost fetch_cost(const Architecture& architecture, const Layer& layer, Tensor tensor,
                     std::int64_t words, std::size_t level) {
  LayerCost cost;
  if (words == 0) return cost;
  TransferCounts transfer;
  transfer.tensor = tensor;
  transfer.child = level;
  transfer.child_words = transfer.parent_words = words;
  transfer.network_words.assign(level, words);
  cost.counts.transfers = {transfer};
  const PortTerms terms = port_terms(architecture, layer, cost.counts, level);
  for (const Port& port : terms.ports) cost.latency.ports.push_back({port, Cycles{0.0}});
  for (const PortTerm& term : terms.terms) {
    const auto moved = static_cast<double>(words);
    Cycles& busy = cost.latency.ports[term.port].busy;
    busy += Cycles{transfer_time(moved, moved * term.cycles_per_word, term.start_up, term.burst)};
    cost.latency.total = std::max(cost.latency.total, busy);
  }
  cost.time = duration(cost.latency.total, architecture.clock);
  cost.energy = dynamic_energy(architecture, layer, cost.counts);
  add_static_energy(architecture, cost.latency.total, cost.energy);
  const Memory& from = *architecture.levels.front().memory_of(tensor);
  cost.off_chip_bits =
      std::llround(parent_bits(from, layer, transfer) * static_cast<double>(words));
  cost.bound = bound_of(cost.latency, architecture);
  return cost;
}

}  // namespace tilewise
