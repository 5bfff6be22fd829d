#include "mapper/bound/energy_weights.hpp"

#include "sim/cost_terms.hpp"

namespace tilewise {

EnergyWeights energy_weights(const Architecture& on, const Layer& layer, Tensor t,
                             std::size_t parent, std::size_t boundary) {
  const bool compute_unit = boundary == on.levels.size();
  const bool output = t == Tensor::Output;
  const Memory& above = *on.levels[parent].memory_of(t);
  const double bits = output ? 1.0 : static_cast<double>(layer.widths.tensor[t].count());
  const double coded = output ? 1.0 : coded_share(above, layer, t);
  double gate = 1.0;
  if (compute_unit && above.gated_by[t]) gate = layer.density[*above.gated_by[t]];
  const auto each = [bits](Picojoules access, const Memory& memory) {
    return access.count() * bits / static_cast<double>(memory.word_width.count());
  };
  EnergyWeights made;
  made.parent = coded * gate * each(output ? above.energy.write : above.energy.read, above);
  if (output) made.partial_above = gate * each(above.energy.read, above);
  made.every_update_reads = output && compute_unit && above.fresh_sums;
  if (!compute_unit) {
    const Memory& below = *on.levels[boundary].memory_of(t);
    const bool fresh = output && below.fresh_sums;
    const double coded_below = output ? 1.0 : coded_share(below, layer, t);
    if (!fresh) {
      made.child = coded_below * each(output ? below.energy.read : below.energy.write, below);
    }
    if (output && !fresh) made.partial_below = each(below.energy.write, below);
  }
  const auto start_bits = static_cast<double>(layer.start.width.count());
  const auto each_start = [start_bits](Picojoules access, const Memory& memory) {
    return access.count() * start_bits / static_cast<double>(memory.word_width.count());
  };
  if (output) {
    made.start = each_start(above.energy.read, above);
    if (!compute_unit) {
      const Memory& below = *on.levels[boundary].memory_of(t);
      if (!below.fresh_sums) made.start += each_start(below.energy.write, below);
    }
  }
  const double part = compute_unit ? 1.0 : on.levels[boundary].part[t];
  made.parent *= part;
  made.child *= part;
  for (std::size_t level = parent; level < boundary; ++level) {
    const TensorNetwork& network = on.levels[level].fan_out.networks[t];
    made.hops.push_back(part * network.hops * network.energy_per_hop.count());
  }
  return made;
}

}  // namespace tilewise
