#include "mapper/finite_cost.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "sim/cost_terms.hpp"
#include "sim/energy.hpp"
#include "sim/step_interval.hpp"

namespace tilewise {

void check_finite_cost(const Architecture& architecture, const Layer& layer) {
  double operands = 0.0;
  for (const Bits width : layer.widths.tensor) operands += static_cast<double>(width.count());
  const double bits = operands + static_cast<double>(layer.widths.partial_sum.count());
  const ComputeUnit& unit = architecture.compute;
  const auto operations = static_cast<double>(layer.operations);
  double energy =
      unit.energy.count() + unit.gated_energy.count() + operations * unit.add_energy.count();
  double cycles = step_interval(architecture, layer).count() + unit.pass_overhead.count() +
                  unit.block.least.count() + fill_of_layer(architecture).count();
  for (const Level& level : architecture.levels) {
    for (const Memory& memory : level.memories) {
      const double moved = operands + static_cast<double>(sum_width(memory, layer).count());
      energy += (memory.energy.read + memory.energy.write).count() * moved /
                static_cast<double>(memory.word_width.count());
      cycles += memory.start_up.count();
      for (const MemoryPort& port : ports_of(memory)) {
        if (port.read) cycles += moved / port.read->count();
        if (port.write) cycles += moved / port.write->count();
      }
    }
    for (const TensorNetwork& network : level.fan_out.networks) {
      energy += network.energy_per_hop.count() * network.hops;
      cycles += bits / network.bandwidth.count();
    }
  }
  const auto steps = static_cast<double>(iterations(layer));
  energy = steps * (energy + cycles * static_energy_per_cycle(architecture).count());
  if (std::isfinite(energy * steps * cycles)) return;
  throw InputError(
      fmt::format("{} on {}: its cost is not finite, as an energy or a rate of the architecture is "
                  "out of all proportion; make the energies smaller or the rates larger",
                  layer.name, architecture.name));
}

}  // namespace tilewise
