#include <algorithm>

#include "mapper/nest_pricer.hpp"

// The steps of a pricer: what the transfers of one boundary take beside the work on its tiles.
namespace tilewise {
namespace {

/// What groups make together in a slot.
inline LeanSums product(const LeanSums* const* rows, std::size_t count, std::size_t slot) {
  double all = 1.0;
  double held = 1.0;
  double overlap = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const LeanSums& own = rows[i][slot];
    overlap = overlap * own.held + own.overlap * held;
    held *= own.held;
    all *= own.all;
  }
  return {all, held, overlap};
}

}  // namespace

/// Begins to load the ports of a boundary.
void NestPricer::use_lanes(std::size_t boundary) {
  const BoundaryPlan& plan = *plan_;
  const OutputScale& scale = output_scale_[boundary];
  drains_ = drains_beside_ || boundary == problem_.levels;
  for (std::size_t i = 0; i < plan.terms.size(); ++i) {
    const BoundaryPlan::Term& term = plan.terms[i];
    rates_[i] = term.cycles_per_word;
    if (term.place) rates_[i] *= scale[static_cast<std::size_t>(*term.place)];
  }
  std::fill_n(lane_busy_.begin(), plan.lanes.size(), 0.0);
  std::fill_n(running_.begin(), plan.lanes.size(), 0.0);
}

/// The cold fill and the last drain.
void NestPricer::fill_and_drain() {
  const BoundaryPlan& plan = *plan_;
  const std::size_t slots = plan.loads.size();
  for (std::size_t s = 0; s < slots; ++s) {
    first_tile_[s] = 1.0;
    for (std::size_t i = 0; i < active_count_; ++i) {
      first_tile_[s] *= active_[i].moves->first_tile[s];
    }
  }
  Words filled;  // [port]
  Words drained;
  std::fill_n(filled.begin(), plan.port_ids.size(), 0.0);
  std::fill_n(drained.begin(), plan.port_ids.size(), 0.0);
  std::fill_n(flows_.begin(), plan.flows, 0.0);
  bool serial = false;
  for (std::size_t i = 0; i < plan.terms.size(); ++i) {
    if (i >= plan.fresh_terms && i < plan.partial_terms) continue;  // nothing returns yet
    const BoundaryPlan::Term& term = plan.terms[i];
    const std::size_t port = plan.lanes[term.lane].port;
    // As many words leave as the first tile takes room for: those that arrive at the same view.
    const double words = first_tile_[plan.arriving[term.slot]];
    const double cycles = transfer_time(words, words * rates_[i], term.start_up, term.burst);
    if (term.leaves) {
      drained[port] += cycles;
      continue;
    }
    filled[port] += cycles;
    serial = serial || (term.lane < plan.after && cycles > 0.0);
    flows_[term.flow] = std::max(flows_[term.flow], cycles);
  }
  double fill = 0.0;
  double drain = 0.0;
  for (std::size_t port = 0; port < plan.port_ids.size(); ++port) {
    fill = std::max(fill, filled[port]);
    drain = std::max(drain, drained[port]);
    busy_[plan.port_ids[port]] += filled[port] + drained[port];
  }
  if (plan.in_turn && serial) fill = all_flows();
  cold_ += fill + drain;
}

/// Adds up what the lanes have done.
void NestPricer::end_lanes() {
  const BoundaryPlan& plan = *plan_;
  Words running{};  // [port]
  for (std::size_t i = 0; i < plan.lanes.size(); ++i) {
    const std::size_t port = plan.lanes[i].port;
    busy_[plan.port_ids[port]] += lane_busy_[i];
    running[port] += running_[i];
  }
  if (!plan.queues()) return;
  for (const double all : running) steps_.beside = std::max(steps_.beside, all);
}

/// Adds the steps of the move in work, each of `work` and its transfer. `wanted`: all words count,
/// not only the new ones.
void NestPricer::add_steps(double work, bool wanted) {
  count_ = first_ = 1.0;
  several_count_ = 0;
  bool options = false;
  std::size_t single = 0;
  for (std::size_t i = 0; i < active_count_; ++i) {
    const LeanEntry& entry = active_[i].moves->entries[active_[i].entry];
    if (entry.several != nullptr) {
      several_[several_count_++] = &entry;
      options |= entry.several->options;
      continue;
    }
    count_ *= entry.count;
    first_ *= entry.first;
    rows_[single++] = entry.loads;
  }
  if (several_count_ == 0) return take(count_, first_, words_of(single, wanted), work);
  for (std::size_t s = 0; s < plan_->loads.size(); ++s)
    common_[s] = product(rows_.data(), single, s);
  rows_[0] = common_.data();
  if (options || !add_sums(work, wanted)) visit(work, wanted);
}

