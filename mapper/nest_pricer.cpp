#include "mapper/nest_pricer.hpp"

#include <algorithm>
#include <cassert>

#include "mapper/loop_orders.hpp"
#include "sim/energy.hpp"
#include "sim/step_interval.hpp"

namespace tilewise {
namespace {

/// Whether each tensor has one word along the dimensions of `group`, whatever the mapping.
bool is_idle(const Layer& layer, DimGroup group) {
  const GroupDims dims = dims_of(group);
  if (layer.bounds[dims.first] > 1) return false;
  // A single window may lie in the padding.
  return !dims.pair || (layer.bounds[dims.second] == 1 && layer.padding == Plane{0, 0});
}

}  // namespace

NestPricer::NestPricer(const Problem& problem, const KeepChoice& keep)
    : problem_(problem), keep_(keep) {
  for (const DimGroup g : kDimGroups) {
    if (is_idle(problem.layer, g)) continue;
    const auto index = static_cast<std::size_t>(g);
    place_[index] = active_count_;
    active_[active_count_++].group = index;
  }
  plans_.resize(problem.levels + 1);
  std::vector<Port> ports;
  for (std::size_t boundary = 1; boundary <= problem.levels; ++boundary) {
    plans_[boundary] = boundary_plan(problem, keep, boundary, ports);
    assert(plans_[boundary].loads.size() <= kMostSlots);
    assert(plans_[boundary].terms.size() <= kMostSlots);
  }
  busy_.resize(ports.size());
  interval_ = step_interval(problem.architecture, problem.layer).count();
  fill_of_layer_ = fill_of_layer(problem.architecture).count();
  AccessCounts operations;
  operations.macs = iterations(problem.layer);
  operation_energy_ = dynamic_energy_total(problem.architecture, problem.layer, operations).count();
  output_words_ = static_cast<double>(tilewise::words(problem.layer, Tensor::Output));
  complete_bits_ = static_cast<double>(problem.layer.widths.tensor[Tensor::Output].count());
}

/// Begins a walk over the loops outside `boundary`: all of them hold.
void NestPricer::start(const LeanNest& nest, std::size_t boundary) {
  plan_ = &plans_[boundary];
  last_ = 0;
  for (std::size_t i = 0; i < active_count_; ++i) {
    Active& at = active_[i];
    at.moves = nest.moves[boundary][at.group];
    at.held = at.moves->loops;
    at.entry = at.moves->hold_entry(at.held);
  }
}

/// Temporal positions of the loops outside `boundary` that are executed.
double NestPricer::executed(const LeanNest& nest, std::size_t boundary) const {
  double product = 1.0;
  if (boundary == 0) return product;
  for (std::size_t i = 0; i < active_count_; ++i) {
    product *= nest.moves[boundary][active_[i].group]->executed;
  }
  return product;
}

/// Goes on to the next loop outwards, which is one of `group`.
void NestPricer::move(std::size_t group, bool hold) {
  Active& before = active_[last_];
  before.entry = before.moves->hold_entry(before.held);
  last_ = place_[group];
  Active& own = active_[last_];
  --own.held;
  own.entry = hold ? own.moves->hold_entry(own.held + 1) : own.moves->advance_entry(own.held);
}

/// All words of each slot in the run: each arrival's whole tile, less what was in place.
void NestPricer::add_totals(const LeanNest& nest, std::size_t boundary, Words& words) {
  start(nest, boundary);
  const std::size_t slots = plan_->totals.size();
  for (std::size_t s = 0; s < slots; ++s) {
    words[s] = 1.0;
    for (std::size_t i = 0; i < active_count_; ++i) words[s] *= active_[i].moves->whole[s];
  }
  if (boundary == problem_.levels) return;
  MovedTensors moved(nest.axes_sure);
  for (std::size_t l = nest.outside[boundary]; l-- > 0;) {
    const LeanLoop& loop = nest.loops[l];
    moved.add(static_cast<Dim>(loop.dim));
    if (!nest.runs_short && moved.all()) return;
    move(loop.group, false);
    std::array<const LeanHeld*, kGroups> rows;
    for (std::size_t i = 0; i < active_count_; ++i) {
      rows[i] = active_[i].moves->in_place + active_[i].entry * slots;
    }
    for (const Tensor t : kTensors) {
      if (!nest.runs_short && moved.whole(t)) continue;
      for (std::size_t s = plan_->first_total[t]; s < plan_->end_total[t]; ++s) {
        LeanHeld all{1.0, 0.0};
        for (std::size_t i = 0; i < active_count_; ++i) {
          const LeanHeld& own = rows[i][s];
          all = {all.held * own.held, all.overlap * own.held + own.overlap * all.held};
        }
        words[s] -= all.held + all.overlap;
      }
    }
  }
}

RelativeEnergy NestPricer::boundary_energy(const LeanNest& nest, std::size_t boundary) {
  Words words;
  add_totals(nest, boundary, words);
  const BoundaryPlan& plan = plans_[boundary];
  RelativeEnergy energy;
  for (const Tensor t : kTensors) {
    if (!keep_.parents[boundary][t]) continue;
    const Moved moved = moved_at(nest, boundary, t, words);
    energy.pj += energy_at_ends(plan.energy[t], moved) + network_energy(plan, t, moved, words);
    for (std::size_t i = 0; i < plan.accesses.size(); ++i) {
      energy.accesses[i] += energy_at_ends(plan.accesses[i][t], moved);
    }
  }
  return energy;
}

NestPricer::Moved NestPricer::moved_at(const LeanNest& nest, std::size_t boundary, Tensor t,
                                       const Words& words) {
  const BoundaryPlan& plan = plans_[boundary];
  Moved moved;
  moved.above = words[plan.first_total[t]];
  moved.below = words[plan.end_total[t] - 1];
  if (t != Tensor::Output) return moved;
  const std::size_t parent = *keep_.parents[boundary][t];
  double instances = 1.0;
  bool splits = false;
  if (parent > 0) {
    for (std::size_t i = 0; i < active_count_; ++i) {
      const LeanMoves& moves = *nest.moves[parent][active_[i].group];
      instances *= moves.reduction_instances;
      splits |= moves.splits_sums;
    }
  }
  moved.partial = moved.above - instances * output_words_;
  const double share = splits ? 0.0 : output_words_ / moved.above;
  const double bits = share * complete_bits_ + (1.0 - share) * plan.sums_above;
  moved.bits_above = bits - share * (1.0 - plan.coded_share) * complete_bits_;
  moved.bits_below = share * complete_bits_ + (1.0 - share) * plan.sums_below;
  output_scale_[boundary] = {moved.bits_above / (plan.coded_share * complete_bits_),
                             bits / complete_bits_, moved.bits_below / complete_bits_};
  moved.reads = plan.energy[t].every_update_reads ? moved.above : moved.partial;
  moved.starts = plan.start_words;
  return moved;
}

/// Energy in pJ of the memories at both ends, or another sum that is linear in their accesses.
double NestPricer::energy_at_ends(const EnergyWeights& weights, const Moved& moved) {
  return moved.bits_above * (weights.parent * moved.above + weights.partial_above * moved.reads) +
         moved.bits_below * (weights.child * moved.below + weights.partial_below * moved.partial) +
         weights.start * moved.starts;
}

/// Energy in pJ of the networks between them.
double NestPricer::network_energy(const BoundaryPlan& plan, Tensor t, const Moved& moved,
                                  const Words& words) {
  const EnergyWeights& weights = plan.energy[t];
  const std::size_t first = plan.first_total[t];
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < plan.end_total[t] - first; ++i) {
    sum += weights.hops[i] * (words[first + i + 1] + moved.partial + moved.starts);
  }
  return sum;
}

