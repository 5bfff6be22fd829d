#include "mapper/nest_pricer.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "mapper/moved_tensors.hpp"
#include "sim/energy.hpp"
#include "sim/step_interval.hpp"

namespace tilewise {
namespace {

constexpr std::size_t kGroups = enum_size<DimGroup>;

LeanSums operator*(const LeanSums& a, const LeanSums& b) {
  return {a.all * b.all, a.held * b.held, a.overlap * b.held + b.overlap * a.held};
}

}  // namespace

NestPricer::NestPricer(const Problem& problem, const KeepChoice& keep)
    : problem_(problem), keep_(keep) {
  plans_.resize(problem.levels + 1);
  for (std::size_t boundary = 1; boundary <= problem.levels; ++boundary) {
    plans_[boundary] = boundary_plan(problem, keep, boundary, ports_);
    if (std::max(plans_[boundary].loads.size(), plans_[boundary].ports.size()) > kMostSlots) {
      throw InputError(problem.architecture.name + ": too many bypassed levels for the search");
    }
  }
  busy_.resize(ports_.size());
  fill_of_layer_ = fill_of_layer(problem.architecture).count();
  AccessCounts operations;
  operations.macs = iterations(problem.layer);
  operation_energy_ = dynamic_energy_total(problem.architecture, problem.layer, operations).count();
  output_words_ = static_cast<double>(tilewise::words(problem.layer, Tensor::Output));
  complete_bits_ = static_cast<double>(problem.layer.widths.tensor[Tensor::Output].count());
}

double NestPricer::executed(const LeanNest& nest, std::size_t boundary) {
  double product = 1.0;
  if (boundary == 0) return product;
  for (const LeanMoves* moves : nest.moves[boundary]) product *= moves->executed;
  return product;
}

/// All words of a slot in the run: each arrival's whole tile, less what was in place.
double NestPricer::words(const LeanNest& nest, std::size_t boundary, std::size_t slot,
                         Tensor t) const {
  const auto& moves = nest.moves[boundary];
  const std::size_t slots = plans_[boundary].totals.size();
  std::array<std::size_t, kGroups> held{};
  double total = 1.0;
  for (std::size_t g = 0; g < kGroups; ++g) {
    held[g] = moves[g]->loops;
    if (moves[g]->idle) continue;
    const std::size_t last =
        boundary == problem_.levels ? 0 : moves[g]->hold_entry(moves[g]->loops);
    total *= moves[g]->totals[last * slots + slot].all;
  }
  if (boundary == problem_.levels) return total;
  MovedTensors moved(nest.axes_sure);
  for (std::size_t l = nest.outside[boundary]; l-- > 0;) {
    const LeanLoop& loop = nest.loops[l];
    moved.add(loop.dim);
    if (!nest.runs_short && moved.whole(t)) break;
    --held[loop.group];
    double all_held = 1.0;
    double overlap = 0.0;
    for (std::size_t g = 0; g < kGroups; ++g) {
      if (moves[g]->idle) continue;
      const std::size_t entry =
          g == loop.group ? moves[g]->advance_entry(held[g]) : moves[g]->hold_entry(held[g]);
      const LeanSums& sums = moves[g]->totals[entry * slots + slot];
      overlap = overlap * sums.held + sums.overlap * all_held;
      all_held *= sums.held;
    }
    total -= all_held + overlap;
  }
  return total;
}

double NestPricer::boundary_energy(const LeanNest& nest, std::size_t boundary) {
  const BoundaryPlan& plan = plans_[boundary];
  double energy = 0.0;
  for (const Tensor t : kTensors) {
    const auto parent = keep_.parents[boundary][t];
    if (!parent) continue;
    const EnergyWeights& weights = plan.energy[t];
    const std::size_t first = plan.first_total[t];
    const std::size_t views = boundary - *parent + 1;
    const double above = words(nest, boundary, first, t);
    const double below = words(nest, boundary, first + views - 1, t);
    const auto network = [&](double returning) {
      double sum = 0.0;
      for (std::size_t i = 0; i + 1 < views; ++i) {
        if (weights.hops[i] == 0.0) continue;
        const double passing = i + 2 == views ? below : words(nest, boundary, first + i + 1, t);
        sum += weights.hops[i] * (passing + returning);
      }
      return sum;
    };
    if (t != Tensor::Output) {
      energy += weights.parent * above + weights.child * below + network(0.0);
      continue;
    }
    double instances = 1.0;
    bool splits = false;
    if (*parent > 0) {
      for (const LeanMoves* moves : nest.moves[*parent]) {
        instances *= moves->reduction_instances;
        splits |= moves->splits_sums;
      }
    }
    const double partial = above - instances * output_words_;
    const double share = splits ? 0.0 : output_words_ / above;
    const double bits = share * complete_bits_ + (1.0 - share) * plan.sums_above;
    const double bits_above = bits - share * (1.0 - plan.coded_share) * complete_bits_;
    const double bits_below = share * complete_bits_ + (1.0 - share) * plan.sums_below;
    output_scale_[boundary] = {bits_above / (plan.coded_share * complete_bits_),
                               bits / complete_bits_, bits_below / complete_bits_};
    const double reads = weights.every_update_reads ? above : partial;
    energy += bits_above * (weights.parent * above + weights.partial_above * reads) +
              bits_below * (weights.child * below + weights.partial_below * partial) +
              network(partial);
  }
  return energy;
}

double NestPricer::latency(const LeanNest& nest) {
  std::fill(busy_.begin(), busy_.end(), 0.0);
  cold_ = 0.0;
  const ComputeUnit& unit = problem_.architecture.compute;
  double inner =
      compute_interval(nest) + executed(nest, problem_.levels - 1) * unit.pass_overhead.count();
  for (std::size_t child = problem_.levels; child-- > 1;) {
    inner = run_of(nest, child, inner / executed(nest, child));
  }
  double total = inner + cold_ + fill_of_layer_;
  for (const double busy : busy_) total = std::max(total, busy);
  return total;
}

double NestPricer::least_latency(const LeanNest& nest) {
  drains_beside_ = false;
  const double least = latency(nest);
  drains_beside_ = true;
  return least;
}

double NestPricer::compute_interval(const LeanNest& nest) {
  const std::size_t boundary = problem_.levels;
  const BoundaryPlan& plan = plans_[boundary];
  const double interval = step_interval(problem_.architecture, problem_.layer).count();
  if (plan.terms.empty()) return executed(nest, boundary) * interval;
  active_count_ = 0;
  for (const LeanMoves* moves : nest.moves[boundary]) {
    if (!moves->idle) active_[active_count_++] = {moves, 0};
  }
  steps_ = {};
  add_steps(boundary, interval, true);
  return steps_.beside + steps_.after;
}

/// What the first tiles of the active groups load each slot with.
NestPricer::Slots NestPricer::first_tiles(const BoundaryPlan& plan) {
  Slots start;
  for (std::size_t s = 0; s < plan.loads.size(); ++s) {
    start[s] = {};
    for (std::size_t i = 0; i < active_count_; ++i) {
      const LeanMoves& at = *active_[i].moves;
      chosen_[i] = &at.classes[at.class_begin[active_[i].entry]];
    }
    start[s].all = largest(s, true, 0, LeanSums{});
  }
  return start;
}

double NestPricer::run_of(const LeanNest& nest, std::size_t boundary, double tile) {
  const BoundaryPlan& plan = plans_[boundary];
  const auto& moves = nest.moves[boundary];
  if (plan.terms.empty() && plan.skew == 0.0) return tile * executed(nest, boundary);
  bool even = !nest.runs_short;
  // The cold fill and the last drain.
  std::array<std::size_t, kGroups> slot_of{};
  active_count_ = 0;
  for (std::size_t g = 0; g < kGroups; ++g) {
    if (moves[g]->idle) continue;
    even = even && moves[g]->even_drains;
    slot_of[g] = active_count_;
    active_[active_count_++] = {moves[g], moves[g]->first_entry()};
  }
  const Slots start = first_tiles(plan);
  cold_ += transfer(start, plan, true, true, 1.0).cold;
  cold_ += drain(start, plan);

  steps_ = {tile, 0.0};
  running_.fill(0.0);
  std::array<std::size_t, kGroups> held{};
  for (std::size_t g = 0; g < kGroups; ++g) held[g] = moves[g]->loops;
  MovedTensors moved(nest.axes_sure);
  for (std::size_t l = nest.outside[boundary]; l-- > 0;) {
    const LeanLoop& loop = nest.loops[l];
    --held[loop.group];
    for (std::size_t g = 0; g < kGroups; ++g) {
      if (moves[g]->idle) continue;
      active_[slot_of[g]].entry =
          g == loop.group ? moves[g]->advance_entry(held[g]) : moves[g]->hold_entry(held[g]);
    }
    moved.add(loop.dim);
    if (even && moved.all()) {
      // From here outwards every transition moves whole tiles: one for each position of the loops
      // but the first.
      for (std::size_t g = 0; g < kGroups; ++g) {
        if (moves[g]->idle) continue;
        active_[slot_of[g]].entry = moves[g]->hold_entry(held[g] + (g == loop.group ? 1U : 0U));
      }
      add_steps(boundary, tile, true);
      Slots first;
      for (std::size_t s = 0; s < plan.loads.size(); ++s) {
        first[s] = {start[plan.arriving[s]].all, 0.0, 0.0};
      }
      step(first, plan, true, true, -1.0, tile);
      break;
    }
    add_steps(boundary, tile, false);
  }
  if (plan.queues) {
    for (const double running : running_) steps_.beside = std::max(steps_.beside, running);
  }
  return steps_.beside + steps_.after;
}

void NestPricer::add_steps(std::size_t boundary, double work, bool wanted) {
  const BoundaryPlan& plan = plans_[boundary];
  for (std::size_t s = 0; s < plan.loads.size(); ++s) partial_[0][s] = {};
  visit(0, 1.0, 1.0, plan, work, wanted);
}

void NestPricer::visit(std::size_t depth, double count, double first, const BoundaryPlan& plan,
                       double work, bool wanted) {
  if (depth == active_count_) {
    bool many = false;
    for (std::size_t i = 0; i < depth; ++i) many |= chosen_[i]->options != 0;
    if (!many) return take(count, first, partial_[depth], plan, work, wanted);
    Slots slots;
    for (std::size_t s = 0; s < plan.loads.size(); ++s) {
      slots[s] = {largest(s, wanted, 0, LeanSums{}), 0.0, 0.0};
    }
    return take(count, first, slots, plan, work, wanted);
  }
  const Entry& at = active_[depth];
  const std::uint32_t end = at.moves->class_begin[at.entry + 1];
  for (std::uint32_t c = at.moves->class_begin[at.entry]; c < end; ++c) {
    const LeanClass& chosen = at.moves->classes[c];
    chosen_[depth] = &chosen;
    if (chosen.options == 0) {
      const LeanSums* loads = &at.moves->loads[chosen.words];
      for (std::size_t s = 0; s < plan.loads.size(); ++s) {
        partial_[depth + 1][s] = partial_[depth][s] * loads[s];
      }
    }
    visit(depth + 1, count * chosen.count, first * chosen.first, plan, work, wanted);
  }
}

double NestPricer::largest(std::size_t slot, bool wanted, std::size_t depth,
                           const LeanSums& outer) const {
  if (depth == active_count_) {
    return wanted ? outer.all : outer.all - outer.held - outer.overlap;
  }
  const LeanMoves& moves = *active_[depth].moves;
  const LeanClass& at = *chosen_[depth];
  if (at.options == 0)
    return largest(slot, wanted, depth + 1, outer * moves.loads[at.words + slot]);
  const std::uint32_t* ends = &moves.option_ends[at.options - 1];
  const std::uint32_t begin = slot == 0 ? at.words : ends[slot - 1];
  double most = 0.0;
  for (std::uint32_t i = begin; i < ends[slot]; ++i) {
    most = std::max(most, largest(slot, wanted, depth + 1, outer * moves.loads[i]));
  }
  return most;
}

void NestPricer::take(double count, double first, const Slots& slots, const BoundaryPlan& plan,
                      double work, bool wanted) {
  if (first > 0.0) step(slots, plan, true, wanted, first, work);
  if (count > first) step(slots, plan, false, wanted, count - first, work);
}

void NestPricer::step(const Slots& slots, const BoundaryPlan& plan, bool first_visit, bool wanted,
                      double count, double work) {
  const Transfer at = transfer(slots, plan, first_visit, wanted, count);
  steps_.beside += count * std::max(work, at.overlapped);
  steps_.after += count * (at.serial + skew_of(slots, plan, wanted));
}

/// What the array pays to fill again, if something that stays in it changes (Eq. 20).
double NestPricer::skew_of(const Slots& slots, const BoundaryPlan& plan, bool wanted) {
  if (plan.skew == 0.0) return 0.0;
  const bool renewed =
      std::any_of(plan.stationary.begin(), plan.stationary.end(), [&](std::size_t slot) {
        const LeanSums& at = slots[slot];
        return (wanted ? at.all : at.all - at.held - at.overlap) > 0.0;
      });
  return renewed ? plan.skew : 0.0;
}

NestPricer::Transfer NestPricer::transfer(const Slots& slots, const BoundaryPlan& plan,
                                          bool first_visit, bool wanted, double count) {
  std::array<std::array<double, kMostSlots>, 3> loads;
  auto& [serial, overlapped, queued] = loads;
  const std::size_t ports = plan.ports.size();
  for (auto& load : loads) std::fill_n(load.begin(), ports, 0.0);
  std::array<double, kFlows> flows{};
  const auto boundary = static_cast<std::size_t>(&plan - plans_.data());
  for (const BoundaryPlan::Term& term : plan.terms) {
    if (term.flow == Flow::Partial && first_visit) continue;
    if (term.flow == Flow::Leave && !drains_beside_ && boundary < problem_.levels) continue;
    const LeanSums& at = slots[term.slot];
    const double words = wanted ? at.all : at.all - at.held - at.overlap;
    double moved = words * term.cycles_per_word;
    if (term.tensor == Tensor::Output) moved *= scale(boundary, term);
    moved = term.time(words, moved);
    loads[static_cast<std::size_t>(term.beside)][term.port] += moved;
    if (plan.in_turn) {
      double& flow = flows[flow_index(term.tensor, term.flow)];
      flow = std::max(flow, moved);
    }
  }
  Transfer result;
  for (std::size_t port = 0; port < ports; ++port) {
    const double all = overlapped[port] + queued[port] + serial[port];
    result.overlapped = std::max(result.overlapped, overlapped[port]);
    result.serial = std::max(result.serial, serial[port]);
    result.cold = std::max(result.cold, all);
    busy_[plan.port_ids[port]] += count * all;
  }
  if (plan.in_turn && result.serial > 0.0) {
    const double all = std::accumulate(flows.begin(), flows.end(), 0.0);
    return {0.0, all, all};
  }
  if (plan.queues) {
    for (std::size_t port = 0; port < ports; ++port) {
      running_[port] += count * (overlapped[port] + queued[port]);
    }
  }
  return result;
}

/// The mean width of the Output words of a term over that of a complete one.
double NestPricer::scale(std::size_t boundary, const BoundaryPlan::Term& term) const {
  return output_scale_[boundary][static_cast<std::size_t>(term.place)];
}

double NestPricer::drain(const Slots& slots, const BoundaryPlan& plan) {
  std::array<double, kMostSlots> busy{};
  const auto boundary = static_cast<std::size_t>(&plan - plans_.data());
  for (const BoundaryPlan::Term& term : plan.terms) {
    if (term.flow != Flow::Leave) continue;
    // As many words as the first tile takes room for: those that arrive at the same view.
    const double words = slots[plan.arriving[term.slot]].all;
    busy[term.port] += term.time(words, words * term.cycles_per_word * scale(boundary, term));
  }
  double longest = 0.0;
  for (std::size_t port = 0; port < plan.ports.size(); ++port) {
    longest = std::max(longest, busy[port]);
    busy_[plan.port_ids[port]] += busy[port];
  }
  return longest;
}

}  // namespace tilewise
