#include "mapper/bound/compulsory.hpp"

#include <algorithm>

#include "sim/cost_terms.hpp"

namespace tilewise {
namespace {

/// Bits of all words of `t`, the complete ones coded; Output as narrow as it may lie there.
double least_bits(const Architecture& on, const Memory& memory, const Layer& layer, Tensor t) {
  double width =
      static_cast<double>(layer.widths.tensor[t].count()) * coded_share(memory, layer, t);
  if (t == Tensor::Output) {
    width = std::min(width, static_cast<double>(sum_width(memory, layer).count()));
  }
  for (const Level& level : on.levels) width *= level.part[t];
  return static_cast<double>(words(layer, t)) * width;
}

double busy_cycles(const Architecture& on, const Memory& memory, const Layer& layer,
                   const MemoryPort& port) {
  double read = 0.0;
  double written = 0.0;
  for (const Tensor t : kTensors) {
    if (!memory.holds[t] || !port.tensors[t] || !has_tensor(layer, t)) continue;
    (t == Tensor::Output ? written : read) += least_bits(on, memory, layer, t);
  }
  if (port.shared) return read / port.read->count() + written / port.read->count();
  return std::max(port.read ? read / port.read->count() : 0.0,
                  port.write ? written / port.write->count() : 0.0);
}

}  // namespace

Compulsory compulsory(const Problem& problem) {
  Compulsory least;
  const Layer& layer = problem.layer;
  for (const Memory& memory : problem.architecture.levels[0].memories) {
    for (const Tensor t : kTensors) {
      if (!memory.holds[t] || !has_tensor(layer, t)) continue;
      const Picojoules access = t == Tensor::Output ? memory.energy.write : memory.energy.read;
      // Gating may save accesses of the compute unit, if that is fed from here.
      double share = 1.0;
      if (memory.gated_by[t]) share = layer.density[*memory.gated_by[t]];
      least.energy += share * access.count() * least_bits(problem.architecture, memory, layer, t) /
                      static_cast<double>(memory.word_width.count());
    }
    for (const MemoryPort& port : ports_of(memory)) {
      least.latency =
          std::max(least.latency, busy_cycles(problem.architecture, memory, layer, port));
    }
  }
  return least;
}

}  // namespace tilewise