/// Adds all classes at once, if the steps are so long that no transfer shows, or nothing but the
/// sum of the transfers matters; else adds nothing. Exact either way.
bool NestPricer::add_sums(double work, bool wanted) {
  const BoundaryPlan& plan = *plan_;
  if (!plan.linear || plan.in_turn || plan.skew > 0.0 || plan.after > 1) return false;
  const auto words_with = [&](const LeanSums* LeanClasses::*sums) {
    for (std::size_t i = 0; i < several_count_; ++i) rows_[1 + i] = several_[i]->several->*sums;
    return words_of(1 + several_count_, wanted);
  };
  if (plan.beside > plan.after && longest(words_with(&LeanClasses::most)) > work) return false;
  double count = count_;
  for (std::size_t i = 0; i < several_count_; ++i) count *= several_[i]->count;
  Words all = words_with(&LeanClasses::sums);
  for (std::size_t s = 0; s < plan.loads.size(); ++s) all[s] *= count_;
  load(all, Load::Fresh);
  if (plan.partial_sums() || plan.starts()) {
    Words first = words_with(&LeanClasses::first_sums);
    for (std::size_t s = 0; s < plan.loads.size(); ++s) {
      first[s] *= first_;
      all[s] -= first[s];
    }
    load(all, Load::Partial);
    if (plan.starts()) load(first, Load::Start);
  }
  for (std::size_t i = 0; i < plan.lanes.size(); ++i) lane_busy_[i] += lanes_[i];
  for (std::size_t i = 0; i < plan.after; ++i) steps_.after += lanes_[i];
  for (std::size_t i = plan.after; i < plan.lanes.size(); ++i) running_[i] += lanes_[i];
  steps_.beside += count * work;
  return true;
}

/// The time of the longest transfer beside a tile. Only where times are linear.
double NestPricer::longest(const Words& words) {
  load(words, Load::Fresh);
  if (plan_->partial_sums()) load(words, Load::Partial);
  if (plan_->starts()) load(words, Load::Start);
  double most = 0.0;
  for (std::size_t i = plan_->after; i < plan_->beside; ++i) most = std::max(most, lanes_[i]);
  return most;
}

/// Adds the steps of every combination of the classes of the groups that have several.
void NestPricer::visit(double work, bool wanted) {
  std::array<const LeanClass*, kGroups> at;
  for (std::size_t i = 0; i < several_count_; ++i) at[i] = several_[i]->several->classes.data();
  for (;;) {
    double count = count_;
    double first = first_;
    std::size_t rows = 1;
    chosen_count_ = 0;
    for (std::size_t i = 0; i < several_count_; ++i) {
      count *= at[i]->count;
      first *= at[i]->first;
      if (at[i]->option_ends == nullptr) {
        rows_[rows++] = at[i]->loads;
      } else {
        chosen_[chosen_count_++] = at[i];
      }
    }
    take(count, first, chosen_count_ == 0 ? words_of(rows, wanted) : most_words(rows, wanted),
         work);
    std::size_t last = several_count_;
    for (; last > 0; --last) {
      const auto classes = several_[last - 1]->several->classes;
      if (++at[last - 1] != classes.data() + classes.size()) break;
      at[last - 1] = classes.data();
    }
    if (last == 0) return;
  }
}

/// The most that an instance moves, over the options of the chosen classes.
double NestPricer::largest(std::size_t slot, bool wanted, std::size_t depth,
                           const LeanSums& outer) const {
  if (depth == chosen_count_) return wanted ? outer.all : outer.all - outer.held - outer.overlap;
  const LeanClass& at = *chosen_[depth];
  double most = 0.0;
  for (std::uint32_t i = slot == 0 ? 0 : at.option_ends[slot - 1]; i < at.option_ends[slot]; ++i) {
    most = std::max(most, largest(slot, wanted, depth + 1, outer * at.loads[i]));
  }
  return most;
}

