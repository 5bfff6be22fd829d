#pragma once

#include <array>
#include <cstdint>

#include "arch/architecture.hpp"
#include "random_nests.hpp"

namespace tilewise::testing {

/// Gives an architecture at random what only some hardware has: ports of tensors, start-ups,
/// bursts, sums of their own width, codes on chip, skewed arrays, a pipeline that fills, blocks of
/// steps, memories that load their tiles again.
class RareHardware {
 public:
  explicit RareHardware(std::uint64_t seed) : random_(seed) {}

  void add_to(Architecture& made) {
    for (std::size_t level = 0; level < made.levels.size(); ++level) {
      for (Memory& memory : made.levels[level].memories) add_to(memory, level);
      if (random_.chance(45)) {
        const bool innermost = level + 1 == made.levels.size();
        made.levels[level].fan_out.skew =
            innermost || random_.chance(30) ? Skew::Layer : Skew::Pass;
      }
    }
    if (random_.chance(30)) made.compute.layer_overhead = cycles();
    if (random_.chance(50)) add_block(made.compute.block);
  }

 private:
  Cycles cycles() { return Cycles{static_cast<double>(random_.pick(1, 9))}; }
  void add_block(StepBlock& block) {
    block.along[kDims[static_cast<std::size_t>(random_.pick(0, 7))]] = true;
    for (bool& along : block.along) along = along || random_.chance(25);
    block.steps = random_.pick(1, 6);
    block.least = Cycles{static_cast<double>(random_.pick(1, 24)) / 2.0};
  }
  BitsPerCycle bandwidth() {
    if (random_.chance(30)) return kUnlimited;
    return BitsPerCycle{static_cast<double>(random_.pick(3, 96)) / 1.5};
  }

  void add_to(Memory& memory, std::size_t level) {
    if (random_.chance(40)) add_ports(memory);
    if (level > 0 && random_.chance(25)) memory.refetches = true;
    if (random_.chance(35)) memory.start_up = cycles();
    if (random_.chance(35)) memory.burst = Bits{random_.pick(1, 100)};
    if (random_.chance(40) && memory.holds[Tensor::Output]) {
      memory.sum_width = Bits{random_.pick(4, 40)};
    }
    for (const Tensor t : {Tensor::Input, Tensor::Weight}) {
      if (!memory.holds[t] || !random_.chance(25)) continue;
      memory.coded[t] = FixedCode{static_cast<double>(random_.pick(2, 10)) / 10.0, "drawn"};
      if (random_.chance(30)) memory.coded[t] = RunLengthCode{Bits{3}, Bits{64}};
    }
    if (level == 0 && memory.holds[Tensor::Output] && random_.chance(20)) {
      memory.coded[Tensor::Output] = FixedCode{0.6, "drawn"};
    }
  }

  /// Each held tensor is read at one of two ports and written at one; some are of both ways.
  void add_ports(Memory& memory) {
    std::array<MemoryPort, 5> ports{};
    for (const Tensor t : kTensors) {
      if (!memory.holds[t]) continue;
      if (random_.chance(30)) {
        ports[4].tensors[t] = ports[4].shared = true;
        continue;
      }
      ports[static_cast<std::size_t>(random_.pick(0, 1))].tensors[t] = true;
      ports[static_cast<std::size_t>(random_.pick(2, 3))].tensors[t] = true;
    }
    for (std::size_t i = 0; i < ports.size(); ++i) {
      if (ports[i].tensors == EnumArray<Tensor, bool>{}) continue;
      (i == 2 || i == 3 ? ports[i].write : ports[i].read) = bandwidth();
      memory.ports.push_back(ports[i]);
    }
  }

  RandomNests random_;
};

}  // namespace tilewise::testing
