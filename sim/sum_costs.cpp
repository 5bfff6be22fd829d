#include "sim/sum_costs.hpp"

#include <algorithm>
#include <cmath>

namespace tilewise {

void add_runs(LayerCost& sum, const LayerCost& cost, double times) {
  const double before = sum.utilisation * sum.latency.total.count();
  const double more = times * cost.utilisation * cost.latency.total.count();
  sum.latency.total += times * cost.latency.total;
  sum.latency.compute_cycles += std::llround(times) * cost.latency.compute_cycles;
  sum.latency.compute_time += times * cost.latency.compute_time;
  sum.latency.cold_fill += times * cost.latency.cold_fill;
  sum.latency.last_drain += times * cost.latency.last_drain;
  for (const PortLoad& load : cost.latency.ports) {
    const auto same = std::find_if(sum.latency.ports.begin(), sum.latency.ports.end(),
                                   [&](const PortLoad& each) { return each.port == load.port; });
    if (same == sum.latency.ports.end()) {
      sum.latency.ports.push_back({load.port, times * load.busy});
    } else {
      same->busy += times * load.busy;
    }
  }
  sum.energy.total += times * cost.energy.total;
  sum.energy.below += times * cost.energy.below;
  sum.energy.above += times * cost.energy.above;
  for (const EnergyItem& item : cost.energy.items) {
    const auto same =
        std::find_if(sum.energy.items.begin(), sum.energy.items.end(), [&](const EnergyItem& each) {
          return each.place == item.place && each.tensor == item.tensor && each.cause == item.cause;
        });
    if (same == sum.energy.items.end()) {
      sum.energy.items.push_back(item);
      sum.energy.items.back().energy = times * item.energy;
    } else {
      same->energy += times * item.energy;
    }
  }
  sum.off_chip_bits += std::llround(times) * cost.off_chip_bits;
  const double cycles = sum.latency.total.count();
  sum.utilisation = cycles > 0.0 ? (before + more) / cycles : 0.0;
}

void finish_sum(LayerCost& sum, const Architecture& architecture) {
  sum.time = duration(sum.latency.total, architecture.clock);
  sum.bound = bound_of(sum.latency, architecture);
}

}  // namespace tilewise
