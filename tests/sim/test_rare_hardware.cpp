#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "pointwise_72.hpp"
#include "sim/evaluate.hpp"

namespace tilewise {
namespace {

using testing::pointwise_72;
using testing::tiles_of_six;

// tests/sim/test_energy.cpp counts the plain case: 12 tiles of 6 steps, a single buffer. Cold fill
// 2 Input and 6 Weight words; five transitions of 2 Input and 3 leaving words; one of 2 + 6, 3
// leaving and 3 returning; five of 2, 3 and 3; a last drain of 3. A word a cycle: 162 cycles.
double latency(const Architecture& architecture, const Mapping& mapping = tiles_of_six()) {
  return evaluate(architecture, pointwise_72(), mapping).latency.total.count();
}

double energy_of(const LayerCost& cost, const char* place, Tensor t, EnergyCause cause) {
  double sum = 0.0;
  for (const EnergyItem& item : cost.energy.items) {
    if (item.place == place && item.tensor == t && item.cause == cause) sum += item.energy.count();
  }
  return sum;
}

TEST_SUITE("rare hardware") {
  TEST_CASE("a MAC of three cycles takes three times the steps, its pipeline fills once") {
    // Eq. 7 and 10
    Architecture architecture = find_architecture("two_level");
    architecture.compute.interval = Cycles{3.0};
    CHECK(latency(architecture) == 162.0 + 2 * 72);
    architecture.compute.layer_overhead = Cycles{4.0};
    CHECK(latency(architecture) == 162.0 + 2 * 72 + 4);
    CHECK(evaluate(architecture, pointwise_72(), tiles_of_six()).latency.compute_time ==
          Cycles{3.0 * 72 + 4});
  }

  TEST_CASE("a skewed array fills once a layer, or whenever what stays in it changes") {
    // Eq. 20
    Architecture architecture = find_architecture("two_level");
    FanOut& array = architecture.levels[0].fan_out;
    array.x.size = 3;
    array.y.size = 2;
    array.skew = Skew::Layer;
    CHECK(latency(architecture) == 162.0 + 3);
    // All three tensors are kept below: each of 11 transitions brings something.
    array.skew = Skew::Pass;
    CHECK(latency(architecture) == 162.0 + 3 + 11 * 3);
    // Two cycles a step, so six a fill.
    architecture.compute.interval = Cycles{2.0};
    CHECK(latency(architecture) == 162.0 + 72 + 6 + 11 * 6);
  }

  TEST_CASE("where only weights stay in the array it fills again with new weights only") {
    // Eq. 20. C in two parts outside P and Q: two sets of weights.
    Architecture architecture = find_architecture("two_level");
    architecture.levels[0].memories[0].read_bandwidth = kUnlimited;
    architecture.levels[0].fan_out.x.size = 5;
    Mapping mapping = tiles_of_six();
    mapping.levels[1].keep = {{false, true, false}};
    const double plain = latency(architecture, mapping);
    CHECK(plain == 72.0);
    architecture.levels[0].fan_out.skew = Skew::Pass;
    CHECK(latency(architecture, mapping) == plain + 4 + 4);
  }

  TEST_CASE("every transfer waits for its start") {
    // Eq. 21. Two cycles for each tensor and direction: cold 2 x 2, then 5 x 4, 8, 5 x 6, and 2.
    Architecture architecture = find_architecture("two_level");
    architecture.levels[0].memories[0].start_up = Cycles{2.0};
    CHECK(latency(architecture) == 162.0 + 4 + 20 + 8 + 30 + 2);
  }

  TEST_CASE("a transfer moves whole bursts") {
    // Eq. 21. Four words a burst: 2 Input words take 4 cycles, 6 Weight words 8, 3 Output words 4.
    Architecture architecture = find_architecture("two_level");
    architecture.levels[0].memories[0].burst = Bits{64};
    CHECK(latency(architecture) == 72.0 + 12 + 5 * 8 + 20 + 5 * 12 + 4);
    // A burst of one word changes nothing.
    architecture.levels[0].memories[0].burst = Bits{16};
    CHECK(latency(architecture) == 162.0);
  }

  TEST_CASE("blocks of too few steps wait, tile by tile") {
    // Eq. 24. For each of 2 channels in 12 tiles 3 outputs: a block of 2 and one of 1.
    Architecture architecture = find_architecture("two_level");
    StepBlock& block = architecture.compute.block;
    block.along[Dim::M] = true;
    block.steps = 2;
    block.least = Cycles{4.0};
    CHECK(latency(architecture) == 162.0 + 24 * (2 + 3));
    CHECK(evaluate(architecture, pointwise_72(), tiles_of_six()).latency.compute_time ==
          Cycles{72.0 + 24 * (2 + 3)});
    // Six steps one after the other: three blocks of 2.
    block.along[Dim::C] = true;
    CHECK(latency(architecture) == 162.0 + 12 * (2 + 2 + 2));
    // Of three cycles each, two steps are long enough.
    architecture.compute.interval = Cycles{3.0};
    CHECK(latency(architecture) == 162.0 + 2 * 72);
    block.along[Dim::C] = false;
    CHECK(latency(architecture) == 162.0 + 2 * 72 + 24 * 1);
  }

  TEST_CASE("the last tile of a dimension has a block of its own length") {
    // Eq. 24. Three columns in tiles of 2 and 1, for each of 24 others.
    Architecture architecture = find_architecture("two_level");
    architecture.compute.block = {{{}}, 4, Cycles{4.0}};
    architecture.compute.block.along[Dim::Q] = true;
    Mapping mapping;
    mapping.levels.resize(2);
    mapping.levels[0].temporal = {{Dim::M, 3}, {Dim::C, 4}, {Dim::P, 2}, {Dim::Q, 2}};
    mapping.levels[1].temporal = {{Dim::Q, 2}};
    CHECK(evaluate(architecture, pointwise_72(), mapping).latency.compute_time ==
          Cycles{72.0 + 24 * (2 + 3)});
  }

  TEST_CASE("a product's pixels are rows: blocks along columns go on over the rows of the image") {
    // Eq. 24. Six pixels in a block of 6, or two rows of 3, for each of 12 others.
    Architecture architecture = find_architecture("two_level");
    architecture.compute.block = {{{}}, 6, Cycles{6.0}};
    architecture.compute.block.along[Dim::Q] = true;
    Mapping mapping;
    mapping.levels.resize(2);
    mapping.levels[0].temporal = {{Dim::M, 3}, {Dim::C, 4}};
    mapping.levels[1].temporal = {{Dim::N, 6}};
    const auto compute_time = [&] {
      return evaluate(architecture, pointwise_72(), mapping).latency.compute_time;
    };
    CHECK(compute_time() == Cycles{72.0});
    mapping.levels[1].temporal = {{Dim::P, 2}, {Dim::Q, 3}};
    CHECK(compute_time() == Cycles{72.0 + 12 * (3 + 3)});
  }

  TEST_CASE("a memory that loads its tiles again takes all their words at each transition") {
    // Eq. 25. Six weights with each of 12 tiles, not with two of them: 10 transitions of 6 more.
    Architecture architecture = find_architecture("two_level");
    architecture.levels[1].memories[0].refetches = true;
    CHECK(latency(architecture) == 162.0 + 10 * 6);
    const LayerCost cost = evaluate(architecture, pointwise_72(), tiles_of_six());
    CHECK(energy_of(cost, "DRAM", Tensor::Weight, EnergyCause::Read) == 12 * 6 * 100.0);
    CHECK(energy_of(cost, "Buffer", Tensor::Weight, EnergyCause::Write) == 12 * 6);
    // Two Input words with each tile came anyway; sums go out and return as before.
    CHECK(energy_of(cost, "DRAM", Tensor::Input, EnergyCause::Read) == 12 * 2 * 100.0);
    CHECK(energy_of(cost, "Buffer", Tensor::Output, EnergyCause::Write) == 72 + 18);
  }

  TEST_CASE("weights with a port of their own arrive beside the other tensors") {
    // Eq. 6. Cold max(2, 6); five of 5; one of max(6, 2 + 3 + 3); five of 8; 3.
    Architecture architecture = find_architecture("two_level");
    Memory& dram = architecture.levels[0].memories[0];
    dram.ports.push_back({{{false, true, false}}, BitsPerCycle{16.0}, kUnlimited, false});
    dram.ports.push_back({{{true, false, true}}, BitsPerCycle{16.0}, std::nullopt, true});
    CHECK(latency(architecture) == 72.0 + 6 + 5 * 5 + 8 + 5 * 8 + 3);
    const LayerCost cost = evaluate(architecture, pointwise_72(), tiles_of_six());
    CHECK(cost.bound == "DRAM.dram port of Input, Output");  // 24 + 36 + 18 = 78 > 72 steps
  }

  TEST_CASE("sums take the width of the memory that holds them, on and off the array") {
    // Eq. 22. Sums of 32 bit in the buffer, words and accesses of 16.
    Architecture architecture = find_architecture("two_level");
    architecture.levels[1].memories[0].sum_width = Bits{32};
    const LayerCost cost = evaluate(architecture, pointwise_72(), tiles_of_six());
    // Of 36 words that leave 18 are complete: 24 bit in the mean, 1.5 accesses. 18 return.
    // Of 72 updates 18 are complete: 28 bit in the mean, 1.75 accesses.
    CHECK(energy_of(cost, "Buffer", Tensor::Output, EnergyCause::Read) == 1.5 * 36 + 1.75 * 54);
    CHECK(energy_of(cost, "Buffer", Tensor::Output, EnergyCause::Write) == 1.75 * 72 + 1.5 * 18);
    // Off-chip memory holds sums as the layer says.
    CHECK(energy_of(cost, "DRAM", Tensor::Output, EnergyCause::Write) == 3600.0);
  }

  TEST_CASE("coded words are short in the memories that hold them, and between two of these") {
    // Eq. 18. 12 weights arrive, 72 are read by the MAC.
    Architecture architecture = find_architecture("two_level");
    architecture.levels[0].fan_out.networks[Tensor::Weight].bandwidth = BitsPerCycle{1.0};
    architecture.levels[1].memories[0].coded[Tensor::Weight] = FixedCode{0.5, "round number"};
    const auto cost = [&] { return evaluate(architecture, pointwise_72(), tiles_of_six()); };
    CHECK(energy_of(cost(), "Buffer", Tensor::Weight, EnergyCause::Write) == 6.0);
    CHECK(energy_of(cost(), "Buffer", Tensor::Weight, EnergyCause::Read) == 36.0);
    CHECK(energy_of(cost(), "DRAM", Tensor::Weight, EnergyCause::Read) == 1200.0);
    const auto network_busy = [&] {
      double busy = 0.0;
      const LayerCost at = cost();
      for (const PortLoad& load : at.latency.ports) {
        if (load.port.kind == Port::Kind::NetworkDown) busy += load.busy.count();
      }
      return busy;
    };
    CHECK(network_busy() == 12.0 * 16);
    architecture.levels[0].memories[0].coded[Tensor::Weight] = FixedCode{0.75, "round number"};
    CHECK(energy_of(cost(), "DRAM", Tensor::Weight, EnergyCause::Read) == 900.0);
    CHECK(network_busy() == 12.0 * 16 * 0.75);
  }
}

}  // namespace
}  // namespace tilewise
