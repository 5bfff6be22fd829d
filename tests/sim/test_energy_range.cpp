// How far other published energies move the energy of a layer (docs/model.md, Eq. 23), judged by
// architectures with those energies.
#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "mapper/search.hpp"
#include "sim/engine/engine_cost.hpp"
#include "sim/evaluate.hpp"
#include "sweep/target.hpp"
#include "workload/layer_yaml.hpp"

namespace tilewise {
namespace {

Layer small_convolution() {
  Layer layer;
  layer.bounds = {{1, 1, 8, 6, 7, 5, 3, 3}};
  layer.padding = {1, 1};
  layer.image = {7, 5};
  grant_padding_end(layer);
  check_layer(layer);
  return layer;
}

/// The architecture with the least, or the most, energies that anybody publishes.
Architecture at_end_of_spread(Architecture architecture, bool low) {
  const auto factor = [low](const EnergySpread& spread) { return low ? spread.low : spread.high; };
  for (Level& level : architecture.levels) {
    for (Memory& memory : level.memories) {
      memory.energy.read = factor(memory.spread) * memory.energy.read;
      memory.energy.write = factor(memory.spread) * memory.energy.write;
    }
  }
  ComputeUnit& unit = architecture.compute;
  const double computes = factor(unit.spread);
  unit.energy = computes * unit.energy;
  unit.gated_energy = computes * unit.gated_energy;
  unit.add_energy = computes * unit.add_energy;
  return architecture;
}

TEST_SUITE("range of an energy") {
  TEST_CASE("it is the energy with all published energies low, and with all high") {
    for (const char* name : {"eyeriss", "gemmini", "weight_stationary", "nvdla_small", "tpu_v1"}) {
      CAPTURE(name);
      const Architecture architecture = find_architecture(name);
      const Layer layer = small_convolution();
      const SearchResult found = search(architecture, layer, {});
      const Mapping& mapping = *best_mapping(found);
      const Energy energy = evaluate(architecture, layer, mapping).energy;
      const Energy low = evaluate(at_end_of_spread(architecture, true), layer, mapping).energy;
      const Energy high = evaluate(at_end_of_spread(architecture, false), layer, mapping).energy;
      CHECK((energy.total - energy.below).count() == doctest::Approx(low.total.count()));
      CHECK((energy.total + energy.above).count() == doctest::Approx(high.total.count()));
      CHECK(energy.above > Picojoules{0.0});
    }
  }

  TEST_CASE("energies that are given have no range") {
    const Architecture architecture = find_architecture("two_level");
    const SearchResult found = search(architecture, small_convolution(), {});
    CHECK(cost(found)->energy.below == Picojoules{});
    CHECK(cost(found)->energy.above == Picojoules{});
  }

  TEST_CASE("an engine with fixed control has that of its MACs and its off-chip memory") {
    const Device device = find_device("pixel_m32p32");
    const Layer layer = small_convolution();
    const LayerCost cost = std::get<LayerModel>(device).cost(layer);
    const EnergyTables tables = load_energy_tables();
    double above = 0.0;
    for (const EnergyItem& item : cost.energy.items) {
      if (item.cause == EnergyCause::Clock) continue;
      const EnergySpread spread =
          item.cause == EnergyCause::Mac ? tables.compute.spread : tables.dram.at("ddr4").spread;
      above += (spread.high - 1.0) * item.energy.count();
    }
    CHECK(cost.energy.above.count() == doctest::Approx(above));
    CHECK(above > 0.0);
  }
}

}  // namespace
}  // namespace tilewise
