#include "sim/energy.hpp"

#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "arch/area.hpp"
#include "pointwise_72.hpp"
#include "sim/evaluate.hpp"

namespace tilewise {
namespace {

using testing::pointwise_72;
using testing::tiles_of_six;

double sum_of(const Energy& energy, std::string_view place, std::optional<Tensor> t,
              EnergyCause cause) {
  double sum = 0.0;
  for (const EnergyItem& item : energy.items) {
    if (item.place == place && item.tensor == t && item.cause == cause) sum += item.energy.count();
  }
  return sum;
}

double sum_of(const Energy& energy) {
  double sum = 0.0;
  for (const EnergyItem& item : energy.items) sum += item.energy.count();
  return sum;
}

TEST_SUITE("energy and latency of one layer") {
  TEST_CASE("the energy of 72 MACs is the one counted by hand") {
    // Eq. 12, 13 and 15.
    // Off-chip memory 100 pJ, buffer 1 pJ an access, 1 pJ a MAC; all words 16 bit.
    const LayerCost cost = evaluate(find_architecture("two_level"), pointwise_72(), tiles_of_six());
    const auto item = [&](const char* place, Tensor t, EnergyCause cause) {
      return sum_of(cost.energy, place, t, cause);
    };
    // Input: 4 * 2 * 3 = 24 words, each read once. Weight: 3 * 4 = 12, still while P and Q run.
    CHECK(item("DRAM", Tensor::Input, EnergyCause::Read) == 2400.0);
    CHECK(item("DRAM", Tensor::Weight, EnergyCause::Read) == 1200.0);
    // Output: 3 * 2 * 3 = 18 words leave twice (C in two parts) and return once.
    CHECK(item("DRAM", Tensor::Output, EnergyCause::Write) == 3600.0);
    CHECK(item("DRAM", Tensor::Output, EnergyCause::Read) == 1800.0);
    // Buffer: what arrives is written; one read of each operand a MAC.
    CHECK(item("Buffer", Tensor::Input, EnergyCause::Write) == 24.0);
    CHECK(item("Buffer", Tensor::Weight, EnergyCause::Write) == 12.0);
    CHECK(item("Buffer", Tensor::Input, EnergyCause::Read) == 72.0);
    CHECK(item("Buffer", Tensor::Weight, EnergyCause::Read) == 72.0);
    // Output: 72 updates and 18 returning words are written; 36 drained and 72 - 18 = 54 added to.
    CHECK(item("Buffer", Tensor::Output, EnergyCause::Write) == 90.0);
    CHECK(item("Buffer", Tensor::Output, EnergyCause::Read) == 90.0);
    CHECK(sum_of(cost.energy, "compute", std::nullopt, EnergyCause::Mac) == 72.0);
    // 9000 off chip, 36 + 144 + 180 in the buffer, 72 in the MAC.
    CHECK(cost.energy.total.count() == 9432.0);
    CHECK(cost.off_chip_bits == (24 + 12 + 36 + 18) * 16);
  }

  TEST_CASE("the latency of 72 MACs is the one counted by hand") {
    // Eq. 7, 8 and 10, and Eq. 9 of a single buffer.
    // 12 tiles of 6 steps; the off-chip port moves one word a cycle; a single buffer: transfers
    // wait for the work. Cold fill 2 + 6 = 8. In the first half of C five transitions of 2 new
    // Input and 3 leaving Output words; then one of 2 + 6 + 3 and 3 returning; then five of
    // 2 + 3 + 3. The last drain is 3.
    const Architecture architecture = find_architecture("two_level");
    const LayerCost cost = evaluate(architecture, pointwise_72(), tiles_of_six());
    CHECK(cost.latency.compute_cycles == 72);
    CHECK(cost.latency.cold_fill == Cycles{8.0});
    CHECK(cost.latency.last_drain == Cycles{3.0});
    CHECK(cost.latency.tile_time[1] == Cycles{6.0});
    CHECK(cost.latency.tile_time[0] == Cycles{12.0 * 6 + 5 * 5 + 14 + 5 * 8});
    CHECK(cost.latency.total == Cycles{162.0});  // 151 + 8 + 3
    CHECK(cost.latency.stall_share() == doctest::Approx(90.0 / 162.0));
    CHECK(cost.time.count() == doctest::Approx(1.62));  // 100 MHz
    CHECK(cost.bound == "DRAM.dram port");              // 90 words > 72 steps
    CHECK(cost.utilisation == doctest::Approx(72.0 / 162.0));
  }

  TEST_CASE("a double buffer hides a transfer behind its own tile only") {
    // The same transitions of 5, 14 and 8 cycles beside tiles of 6: max(6, X) each.
    Architecture architecture = find_architecture("two_level");
    architecture.levels[1].memories[0].buffering = Buffering::Double;
    const LayerCost twice = evaluate(architecture, pointwise_72(), tiles_of_six());
    CHECK(twice.latency.tile_time[0] == Cycles{6.0 + 5 * 6 + 14 + 5 * 8});
    CHECK(twice.latency.total == Cycles{101.0});  // 90 + 8 + 3
    architecture.levels[1].memories[0].buffering = Buffering::Streaming;
    CHECK(evaluate(architecture, pointwise_72(), tiles_of_six()).latency.total == Cycles{101.0});
  }

  TEST_CASE("a first fill passes a shared port one tensor after the other") {
    // Weights arrive in a double buffer, inputs in a single one, both over the port of the
    // off-chip memory: 6 + 2 words take 8 cycles, not 6.
    Architecture architecture = find_architecture("two_level");
    Memory weights = architecture.levels[1].memories[0];
    architecture.levels[1].memories[0].holds[Tensor::Weight] = false;
    weights.name = "weights";
    weights.holds = {{false, true, false}};
    weights.buffering = Buffering::Double;
    architecture.levels[1].memories.push_back(weights);
    const LayerCost cost = evaluate(architecture, pointwise_72(), tiles_of_six());
    CHECK(cost.latency.cold_fill == Cycles{8.0});
  }

  TEST_CASE("the breakdown adds up to the total") {
    // Eq. 14 and 16 beside the 9432 pJ of above.
    Architecture architecture = find_architecture("two_level");
    architecture.energy_per_cycle = Picojoules{0.5};
    architecture.compute.leakage = Milliwatts{1.0};
    architecture.levels[0].fan_out.networks[Tensor::Input].energy_per_hop = Picojoules{0.25};
    const LayerCost cost = evaluate(architecture, pointwise_72(), tiles_of_six());
    CHECK(sum_of(cost.energy) == doctest::Approx(cost.energy.total.count()).epsilon(1e-12));
    // 24 words over one hop; 162 cycles of clock; 1 mW for 1.62 us = 1.62 nJ.
    CHECK(sum_of(cost.energy, "network below DRAM", Tensor::Input, EnergyCause::Network) == 6.0);
    CHECK(sum_of(cost.energy, "chip", std::nullopt, EnergyCause::Clock) == 81.0);
    CHECK(sum_of(cost.energy, "chip", std::nullopt, EnergyCause::Leakage) ==
          doctest::Approx(1620.0));
    CHECK(cost.energy.total.count() == doctest::Approx(9432.0 + 6 + 81 + 1620));
  }

  TEST_CASE("leakage is the power of all instances times the time") {
    // Eq. 16
    // Off-chip 3 mW once; 2 x 2 buffers of 2 mW; 4 MACs of 1 mW: 15 mW.
    Architecture architecture = find_architecture("two_level");
    architecture.levels[0].fan_out.x.size = 2;
    architecture.levels[0].fan_out.y.size = 2;
    architecture.levels[0].memories[0].leakage = Milliwatts{3.0};
    architecture.levels[1].memories[0].leakage = Milliwatts{2.0};
    architecture.compute.leakage = Milliwatts{1.0};
    CHECK(leakage_power(architecture) == Milliwatts{15.0});
    Energy energy;
    add_static_energy(architecture, Cycles{200.0}, energy);
    CHECK(energy.total.count() == doctest::Approx(30000.0));  // 15 mW * 2 us = 30 nJ
  }

  TEST_CASE("the leakage of a chip is that of its parts, and twice the time doubles its energy") {
    const Architecture eyeriss = find_architecture("eyeriss");
    CHECK(leakage_power(eyeriss).count() == doctest::Approx(chip_area(eyeriss).leakage.count()));
    const auto leaked = [&](Cycles latency) {
      Energy energy;
      add_static_energy(eyeriss, latency, energy);
      return sum_of(energy, "chip", std::nullopt, EnergyCause::Leakage);
    };
    CHECK(leaked(Cycles{1.0}) > 0.0);
    CHECK(leaked(Cycles{2e6}) == doctest::Approx(2.0 * leaked(Cycles{1e6})));
  }

  TEST_CASE("zeros save the gated accesses and the gated share of the MACs") {
    // A quarter of the inputs is not zero: 18 of 72 weight reads, 18 MACs and 54 gated ones.
    Architecture architecture = find_architecture("two_level");
    architecture.levels[1].memories[0].gated_by[Tensor::Weight] = Tensor::Input;
    architecture.compute.gated_by = Tensor::Input;
    architecture.compute.gated_energy = Picojoules{0.5};
    Layer layer = pointwise_72();
    layer.density[Tensor::Input] = 0.25;
    const LayerCost cost = evaluate(architecture, layer, tiles_of_six());
    CHECK(sum_of(cost.energy, "Buffer", Tensor::Weight, EnergyCause::Read) == 18.0);
    CHECK(sum_of(cost.energy, "Buffer", Tensor::Weight, EnergyCause::Write) == 12.0);  // fills stay
    CHECK(sum_of(cost.energy, "Buffer", Tensor::Input, EnergyCause::Read) == 72.0);
    CHECK(sum_of(cost.energy, "compute", std::nullopt, EnergyCause::Mac) == 18.0 + 27.0);
  }

  TEST_CASE("an elementwise layer takes its operations for each word of each operand") {
    Architecture architecture = find_architecture("two_level");
    architecture.compute.add_energy = Picojoules{0.125};
    Layer layer;
    layer.op = Operator::Elementwise;
    layer.bounds[Dim::G] = 4;
    layer.bounds[Dim::C] = 2;  // operands
    Mapping mapping;
    mapping.levels.resize(2);
    mapping.levels[1].temporal = {{Dim::G, 4}, {Dim::C, 2}};
    const LayerCost once = evaluate(architecture, layer, mapping);
    layer.operations = 5;
    const LayerCost cost = evaluate(architecture, layer, mapping);
    // 4 channels x 2 operands = 8 words, 5 steps each; the transfers are those of one operation.
    CHECK(sum_of(once.energy, "compute", std::nullopt, EnergyCause::Mac) == 8 * 0.125);
    CHECK(sum_of(cost.energy, "compute", std::nullopt, EnergyCause::Mac) == 40 * 0.125);
    CHECK(cost.latency.compute_time == Cycles{40.0});
    CHECK(cost.latency.total - once.latency.total == Cycles{32.0});
    CHECK(cost.off_chip_bits == once.off_chip_bits);
    CHECK(cost.off_chip_bits == (8 + 4) * 16);
    CHECK(cost.utilisation == 40.0 / cost.latency.total.count());
  }

  TEST_CASE("pooling adds and does not multiply") {
    Architecture architecture = find_architecture("two_level");
    architecture.compute.add_energy = Picojoules{0.125};
    Layer layer;
    layer.op = Operator::MaxPool;
    layer.bounds[Dim::R] = 2;
    layer.bounds[Dim::S] = 2;
    layer.image = {2, 2};
    Mapping mapping;
    mapping.levels.resize(2);
    mapping.levels[1].temporal = {{Dim::R, 2}, {Dim::S, 2}};
    const LayerCost cost = evaluate(architecture, layer, mapping);
    CHECK(sum_of(cost.energy, "compute", std::nullopt, EnergyCause::Mac) == 0.5);  // 4 operations
    CHECK(sum_of(cost.energy, "DRAM", Tensor::Weight, EnergyCause::Read) == 0.0);
  }

  TEST_CASE("more capacity at equal energies changes nothing") {
    Architecture architecture = find_architecture("two_level");
    const LayerCost small = evaluate(architecture, pointwise_72(), tiles_of_six());
    architecture.levels[1].memories[0].capacity = kibibytes(1024);
    const LayerCost large = evaluate(architecture, pointwise_72(), tiles_of_six());
    CHECK(small.energy.total == large.energy.total);
    CHECK(small.latency.total == large.latency.total);
  }

  TEST_CASE("energy is linear in the energies, and independent of the bandwidths") {
    Architecture architecture = find_architecture("two_level");
    for (Level& level : architecture.levels) {
      AccessEnergy& each = level.memories[0].energy;
      each = {3 * each.read, 3 * each.write};
    }
    architecture.compute.energy = 3 * architecture.compute.energy;
    architecture.levels[0].memories[0].read_bandwidth = BitsPerCycle{1.0};
    const LayerCost cost = evaluate(architecture, pointwise_72(), tiles_of_six());
    CHECK(cost.energy.total.count() == doctest::Approx(3 * 9432.0));
  }

  TEST_CASE("half the bandwidth doubles the transfers and nothing else") {
    Architecture architecture = find_architecture("two_level");
    architecture.levels[0].memories[0].read_bandwidth = BitsPerCycle{8.0};
    const LayerCost cost = evaluate(architecture, pointwise_72(), tiles_of_six());
    CHECK(cost.latency.total == Cycles{72.0 + 2 * 90.0});  // 72 steps and 90 words apart
  }
}

}  // namespace
}  // namespace tilewise
