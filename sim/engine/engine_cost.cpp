#include "sim/engine/engine_cost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

Energy engine_energy_of(const FixedEngine& engine, const Layer& layer, const EngineRun& run,
                        Microseconds time) {
  Energy energy;
  for (const Tensor t : kTensors) {
    add_item(energy,
             {"DRAM", t, t == Tensor::Output ? EnergyCause::Write : EnergyCause::Read,
              engine.energy.off_chip_bit * run.off_chip_bits[t]},
             engine.energy.off_chip_spread);
  }
  const bool multiplies = macs(layer) > 0;
  add_item(energy,
           {"compute", std::nullopt, EnergyCause::Mac,
            (multiplies ? engine.energy.multiply_add : engine.energy.add) * iterations(layer)},
           engine.energy.compute_spread);
  add_item(energy, {"chip", std::nullopt, EnergyCause::Clock,
                    tilewise::energy(engine.energy.board_power, time)});
  return energy;
}

}  // namespace

LayerCost engine_cost(const FixedEngine& engine, const Layer& layer, const EngineRun& run,
                      std::int64_t units) {
  LayerCost cost;
  cost.counts.macs = macs(layer);
  cost.latency.total = run.total;
  cost.latency.compute_cycles = std::llround(run.loads.front().busy.count());
  cost.counts.compute_cycles = cost.latency.compute_cycles;
  cost.time = duration(run.total, engine.clock);
  cost.energy = engine_energy_of(engine, layer, run, cost.time);
  cost.bound =
      std::max_element(run.loads.begin(), run.loads.end(),
                       [](const EngineLoad& a, const EngineLoad& b) { return a.busy < b.busy; })
          ->part;
  for (const EngineLoad& load : run.loads) {
    const bool is_compute = cost.engine_loads.empty();
    cost.engine_loads.push_back(
        {std::string(load.part), is_compute ? "compute" : "DRAM", load.busy});
  }
  cost.utilisation =
      static_cast<double>(cost.counts.macs) / (static_cast<double>(units) * run.total.count());
  for (const std::int64_t bits : run.off_chip_bits) {
    cost.off_chip_bits = checked_add(cost.off_chip_bits, bits, "off-chip bits");
  }
  return cost;
}

void refuse_elementwise(const Layer& layer) {
  throw InputError(
      fmt::format("{}: the engine has no unit for elementwise operations other than the sum of two "
                  "maps; take a "
                  "device with a mapping, such as zc706",
                  layer.name));
}

}  // namespace tilewise
