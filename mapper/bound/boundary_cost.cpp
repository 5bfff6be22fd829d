#include "mapper/bound/boundary_cost.hpp"

#include <algorithm>

#include "mapper/bound/energy_weights.hpp"
#include "sim/cost_terms.hpp"

namespace tilewise {
namespace {

double cycles_per_bit(BitsPerCycle bandwidth) { return 1.0 / bandwidth.count(); }

/// Memories of the outer levels feed several boundaries where a level in between is bypassed, and
/// every memory stands between two: a place for the ports of the first two levels.
std::size_t shared_place(const std::array<std::size_t, 4>& port) {
  const auto [kind, level, memory, which] = port;
  if (kind > 2 || level > 1 || memory > 0 || which > 0) return kSharedPorts;
  return level * 3 + kind;
}

/// How Input may move: whole tiles, sliding along rows, sliding along columns.
using InputCounts = std::array<Count, 3>;
constexpr InputCounts kMoving{Count::Input, Count::InputRows, Count::InputColumns};
constexpr InputCounts kStationary{Count::InputStationary, Count::InputStationaryRows,
                                  Count::InputStationaryColumns};

/// Input slides along one axis at most, and then still sends every row once for each tile of
/// columns, or every column once for each tile of rows.
double least_input_words(const Counts& of, double reloads, const InputCounts& counts) {
  const auto [whole, rows, columns] = counts;
  return std::max(
      of[Count::InputOnce],
      std::min({reloads * of[whole], std::max(reloads * of[rows], of[Count::InputRowsOnce]),
                std::max(reloads * of[columns], of[Count::InputColumnsOnce])}));
}

}  // namespace

BoundaryCost::BoundaryCost(const Problem& problem, const Parents& parents, std::size_t boundary)
    : problem_(problem),
      parents_(parents),
      boundary_(boundary),
      compute_unit_(boundary == problem.levels) {
  const Layer& layer = problem.layer;
  if (!compute_unit_) refetched_ = problem.refetches[boundary];
  complete_bits_ = static_cast<double>(layer.widths.tensor[Tensor::Output].count());
  if (const auto parent = parents_[Tensor::Output]) {
    // Coded words count as such on their whole way: a bound.
    const Memory& above = *problem.architecture.levels[*parent].memory_of(Tensor::Output);
    complete_bits_ *= coded_share(above, layer, Tensor::Output);
    sums_above_ = sums_below_ = static_cast<double>(sum_width(above, layer).count());
    if (!compute_unit_) {
      const Memory& below = *problem.architecture.levels[boundary].memory_of(Tensor::Output);
      sums_below_ = static_cast<double>(sum_width(below, layer).count());
    }
  }
  output_words_ = static_cast<double>(words(layer, Tensor::Output));
  if (const auto parent = parents_[Tensor::Output]) start_words_ = least_start_words(*parent);
  if (problem.relatives != nullptr) accesses_.resize(problem.relatives->units().size());
  for (const Tensor t : kTensors) {
    if (!parents_[t]) continue;
    add_energy(problem.architecture, t, energy_);
    for (std::size_t i = 0; i < accesses_.size(); ++i) {
      add_energy(problem.relatives->units()[i], t, accesses_[i]);
    }
    add_ports(t);
  }
  if (compute_unit_) return;
  if (problem.architecture.levels[boundary - 1].fan_out.skew == Skew::Pass) {
    skew_ = skew_cycles(problem.architecture, boundary - 1).count();
  }
}

/// Adds what the words of a tensor take with the energies of an architecture.
void BoundaryCost::add_energy(const Architecture& on, Tensor t, EnergyRow& row) {
  const EnergyWeights from = energy_weights(on, problem_.layer, t, *parents_[t], boundary_);
  const auto add = [&](Flows::Part part, double weight) { add_to(row.words, t, part, weight); };
  add(Flows::kParent, from.parent);
  add(Flows::kChild, from.child);
  if (sums_above_ == sums_below_) {
    add(Flows::kPartial, from.partial_above + from.partial_below);
  } else {
    add(Flows::kPartial, from.partial_above);
    add(Flows::kPartialChild, from.partial_below);
  }
  if (t == Tensor::Output) {
    double start = from.start;
    for (const double hop : from.hops) start += hop;
    row.start = start * start_words_;
  }
  every_update_reads_ = every_update_reads_ || from.every_update_reads;
  const bool output = t == Tensor::Output;
  for (std::size_t i = 0; i < from.hops.size(); ++i) {
    // Through levels that bypass the tensor at least the parent's words pass; all of the child's,
    // where no fan-out follows.
    const std::size_t next = *parents_[t] + i + 1;
    bool last = true;
    for (std::size_t level = next; level < boundary_; ++level) {
      last = last && problem_.architecture.levels[level].fan_out.instances() == 1;
    }
    if (output) {
      add(last ? Flows::kChildWords : Flows::kParentWords, from.hops[i]);
      add(Flows::kPartialWords, from.hops[i]);
    } else {
      const bool last_hop = next + 1 == boundary_;
      add(last ? Flows::kChild : (last_hop ? Flows::kLastHop : Flows::kParent), from.hops[i]);
    }
  }
}

/// The row of a port, which is added where it is new.
BoundaryCost::PortRow& BoundaryCost::port_row(const PortName& port, std::size_t level) {
  const auto found = std::find(port_names_.begin(), port_names_.end(), port);
  const auto index = static_cast<std::size_t>(found - port_names_.begin());
  if (found == port_names_.end()) {
    port_names_.push_back(port);
    ports_.push_back({});
    ports_.back().level = level;
    ports_.back().shared = shared_place(port);
  }
  return ports_[index];
}

void BoundaryCost::add_flow(const PortName& port, const PortFlow& flow) {
  const double cycles = cycles_per_bit(flow.bandwidth);
  if (cycles <= 0.0 && flow.start_up <= 0.0) return;
  const Tensor t = flow.tensor;
  const bool output = t == Tensor::Output;
  PortRow& row = port_row(port, flow.level);
  Flows::Part part = flow.at_parent ? Flows::kParent : Flows::kChild;
  if (flow.last_hop && !output) part = Flows::kLastHop;
  if (flow.direction == Direction::Returning)
    part = flow.at_parent ? Flows::kLateParent : Flows::kLateChild;
  const double bits = static_cast<double>(problem_.layer.widths.tensor[t].count());
  const double weight = (output ? 1.0 : bits) * cycles;
  const Buffering buffering = compute_unit_
                                  ? Buffering::Streaming
                                  : problem_.architecture.levels[boundary_].memory_of(t)->buffering;
  const bool serial = buffering == Buffering::Single;
  add_to(row.all, t, part, weight);
  if (serial) add_to(row.serial, t, part, weight);
  row.exposed = row.exposed || serial;
  row.queued = row.queued || buffering == Buffering::Queued;
  if (compute_unit_ || flow.direction == Direction::Returning) return;
  if (flow.start_up > 0.0) row.starts.push_back({t, flow.start_up, serial});
  auto& ends = flow.direction == Direction::Down ? row.fill : row.drain;
  if (ends.empty() || ends.back().tensor != t) ends.push_back({t, 0.0, 0.0, 0.0});
  const double sums = flow.at_parent ? sums_above_ : sums_below_;
  const double fill_bits = output ? std::min(complete_bits_, sums) : bits;
  (flow.at_parent ? ends.back().parent : ends.back().child) += fill_bits * cycles;
  ends.back().start += flow.start_up;
}

void BoundaryCost::add_ports(Tensor t) {
  const Architecture& on = problem_.architecture;
  const std::size_t parent = *parents_[t];
  const bool output = t == Tensor::Output;
  const double part = compute_unit_ ? 1.0 : on.levels[boundary_].part[t];
  const auto memory_port = [&](std::size_t level, bool write, bool at_parent, Direction direction) {
    const Memory& memory = *on.levels[level].memory_of(t);
    if (!at_parent && output && memory.fresh_sums) return;
    const auto index = static_cast<std::size_t>(&memory - on.levels[level].memories.data());
    const PortUse use = port_use(memory, t, write);
    const std::size_t kind = use.shared ? 0 : (write ? 1 : 2);
    const double coded = part * (output ? 1.0 : coded_share(memory, problem_.layer, t));
    PortFlow flow{t, direction, at_parent, level, use.bandwidth * (1.0 / coded), 0.0};
    // The padding of a border tile is made on chip: nothing may be left to fetch.
    const Plane& padding = problem_.layer.padding;
    const bool may_be_empty =
        t == Tensor::Input && level == 0 && (padding.vertical > 0 || padding.horizontal > 0);
    if (!compute_unit_ && !may_be_empty) flow.start_up = memory.start_up.count();
    add_flow({kind, level - on.levels[level].place, index, use.port}, flow);
  };
  const Memory* below = compute_unit_ ? nullptr : on.levels[boundary_].memory_of(t);
  const double coded_on_way =
      part * network_share(*on.levels[parent].memory_of(t), below, problem_.layer, t);
  const auto add = [&](Direction direction) {
    memory_port(parent, direction == Direction::Up, true, direction);
    if (!compute_unit_) memory_port(boundary_, direction != Direction::Up, false, direction);
    for (std::size_t level = parent; level < boundary_; ++level) {
      const BitsPerCycle rate = on.levels[level].fan_out.networks[t].bandwidth;
      add_flow(
          {direction == Direction::Up ? 4U : 3U, level, 0, static_cast<std::size_t>(t)},
          {t, direction, true, level, rate * (1.0 / coded_on_way), 0.0, level + 1 == boundary_});
    }
  };
  if (output) {
    add(Direction::Returning);
    add(Direction::Up);
    add_starts(parent);
  } else {
    add(Direction::Down);
  }
}

Flows BoundaryCost::flows(Tensor t, const Seen& words, const FirstUpdates& firsts) const {
  const auto [parent, last_hop, child] = words;
  Flows made;
  if (t != Tensor::Output) {
    made.part[Flows::kParent] = parent;
    made.part[Flows::kLastHop] = last_hop;
    made.part[Flows::kChild] = child;
    return made;
  }
  const double updates = std::max(parent, output_words_);
  const auto bits_with = [&](double sums) {
    return firsts.final_words * complete_bits_ + (updates - firsts.final_words) * sums;
  };
  // More updates make the mean word wider where sums are the wider words, else narrower.
  const auto least_mean_with = [&](double sums) {
    const double mean = std::min(bits_with(sums) / updates, std::max(sums, complete_bits_));
    return sums >= complete_bits_ ? mean : sums;
  };
  const double mean_above = least_mean_with(sums_above_);
  const double mean_below = least_mean_with(sums_below_);
  const double partial = std::max(0.0, updates - firsts.energy);
  made.part[Flows::kParent] = bits_with(sums_above_);
  made.part[Flows::kChild] = child * mean_below;
  made.part[Flows::kPartial] = (every_update_reads_ ? updates : partial) * mean_above;
  made.part[Flows::kPartialChild] = partial * mean_below;
  made.part[Flows::kParentWords] = updates;
  made.part[Flows::kChildWords] = child;
  made.part[Flows::kPartialWords] = partial;
  made.part[Flows::kLateParent] = std::max(0.0, updates - firsts.late_parent) * mean_above;
  made.part[Flows::kLateChild] = std::max(0.0, child - firsts.late_child) * mean_below;
  return made;
}

TransferBound BoundaryCost::lower_bound(const Words& words, const TileFactors& factors,
                                        const SpatialUse& use) const {
  return bounds_from<kAnyStationary>(words, factors, use).front();
}

BoundaryCost::Words BoundaryCost::words_of(const TileFactors& factors, const SpatialUse& use,
                                           const Reloads& reloads) const {
  FirstUpdates firsts;
  if (const auto parent = parents_[Tensor::Output]) {
    const auto sums = [&](std::size_t level) { return static_cast<double>(use.sums[level]); };
    firsts.final_words = use.sums[*parent] > 1 ? 0.0 : output_words_;
    firsts.energy = output_words_ * sums(*parent);
    firsts.late_parent = firsts.late_child = output_words_ * sums(boundary_);
  }
  Words words;
  auto& [full, stationary] = words;
  const auto set = [&](Tensor t, const Seen& moving, const Seen& still) {
    if (!parents_[t]) return;
    // A stationary tensor moves no more than one that is not.
    full[t] = flows(t, moving, firsts);
    if (compute_unit_ || refetched_[t]) {
      stationary[t] = full[t];
      return;
    }
    stationary[t] =
        flows(t,
              {std::min(still.parent, moving.parent), std::min(still.last_hop, moving.last_hop),
               std::min(still.child, moving.child)},
              firsts);
  };
  const auto plain = [&](Count count) {
    return Seen{factors.parent[count], factors.last_hop[count], factors.child[count]};
  };
  const auto again = [&](Count count, Tensor t) {
    const Seen once = plain(count);
    return Seen{reloads.parent[t] * once.parent, reloads.last_hop[t] * once.last_hop,
                reloads.child[t] * once.child};
  };
  set(Tensor::Weight, plain(Count::Weight), again(Count::WeightStationary, Tensor::Weight));
  set(Tensor::Output, plain(Count::Output), again(Count::OutputStationary, Tensor::Output));
  if (compute_unit_ || refetched_[Tensor::Input]) {
    const Seen all = plain(Count::Input);
    const Seen once = plain(Count::InputOnce);
    const Seen most{std::max(once.parent, all.parent), std::max(once.last_hop, all.last_hop),
                    all.child};
    set(Tensor::Input, most, most);
    return words;
  }
  const auto moving = [&](const Counts& of) { return least_input_words(of, 1.0, kMoving); };
  const auto still = [&](const Counts& of, const EnumArray<Tensor, double>& more) {
    return least_input_words(of, more[Tensor::Input], kStationary);
  };
  set(Tensor::Input, {moving(factors.parent), moving(factors.last_hop), moving(factors.child)},
      {still(factors.parent, reloads.parent), still(factors.last_hop, reloads.last_hop),
       still(factors.child, reloads.child)});
  return words;
}

BoundaryCost::ByStationary BoundaryCost::lower_bounds(const Words& words,
                                                      const TileFactors& factors,
                                                      const SpatialUse& use) const {
  return bounds_from<0>(words, factors, use);
}

/// Cycles before the first words of all transfers at a port, and of those that wait for the work.
BoundaryCost::Starts BoundaryCost::starts_of(const PortRow& port, const TileFactors& factors) {
  Starts made;
  for (const StartTerm& start : port.starts) {
    const double cycles = start.cycles * factors.arrivals[start.tensor];
    made.all += cycles;
    if (start.serial) made.serial += cycles;
  }
  return made;
}

/// The bounds with each of kFirst to kAnyStationary.
template <BoundaryCost::Stationary kFirst>
auto BoundaryCost::bounds_from(const Words& words, const TileFactors& factors,
                               const SpatialUse& use) const
    -> std::array<TransferBound, kAnyStationary + 1 - kFirst> {
  std::array<TransferBound, kAnyStationary + 1 - kFirst> made;
  // The busiest port of each kind: in the cold fill or not, in the last drain or not.
  struct Busiest {
    std::array<double, 4> any{};
    std::array<double, 4> unqueued{};
  };
  std::array<Busiest, kAnyStationary + 1 - kFirst> busiest;
  double fill = 0.0;
  double drain = 0.0;
  double tight_fill = 0.0;
  double tight_drain = 0.0;
  for (const PortRow& port : ports_) {
    const double share = 1.0 / static_cast<double>(use.instances[port.level]);
    const std::size_t kind = (port.fill.empty() ? 0U : 1U) + (port.drain.empty() ? 0U : 2U);
    const RowValue all = value(port.all, words);
    const RowValue serial = port.exposed ? value(port.serial, words) : RowValue{};
    const auto [starts, serial_starts] = starts_of(port, factors);
    for (std::size_t k = 0; k < made.size(); ++k) {
      const double busy = share * (all.with(kFirst + k) + port.start_cycles) + starts;
      made[k].busy_cycles = std::max(made[k].busy_cycles, busy);
      busiest[k].any[kind] = std::max(busiest[k].any[kind], busy);
      if (!port.queued) busiest[k].unqueued[kind] = std::max(busiest[k].unqueued[kind], busy);
      if (port.shared < kSharedPorts) made[k].shared_busy[port.shared] += busy;
      if (!port.exposed) continue;
      made[k].exposed_cycles =
          std::max(made[k].exposed_cycles, share * serial.with(kFirst + k) + serial_starts);
    }
    const auto end = [&](const std::vector<FillTerm>& terms, double& loose, double& tight) {
      double loose_cycles = 0.0;
      double tight_cycles = 0.0;
      for (const FillTerm& term : terms) {
        const double inside = term.start + term.child * factors.tile_words[term.tensor];
        loose_cycles += term.parent * factors.fill_words[term.tensor] + inside;
        tight_cycles += term.parent * factors.tight_fill_words[term.tensor] + inside;
      }
      loose = std::max(loose, loose_cycles);
      tight = std::max(tight, tight_cycles);
    };
    end(port.fill, fill, tight_fill);
    end(port.drain, drain, tight_drain);
  }
  set_energy(made, kFirst, words);
  const double refills = refill_cycles(factors);
  for (std::size_t k = 0; k < made.size(); ++k) {
    made[k].exposed_cycles += refills;
    made[k].fill_drain_cycles = fill + drain;
    made[k].tight_fill_drain_cycles = tight_fill + tight_drain;
    made[k].tile_share = factors.tile_share;
    for (std::size_t kind = 0; kind < 4; ++kind) {
      const double ends =
          ((kind & 1U) == 0 ? tight_fill : 0.0) + ((kind & 2U) == 0 ? tight_drain : 0.0);
      made[k].port_span_cycles = std::max(made[k].port_span_cycles, busiest[k].any[kind] + ends);
      made[k].unqueued_span_cycles =
          std::max(made[k].unqueued_span_cycles, busiest[k].unqueued[kind] + ends);
    }
  }
  return made;
}

}  // namespace tilewise
