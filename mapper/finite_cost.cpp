#include "mapper/finite_cost.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "sim/energy.hpp"
#include "sim/step_interval.hpp"

namespace tilewise {

void check_finite_cost(const Architecture& architecture, const Layer& layer) {
  double bits = static_cast<double>(layer.widths.partial_sum.count());
  for (const Bits width : layer.widths.tensor) bits += static_cast<double>(width.count());
  const ComputeUnit& unit = architecture.compute;
  const auto operations = static_cast<double>(layer.operations);
  double energy =
      unit.energy.count() + unit.gated_energy.count() + operations * unit.add_energy.count();
  double cycles = step_interval(architecture, layer).count() + unit.pass_overhead.count();
  for (const Level& level : architecture.levels) {
    for (const Memory& memory : level.memories) {
      energy += (memory.energy.read + memory.energy.write).count() * bits /
                static_cast<double>(memory.word_width.count());
      cycles += bits / memory.read_bandwidth.count() + bits / memory.write_bandwidth.count();
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