double NestPricer::latency(const LeanNest& nest) {
  std::fill(busy_.begin(), busy_.end(), 0.0);
  cold_ = 0.0;
  const ComputeUnit& unit = problem_.architecture.compute;
  double inner = compute_interval(nest) +
                 executed(nest, problem_.levels - 1) * unit.pass_overhead.count() +
                 nest.block_overhead;
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
  if (plans_[boundary].terms.empty()) return executed(nest, boundary) * interval_;
  start(nest, boundary);
  use_lanes(boundary);
  steps_ = {};
  add_steps(interval_, true);
  end_lanes();
  return steps_.beside + steps_.after;
}

double NestPricer::run_of(const LeanNest& nest, std::size_t boundary, double tile) {
  const BoundaryPlan& plan = plans_[boundary];
  if (plan.terms.empty() && plan.skew == 0.0) return tile * executed(nest, boundary);
  start(nest, boundary);
  use_lanes(boundary);
  fill_and_drain();
  steps_ = {tile, 0.0};
  bool even = !nest.runs_short;
  for (std::size_t i = 0; i < active_count_; ++i) even = even && active_[i].moves->even_drains;
  MovedTensors moved(nest.axes_sure);
  for (std::size_t l = nest.outside[boundary]; l-- > 0;) {
    const LeanLoop& loop = nest.loops[l];
    moved.add(static_cast<Dim>(loop.dim));
    if (even && moved.all()) {
      // From here outwards every transition moves whole tiles: one for each position of the loops
      // but the first.
      move(loop.group, true);
      add_steps(tile, true);
      Words first;
      for (std::size_t s = 0; s < plan.loads.size(); ++s) {
        first[s] = first_tile_[plan.arriving[s]];
      }
      take(-1.0, -1.0, first, tile);
      break;
    }
    move(loop.group, false);
    add_steps(tile, false);
  }
  end_lanes();
  return steps_.beside + steps_.after;
}

}  // namespace tilewise
