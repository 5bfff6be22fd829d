#pragma once

#include <cstddef>
#include <cstdint>

#include "arch/architecture.hpp"
#include "workload/network.hpp"

namespace tilewise::testing {

/// Off-chip memory, at 1 pJ for each 16 bits either way, and a home for all that costs nothing.
inline Architecture free_home(Bits capacity) {
  Memory dram;
  dram.name = "dram";
  dram.holds = {{true, true, true}};
  dram.energy = {Picojoules{1.0}, Picojoules{1.0}};
  Memory buffer;
  buffer.name = "buffer";
  buffer.holds = {{true, true, true}};
  buffer.capacity = capacity;
  Architecture made;
  made.name = "free home";
  made.levels.resize(2);
  made.levels[0].name = "DRAM";
  made.levels[0].memories = {dram};
  made.levels[1].name = "home";
  made.levels[1].memories = {buffer};
  made.constraints.resize(2);
  return made;
}

/// Bits of what no schedule can keep on chip: what layers read of the network's input, weights, and
/// outputs that no layer reads.
inline std::int64_t compulsory_bits(const Network& network) {
  std::int64_t bits = 0;
  const auto add = [&](const Layer& layer, Tensor t) {
    bits += words(layer, t) * layer.widths.tensor[t].count();
  };
  for (std::size_t index = 0; index < network.size(); ++index) {
    const Layer& layer = network.layer(index);
    add(layer, Tensor::Weight);
    if (network.inputs_of(index).empty()) add(layer, Tensor::Input);
    if (network.consumers_of(index).empty()) add(layer, Tensor::Output);
  }
  return bits;
}

}  // namespace tilewise::testing