/// What the first `rows` of `rows_` make together.
NestPricer::Words NestPricer::words_of(std::size_t rows, bool wanted) const {
  Words words;
  const std::size_t slots = plan_->loads.size();
  for (std::size_t s = 0; s < slots; ++s) {
    if (wanted) {
      double all = 1.0;
      for (std::size_t i = 0; i < rows; ++i) all *= rows_[i][s].all;
      words[s] = all;
      continue;
    }
    const LeanSums at = product(rows_.data(), rows, s);
    words[s] = at.all - at.held - at.overlap;
  }
  leave_drains_out(words);
  return words;
}

/// The same of the most loaded instances, with the options of the chosen classes.
NestPricer::Words NestPricer::most_words(std::size_t rows, bool wanted) const {
  Words words;
  for (std::size_t s = 0; s < plan_->loads.size(); ++s) {
    words[s] = largest(s, wanted, 0, product(rows_.data(), rows, s));
  }
  leave_drains_out(words);
  return words;
}

void NestPricer::leave_drains_out(Words& words) const {
  if (drains_) return;
  for (const std::size_t s : plan_->leaving) words[s] = 0.0;
}

/// Adds `count` steps that move `words`; in `first` of them sums start, and no partial sum returns.
void NestPricer::take(double count, double first, const Words& words, double work) {
  const BoundaryPlan& plan = *plan_;
  if (plan.in_turn) std::fill_n(flows_.begin(), plan.flows, 0.0);
  load(words, Load::Fresh);
  // What the array pays to fill again, if something that stays in it changes (Eq. 20).
  if (plan.skew > 0.0 && std::any_of(plan.stationary.begin(), plan.stationary.end(),
                                     [&](std::size_t slot) { return words[slot] > 0.0; })) {
    steps_.after += count * plan.skew;
  }
  if (!plan.partial_sums() && !plan.starts()) return step(count, work);
  if (first != 0.0) {
    if (plan.starts()) load(words, Load::Start);
    step(first, work);
  }
  if (count == first) return;
  if (first != 0.0 && plan.starts()) {
    if (plan.in_turn) std::fill_n(flows_.begin(), plan.flows, 0.0);
    load(words, Load::Fresh);
  }
  load(words, Load::Partial);
  step(count - first, work);
}

/// Loads the lanes with the transfers of all steps, or adds those of some.
void NestPricer::load(const Words& words, Load which) {
  const BoundaryPlan& plan = *plan_;
  const std::array<std::size_t, 3> firsts{0, plan.fresh_terms, plan.partial_terms};
  std::size_t i = firsts[static_cast<std::size_t>(which)];
  for (std::size_t l = 0; l < plan.lanes.size(); ++l) {
    const BoundaryPlan::Lane& lane = plan.lanes[l];
    const std::array<std::size_t, 3> ends{lane.fresh_end, lane.partial_end, lane.start_end};
    const std::size_t end = ends[static_cast<std::size_t>(which)];
    double sum = which == Load::Fresh ? 0.0 : lanes_[l];
    for (; i < end; ++i) {
      const BoundaryPlan::Term& term = plan.terms[i];
      const double moved = words[term.slot];
      double cycles = moved * rates_[i];
      if (!plan.linear) cycles = transfer_time(moved, cycles, term.start_up, term.burst);
      sum += cycles;
      if (plan.in_turn) flows_[term.flow] = std::max(flows_[term.flow], cycles);
    }
    lanes_[l] = sum;
  }
}

double NestPricer::all_flows() const {
  double sum = 0.0;
  for (std::size_t i = 0; i < plan_->flows; ++i) sum += flows_[i];
  return sum;
}

/// Adds `count` steps with what the lanes are loaded with.
void NestPricer::step(double count, double work) {
  const BoundaryPlan& plan = *plan_;
  for (std::size_t i = 0; i < plan.lanes.size(); ++i) lane_busy_[i] += count * lanes_[i];
  double serial = 0.0;
  for (std::size_t i = 0; i < plan.after; ++i) serial = std::max(serial, lanes_[i]);
  if (plan.in_turn && serial > 0.0) {
    // Transfers follow one another: nothing goes beside the work.
    steps_.beside += count * work;
    steps_.after += count * all_flows();
    return;
  }
  double overlapped = 0.0;
  for (std::size_t i = plan.after; i < plan.beside; ++i) {
    overlapped = std::max(overlapped, lanes_[i]);
  }
  for (std::size_t i = plan.after; i < plan.lanes.size(); ++i) running_[i] += count * lanes_[i];
  steps_.beside += count * std::max(work, overlapped);
  steps_.after += count * serial;
}

}  // namespace tilewise
