#include "mapper/incumbents.hpp"

#include <algorithm>

namespace tilewise {

Incumbents::Incumbents(const Incumbent& empty, const SearchContext& context)
    : relatives_(context.problem.relatives),
      least_static_pj_(context.static_pj_per_cycle),
      each_(relatives_ ? relatives_->size() : 1, empty) {
  if (relatives_ == nullptr) return;
  for (std::size_t i = 0; i < each_.size(); ++i) {
    open_.push_back({relatives_->static_pj(i) - least_static_pj_, kInfinity});
  }
}

RelativeSet Incumbents::empty() const {
  RelativeSet found = 0;
  for (std::size_t i = 0; i < each_.size(); ++i) {
    if (each_[i].empty()) found |= RelativeSet{1} << i;
  }
  return found;
}

RelativeSet Incumbents::remaining_relatives(double energy_pj, double latency_cycles,
                                            RelativeSet of) const {
  if (energy_pj * latency_cycles > most_) return 0;
  RelativeSet left = 0;
  for_each_relative(of, [&](std::size_t i) {
    const double own_pj = energy_pj + open_[i].more_static_pj * latency_cycles;
    if (own_pj * latency_cycles <= open_[i].most) left |= RelativeSet{1} << i;
  });
  return left;
}

RelativeSet Incumbents::not_beaten(double energy_pj, double latency_cycles, RelativeSet of) const {
  if (relatives_ == nullptr) return each_.front().beats(energy_pj, latency_cycles) ? 0 : of;
  return remaining_relatives(energy_pj, latency_cycles / (1.0 + Incumbent::kWorse), of);
}

void Incumbents::add(std::size_t i, PricedMapping priced) {
  each_[i].add(std::move(priced));
  any_ = true;
  note(i);
}

/// Takes over what a relative may still be interested in.
void Incumbents::note(std::size_t i) {
  if (relatives_ == nullptr) return;
  const double before = open_[i].most;
  open_[i].most = each_[i].empty() ? kInfinity : each_[i].most_of_interest();
  if (before < most_) return;
  most_ = 0.0;
  for (const Open& each : open_) most_ = std::max(most_, each.most);
}

void Incumbents::share(std::size_t from) {
  if (relatives_ == nullptr || each_[from].empty()) return;
  const PricedMapping known = each_[from].found().front();
  offer(known.dynamic_pj, known.latency_cycles,
        relatives_->at_least(from) & ~(RelativeSet{1} << from), [&] { return known.mapping; });
}

void Incumbents::merge(const Incumbent& known) {
  each_.front().merge(known);
  any_ = any_ || !known.empty();
}

void Incumbents::merge(const Incumbents& other) {
  for (std::size_t i = 0; i < each_.size(); ++i) {
    each_[i].merge(other.each_[i]);
    note(i);
  }
  any_ = any_ || other.any_;
}

}  // namespace tilewise
