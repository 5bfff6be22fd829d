#pragma once

#include <string>
#include <utility>

#include "arch/architecture.hpp"
#include "random_nests.hpp"

namespace tilewise::testing {

/// Random bandwidths, buffering, networks. Each level keeps its tensors in one memory, or the
/// weights in one of their own.
inline Architecture random_rates(RandomNests& random, std::size_t levels) {
  const auto bandwidth = [&] {
    return random.chance(40) ? kUnlimited
                             : BitsPerCycle{static_cast<double>(random.pick(2, 64)) * 1.5};
  };
  const auto memory = [&](std::string name, EnumArray<Tensor, bool> holds) {
    Memory made;
    made.name = std::move(name);
    made.holds = holds;
    made.read_bandwidth = bandwidth();
    made.write_bandwidth = bandwidth();
    made.shared_port = random.chance(40);
    made.buffering = static_cast<Buffering>(random.pick(0, 3));
    made.fresh_sums = holds[Tensor::Output] && random.chance(30);
    return made;
  };
  Architecture made;
  for (std::size_t level = 0; level < levels; ++level) {
    Level at;
    at.name = "L" + std::to_string(level);
    if (random.chance(50)) {
      at.memories = {memory("all", {{true, true, true}})};
    } else {
      at.memories = {memory("activations", {{true, false, true}}),
                     memory("weights", {{false, true, false}})};
    }
    at.fan_out.refill = random.chance(50) ? Refill::Waits : Refill::InTurn;
    for (const Tensor t : kTensors) {
      for (Memory& each : at.memories) {
        if (level == 0 && random.chance(20)) each.coded[t] = RunLengthCode{};
      }
      TensorNetwork& network = at.fan_out.networks[t];
      network.bandwidth = bandwidth();
      network.multicast = random.chance(70);
      network.spatial_reduction = random.chance(70);
    }
    made.levels.push_back(at);
  }
  if (random.chance(30)) {
    made.compute.interval = Cycles{static_cast<double>(random.pick(1, 9))};
    made.compute.pass_overhead = Cycles{static_cast<double>(random.pick(0, 7))};
  }
  return made;
}

/// Makes each array as large as the loops across it.
inline void fit_arrays(const Mapping& mapping, Architecture& architecture) {
  for (std::size_t l = 0; l < architecture.levels.size(); ++l) {
    FanOut& fan_out = architecture.levels[l].fan_out;
    for (const SpatialLoop& loop : mapping.levels[l].spatial) {
      (loop.axis == Axis::X ? fan_out.x : fan_out.y).size *= loop.bound;
    }
  }
}

}  // namespace tilewise::testing
