#include <algorithm>

#include "mapper/bound/boundary_cost.hpp"
#include "sim/cost_terms.hpp"

// What a boundary takes beside the words of its tiles: refills of a skewed array, and the operands
// that sums start from.
namespace tilewise {

/// Words that sums start from which pass from `parent`, whatever the levels outside it keep.
double BoundaryCost::least_start_words(std::size_t parent) const {
  std::int64_t operands = problem_.layer.start.operands;
  for (std::size_t level = 1; level < problem_.levels && operands > 0; ++level) {
    const Level& at = problem_.architecture.levels[level];
    const Memory* memory = at.memory_of(Tensor::Output);
    if (level > parent) operands -= at.starts_here;
    if (level <= parent && memory != nullptr && memory->fresh_sums) return 0.0;
  }
  return static_cast<double>(operands * words(problem_.layer, Tensor::Output));
}

/// The ports on the way of the operands that sums start from.
void BoundaryCost::add_starts(std::size_t parent) {
  const double bits = start_words_ * static_cast<double>(problem_.layer.start.width.count());
  if (bits == 0.0) return;
  const Architecture& on = problem_.architecture;
  const auto add = [&](const PortName& port, std::size_t level, BitsPerCycle bandwidth) {
    PortRow& row = port_row(port, level);
    row.start_cycles += bits / bandwidth.count();
    // The first of them come in the cold fill, of which the port is part.
    if (row.fill.empty()) row.fill.push_back({Tensor::Output, 0.0, 0.0, 0.0});
  };
  const auto memory_port = [&](std::size_t level, bool write) {
    const Memory& memory = *on.levels[level].memory_of(Tensor::Output);
    const auto index = static_cast<std::size_t>(&memory - on.levels[level].memories.data());
    const PortUse use = port_use(memory, Tensor::Output, write);
    const std::size_t kind = use.shared ? 0 : (write ? 1 : 2);
    add({kind, level - on.levels[level].place, index, use.port}, level, use.bandwidth);
  };
  memory_port(parent, false);
  if (!compute_unit_ && !on.levels[boundary_].memory_of(Tensor::Output)->fresh_sums) {
    memory_port(boundary_, true);
  }
  for (std::size_t level = parent; level < boundary_; ++level) {
    add({3U, level, 0, static_cast<std::size_t>(Tensor::Output)}, level,
        on.levels[level].fan_out.networks[Tensor::Output].bandwidth);
  }
}

/// Cycles in which a skewed array fills again (Eq. 20).
double BoundaryCost::refill_cycles(const TileFactors& factors) const {
  if (skew_ == 0.0) return 0.0;
  double refills = 0.0;
  for (const Tensor t : kTensors) {
    if (parents_[t]) refills = std::max(refills, factors.arrivals[t] - 1.0);
  }
  return skew_ * refills;
}

}  // namespace tilewise
