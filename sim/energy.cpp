#include "sim/energy.hpp"

#include <utility>

#include "sim/cost_terms.hpp"

namespace tilewise {
namespace {

/// Walks all that costs energy; `sink(prefix, place, tensor, cause, energy, spread)` takes each
/// item.
template <class Sink>
class EnergyWalk {
 public:
  EnergyWalk(const Architecture& architecture, const Layer& layer, Sink sink)
      : architecture_(architecture), layer_(layer), sink_(std::move(sink)) {}

  void add(const TransferCounts& transfer) {
    const Tensor t = transfer.tensor;
    const auto child = static_cast<double>(transfer.child_words);
    const auto parent = static_cast<double>(transfer.parent_words);
    const auto partial = static_cast<double>(transfer.parent_partial_reads);
    const bool output = t == Tensor::Output;
    const double gate = gating(transfer);
    const Memory& above = *architecture_.levels[transfer.parent].memory_of(t);
    const double bits_above = parent_bits(above, layer_, transfer);
    const bool to_compute = transfer.child == architecture_.levels.size();
    double reads = output ? partial : parent;
    if (output && to_compute && above.fresh_sums) reads = parent;
    access(transfer.parent, t, EnergyCause::Read, gate * reads, bits_above);
    access(transfer.parent, t, EnergyCause::Write, gate * (output ? parent : 0.0), bits_above);
    if (!to_compute) {
      const Memory& below = *architecture_.levels[transfer.child].memory_of(t);
      const double bits = child_bits(below, layer_, transfer);
      const bool fresh = output && below.fresh_sums;
      access(transfer.child, t, EnergyCause::Read, output && !fresh ? child : 0.0, bits);
      access(transfer.child, t, EnergyCause::Write, !output ? child : fresh ? 0.0 : partial, bits);
    }
    const auto starts = static_cast<double>(transfer.start_words);
    const auto start_bits = static_cast<double>(layer_.start.width.count());
    access(transfer.parent, t, EnergyCause::Read, starts, start_bits);
    if (!to_compute && !architecture_.levels[transfer.child].memory_of(t)->fresh_sums) {
      access(transfer.child, t, EnergyCause::Write, starts, start_bits);
    }
    for (std::size_t level = transfer.parent; level < transfer.child; ++level) {
      const TensorNetwork& network = architecture_.levels[level].fan_out.networks[t];
      const auto words =
          static_cast<double>(transfer.network_words[level - transfer.parent]) + partial + starts;
      sink_("network below ", architecture_.levels[level].name, t, EnergyCause::Network,
            words * network.hops * network.energy_per_hop, EnergySpread{});
    }
  }

  void add_operations(std::int64_t operations) {
    const ComputeUnit& unit = architecture_.compute;
    const auto count = static_cast<double>(operations);
    if (!has_weights(layer_.op)) {
      sink_("", "compute", std::nullopt, EnergyCause::Mac,
            static_cast<double>(layer_.operations) * count * unit.add_energy, unit.spread);
      return;
    }
    const double active = unit.gated_by ? layer_.density[*unit.gated_by] : 1.0;
    sink_("", "compute", std::nullopt, EnergyCause::Mac,
          count * active * unit.energy + count * (1.0 - active) * unit.gated_energy, unit.spread);
  }

 private:
  /// The share of the accesses from the compute unit that a zero operand does not save.
  double gating(const TransferCounts& transfer) const {
    if (transfer.child < architecture_.levels.size()) return 1.0;
    const Memory* memory = architecture_.levels[transfer.parent].memory_of(transfer.tensor);
    const std::optional<Tensor> by = memory->gated_by[transfer.tensor];
    return by ? layer_.density[*by] : 1.0;
  }

  void access(std::size_t level, Tensor t, EnergyCause cause, double words, double bits) {
    const Level& at = architecture_.levels[level];
    const Memory* memory = at.memory_of(t);
    const double accesses = words * bits / static_cast<double>(memory->word_width.count());
    const Picojoules each = cause == EnergyCause::Read ? memory->energy.read : memory->energy.write;
    sink_("", at.name, t, cause, accesses * each, memory->spread);
  }

  const Architecture& architecture_;
  const Layer& layer_;
  Sink sink_;
};

template <class Sink>
void walk_energy(const Architecture& architecture, const Layer& layer, const AccessCounts& counts,
                 Sink sink) {
  EnergyWalk<Sink> walk(architecture, layer, std::move(sink));
  for (const TransferCounts& transfer : counts.transfers) walk.add(transfer);
  walk.add_operations(counts.macs);
}

}  // namespace

std::string_view name(EnergyCause cause) {
  switch (cause) {
    case EnergyCause::Read: return "read";
    case EnergyCause::Write: return "write";
    case EnergyCause::Network: return "network";
    case EnergyCause::Mac: return "mac";
    case EnergyCause::Leakage: return "leakage";
    case EnergyCause::Clock: return "clock";
  }
  return "";
}

void add_item(Energy& energy, EnergyItem item, const EnergySpread& spread) {
  if (item.energy == Picojoules{0.0}) return;
  energy.total += item.energy;
  energy.below += (1.0 - spread.low) * item.energy;
  energy.above += (spread.high - 1.0) * item.energy;
  energy.items.push_back(std::move(item));
}

Energy dynamic_energy(const Architecture& architecture, const Layer& layer,
                      const AccessCounts& counts) {
  Energy result;
  walk_energy(
      architecture, layer, counts,
      [&](std::string_view prefix, std::string_view place, std::optional<Tensor> t,
          EnergyCause cause, Picojoules amount, const EnergySpread& spread) {
        if (amount == Picojoules{0.0}) return;  // before its place is written
        add_item(result, {std::string(prefix) + std::string(place), t, cause, amount}, spread);
      });
  return result;
}

Picojoules dynamic_energy_total(const Architecture& architecture, const Layer& layer,
                                const AccessCounts& counts) {
  Picojoules total;
  walk_energy(architecture, layer, counts,
              [&](std::string_view, std::string_view, std::optional<Tensor>, EnergyCause,
                  Picojoules amount, const EnergySpread&) { total += amount; });
  return total;
}

Milliwatts leakage_power(const Architecture& architecture) {
  Milliwatts power;
  for (std::size_t level = 0; level < architecture.levels.size(); ++level) {
    if (architecture.levels[level].place > 0) continue;  // the memories of the level before
    const std::int64_t instances = instances_of(architecture, level);
    for (const Memory& memory : architecture.levels[level].memories) {
      power += instances * memory.leakage;
    }
  }
  return power + compute_units(architecture) * architecture.compute.leakage;
}

Picojoules static_energy_per_cycle(const Architecture& architecture) {
  return energy(leakage_power(architecture), duration(Cycles{1.0}, architecture.clock)) +
         architecture.energy_per_cycle;
}

void add_static_energy(const Architecture& architecture, Cycles latency, Energy& total) {
  add_item(total, {"chip", std::nullopt, EnergyCause::Leakage,
                   energy(leakage_power(architecture), duration(latency, architecture.clock))});
  add_item(total, {"chip", std::nullopt, EnergyCause::Clock,
                   latency.count() * architecture.energy_per_cycle});
}

}  // namespace tilewise
