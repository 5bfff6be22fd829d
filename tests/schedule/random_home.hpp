#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "arch/architecture.hpp"
#include "sim/random_nests.hpp"

namespace tilewise::testing {

/// Random hardware of two or three levels, of which one is a home: one memory for Input and Output,
/// or two that exchange roles; Weight lies with one of them, in a third, or nowhere.
class RandomHomes {
 public:
  explicit RandomHomes(RandomNests& random) : random_(random) {}

  /// The home is named "home"; its memories have no capacity.
  Architecture next() {
    Architecture made;
    made.name = "random";
    made.clock = Megahertz{100.0};
    made.levels = {dram(), home()};
    const std::int64_t third = random_.pick(0, 3);
    if (third == 0) made.levels.insert(made.levels.begin() + 1, on_chip("outer"));
    if (third == 1) made.levels.push_back(on_chip("inner"));
    if (third == 0 || random_.chance(50)) made.home = "home";
    Level& last = made.levels.back();
    last.fan_out.x.size = random_.chance(60) ? random_.pick(2, 3) : 1;
    last.fan_out.y.size = random_.chance(20) ? 2 : 1;
    if (third == 1 && random_.chance(40)) made.levels[1].fan_out.x.size = 2;
    made.compute.energy = Picojoules{0.5};
    made.compute.add_energy = Picojoules{0.1};
    if (random_.chance(40)) made.energy_per_cycle = energy(20.0);
    made.constraints.resize(made.levels.size());
    constrain(made);
    return made;
  }

 private:
  Picojoules energy(double most) {
    return Picojoules{most * static_cast<double>(random_.pick(1, 20)) / 20.0};
  }

  BitsPerCycle bandwidth() {
    if (random_.chance(25)) return kUnlimited;
    return BitsPerCycle{static_cast<double>(random_.pick(3, 64))};
  }

  Memory memory(const std::string& name, std::vector<Tensor> holds, double most) {
    Memory made;
    made.name = name;
    for (const Tensor t : holds) made.holds[t] = true;
    made.read_bandwidth = bandwidth();
    made.write_bandwidth = bandwidth();
    made.shared_port = random_.chance(30);
    made.buffering = random_.chance(45)   ? Buffering::Single
                     : random_.chance(80) ? Buffering::Double
                                          : Buffering::Streaming;
    made.energy = {energy(most), energy(most)};
    if (random_.chance(30)) made.leakage = Milliwatts{0.2};
    return made;
  }

  Level dram() {
    Level made;
    made.name = "DRAM";
    made.memories = {memory("dram", {Tensor::Input, Tensor::Weight, Tensor::Output}, 100.0)};
    return made;
  }

  Level on_chip(const std::string& name) {
    Level made;
    made.name = name;
    made.memories = {memory(name, {Tensor::Input, Tensor::Weight, Tensor::Output}, 4.0)};
    made.memories.front().capacity = Bits{random_.pick(8, 24) * 16};
    return made;
  }

  Level home() {
    Level made;
    made.name = "home";
    made.memories = {memory("first", {Tensor::Input}, 8.0)};
    if (random_.chance(50)) {
      made.memories.push_back(memory("second", {Tensor::Output}, 8.0));
      made.exchanges_roles = true;
    } else {
      made.memories.front().holds[Tensor::Output] = true;
    }
    const auto memories = static_cast<std::int64_t>(made.memories.size());
    const std::int64_t weights = random_.pick(0, memories + 1);
    if (weights < memories) {
      made.memories[static_cast<std::size_t>(weights)].holds[Tensor::Weight] = true;
    } else if (weights == memories) {
      const Memory third = memory("weights", {Tensor::Weight}, 8.0);
      // Before the others in half of the homes: an index says nothing of the role.
      made.memories.insert(random_.chance(50) ? made.memories.begin() : made.memories.end(), third);
    }
    return made;
  }

  void constrain(Architecture& made) {
    for (std::size_t l = 0; l < made.levels.size(); ++l) {
      LevelConstraint& rule = made.constraints[l];
      const std::int64_t orders = random_.pick(1, 2);
      for (std::int64_t i = 0; i < orders; ++i) {
        rule.orders.emplace_back(kDims.begin(), kDims.end());
        std::shuffle(rule.orders.back().begin(), rule.orders.back().end(), random_.generator());
      }
      if (l + 1 < made.levels.size() && random_.chance(50)) {
        rule.temporal[Dim::R].most = rule.temporal[Dim::S].most = 1;
      }
      for (const Tensor t : kTensors) {
        if (l == 0 || made.levels[l].memory_of(t) == nullptr) continue;
        const bool elsewhere = made.levels[l].name != "home";
        if (random_.chance(elsewhere ? 80 : 35)) rule.keep[t] = random_.chance(60);
      }
    }
  }

  RandomNests& random_;
};

}  // namespace tilewise::testing
