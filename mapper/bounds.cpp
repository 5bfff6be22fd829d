#include "mapper/bounds.hpp"

#include <algorithm>

#include "base/units.hpp"
#include "sim/energy.hpp"

namespace tilewise {
namespace {

double bits_of(const Layer& layer, Tensor t) {
  const auto width = static_cast<double>(layer.widths.tensor[t].count());
  if (t != Tensor::Output) return width;
  return std::min(width, static_cast<double>(layer.widths.partial_sum.count()));
}

}  // namespace

Partial Partial::one(std::size_t levels) {
  const EnumArray<Tensor, std::int64_t> ones{{1, 1, 1}};
  const std::vector<std::int64_t> each(levels, 1);
  const std::vector<EnumArray<Tensor, std::int64_t>> words(levels, ones);
  return {1, each, each, words, words, each};
}

Partial Partial::with(const Candidate& candidate) const {
  Partial made = *this;
  made.executed *= candidate.executed;
  for (std::size_t level = 0; level < x.size(); ++level) {
    made.x[level] *= candidate.x[level];
    made.y[level] *= candidate.y[level];
    made.sums[level] *= candidate.sums[level];
    for (const Tensor t : kTensors) {
      made.tile[level][t] *= candidate.tile[level][t];
      made.operands[level][t] *= candidate.operands[level][t];
    }
  }
  return made;
}

Candidate best_of_each(const std::vector<Candidate>& candidates) {
  Candidate best = candidates.front();
  for (const Candidate& each : candidates) {
    best.executed = std::min(best.executed, each.executed);
    for (std::size_t level = 0; level < best.x.size(); ++level) {
      best.x[level] = std::min(best.x[level], each.x[level]);
      best.y[level] = std::min(best.y[level], each.y[level]);
      best.sums[level] = std::max(best.sums[level], each.sums[level]);
      for (const Tensor t : kTensors) {
        best.tile[level][t] = std::min(best.tile[level][t], each.tile[level][t]);
        best.operands[level][t] = std::min(best.operands[level][t], each.operands[level][t]);
      }
    }
  }
  return best;
}

Bounds::Bounds(const Architecture& architecture, const Layer& layer, const MapSpace& space,
               Objective objective)
    : architecture_(architecture), layer_(layer), space_(space), objective_(objective) {
  const std::size_t levels = architecture.levels.size();
  must_keep_.resize(levels);
  AccessCounts operations;
  operations.macs = iterations(layer);
  fixed_energy_ = dynamic_energy_total(architecture, layer, operations).count();
  const Memory& off_chip = architecture.levels.front().memories.front();
  double off_chip_bits = 0.0;
  double serial_bits = 0.0;
  for (const Tensor t : kTensors) {
    if (!has_tensor(layer, t)) continue;
    for (std::size_t level = levels; level-- > 0;) {
      const auto& keeps = space.keeps[level];
      const auto may = [&](bool keep) {
        return std::any_of(keeps.begin(), keeps.end(),
                           [&](const auto& each) { return each[t] == keep; });
      };
      must_keep_[level][t] = !may(false);
      const bool reachable = keepers_[t].empty() || !must_keep_[keepers_[t].back().level][t];
      if (!may(true) || !reachable) continue;
      const Memory& memory = *architecture.levels[level].memory_of(t);
      const double share = bits_of(layer, t) / static_cast<double>(memory.word_width.count());
      const double gate = memory.gated_by[t] ? layer.density[*memory.gated_by[t]] : 1.0;
      keepers_[t].push_back({level, gate * share * memory.energy.read.count(),
                             gate * share * memory.energy.write.count()});
    }
    const double bits = bits_of(layer, t) * static_cast<double>(words(layer, t));
    off_chip_bits += bits;
    if (levels > 1 && must_keep_[1][t] &&
        architecture.levels[1].memory_of(t)->buffering == Buffering::Single) {
      serial_bits += bits;
    }
    if (keepers_[t].back().level == 0) continue;  // its words are counted as operands
    const Memory& memory = *architecture.levels.front().memory_of(t);
    const Picojoules each = t == Tensor::Output ? memory.energy.write : memory.energy.read;
    fixed_energy_ += bits / static_cast<double>(memory.word_width.count()) * each.count();
  }
  if (off_chip.shared_port && architecture.levels.front().memories.size() == 1) {
    off_chip_cycles_ = off_chip_bits / off_chip.read_bandwidth.count();
    serial_cycles_ = serial_bits / off_chip.read_bandwidth.count();
  }
  energy_per_cycle_ = static_energy_per_cycle(architecture).count();
}

Cycles Bounds::least_latency(std::int64_t compute_cycles) const {
  return Cycles{std::max(static_cast<double>(compute_cycles) + serial_cycles_, off_chip_cycles_)};
}

double Bounds::least_cost(const Partial& chosen, const Partial& open) const {
  const double cycles = least_latency(chosen.executed * open.executed).count();
  if (objective_ == Objective::Latency) return cycles;
  double total = fixed_energy_ + energy_per_cycle_ * cycles;
  for (const Tensor t : kTensors) {
    double least = -1.0;
    for (const Keeper& keeper : keepers_[t]) {
      const auto words = static_cast<double>(chosen.operands[keeper.level][t]) *
                         static_cast<double>(open.operands[keeper.level][t]);
      double cost = words * keeper.read;
      if (t == Tensor::Output) {
        // Updates beyond the first visit of each word return as partial sums.
        const auto first = static_cast<double>(tilewise::words(layer_, t)) *
                           static_cast<double>(chosen.sums[keeper.level]) *
                           static_cast<double>(open.sums[keeper.level]);
        cost = words * keeper.write + std::max(0.0, words - first) * keeper.read;
      }
      if (least < 0.0 || cost < least) least = cost;
    }
    total += std::max(0.0, least);
  }
  return objective_ == Objective::Energy ? total : total * cycles;
}

bool Bounds::cannot_fit(const Partial& chosen, const Partial& open) const {
  for (std::size_t level = 0; level < chosen.x.size(); ++level) {
    const FanOut& fan_out = architecture_.levels[level].fan_out;
    if (chosen.x[level] * open.x[level] > fan_out.x.size) return true;
    if (chosen.y[level] * open.y[level] > fan_out.y.size) return true;
    for (const Memory& memory : architecture_.levels[level].memories) {
      if (!memory.capacity) continue;
      double bits = 0.0;
      for (const Tensor t : kTensors) {
        if (!memory.holds[t] || !must_keep_[level][t] || !has_tensor(layer_, t)) continue;
        bits += bits_of(layer_, t) * static_cast<double>(chosen.tile[level][t]) *
                static_cast<double>(open.tile[level][t]);
      }
      if (bits > static_cast<double>(memory.capacity->count())) return true;
    }
  }
  return false;
}

}  // namespace tilewise
