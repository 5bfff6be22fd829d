#include "mapper/incumbents.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tilewise {
namespace {

/// Relatives that are looked at one by one rather than all at once.
constexpr int kFew = 24;

}  // namespace

Incumbents::Incumbents(const Incumbent& empty, const SearchContext& context)
    : relatives_(context.problem.relatives),
      least_static_pj_(context.static_pj_per_cycle),
      each_(relatives_ ? relatives_->size() : 1, empty) {
  if (relatives_ == nullptr) return;
  most_of_.resize(RelativeSet::kMost);
  std::fill_n(most_of_.begin(), each_.size(), kInfinity);
}

RelativeSet Incumbents::empty() const {
  return all().filtered([&](std::size_t i) { return each_[i].empty(); });
}

RelativeSet Incumbents::remaining_relatives(const RelativeEnergy& energy, double latency_cycles,
                                            const RelativeSet& of) const {
  const double least_pj = energy.pj + least_static_pj_ * latency_cycles;
  if (least_pj * latency_cycles > most_) return {};
  const auto keep = [&](std::size_t i) {
    return total_pj(i, energy, latency_cycles) * latency_cycles <= most_of_[i];
  };
  // The same of all at once: loops that a compiler turns into vectors.
  const auto kept_of = [&](std::size_t first) {
    std::array<double, RelativeSet::kBlock> edp;
    const double* static_pj = &relatives_->static_pj()[first];
    for (std::size_t i = 0; i < edp.size(); ++i) edp[i] = energy.pj + static_pj[i] * latency_cycles;
    for (std::size_t kind = 0; kind < relatives_->units().size(); ++kind) {
      const double* more_pj = &relatives_->more_pj(kind)[first];
      const double accesses = energy.accesses[kind];
      for (std::size_t i = 0; i < edp.size(); ++i) edp[i] += more_pj[i] * accesses;
    }
    const double* most = &most_of_[first];
    std::uint64_t kept = 0;
    for (std::size_t i = 0; i < edp.size(); ++i) {
      kept |= static_cast<std::uint64_t>(edp[i] * latency_cycles <= most[i]) << i;
    }
    return kept;
  };
  return of.filtered(keep, kFew, kept_of);
}

RelativeSet Incumbents::not_beaten(const RelativeEnergy& energy, double latency_cycles,
                                   const RelativeSet& of) const {
  if (relatives_ != nullptr) {
    return remaining_relatives(energy, latency_cycles / (1.0 + Incumbent::kWorse), of);
  }
  const double energy_pj = energy.pj + least_static_pj_ * latency_cycles;
  return each_.front().beats(energy_pj, latency_cycles) ? RelativeSet{} : of;
}

void Incumbents::add(std::size_t i, PricedMapping priced) {
  each_[i].add(std::move(priced));
  any_ = true;
  note(i);
}

/// Takes over what a relative may still be interested in.
void Incumbents::note(std::size_t i) {
  if (relatives_ == nullptr) return;
  const double before = most_of_[i];
  most_of_[i] = each_[i].empty() ? kInfinity : each_[i].most_of_interest();
  if (before < most_) return;
  set_most();
}

void Incumbents::set_most() { most_ = *std::max_element(most_of_.begin(), most_of_.end()); }

RelativeSet Incumbents::open(const Incumbents& known, const RelativeEnergy& energy,
                             double latency_cycles) {
  if (relatives_ == nullptr) {
    merge(known);
    return remaining(energy, latency_cycles, all());
  }
  const RelativeSet of = known.remaining_relatives(energy, latency_cycles, all());
  std::fill(most_of_.begin(), most_of_.end(), 0.0);
  of.for_each([&](std::size_t i) {
    each_[i] = known.each_[i];
    most_of_[i] = known.most_of_[i];
  });
  any_ = known.any_;
  set_most();
  return of;
}

void Incumbents::share(std::size_t from) {
  if (relatives_ == nullptr || each_[from].empty()) return;
  const PricedMapping known = each_[from].found().front();
  offer(known.dynamic, known.latency_cycles,
        relatives_->at_least(from).without(RelativeSet::of(from)), [&] { return known.mapping; });
}

void Incumbents::merge(const Incumbent& known) {
  each_.front().merge(known);
  any_ = any_ || !known.empty();
}

void Incumbents::merge(const Incumbents& other) {
  for (std::size_t i = 0; i < each_.size(); ++i) {
    if (other.each_[i].empty() && relatives_ != nullptr) continue;
    each_[i].merge(other.each_[i]);
    note(i);
  }
  any_ = any_ || other.any_;
}

}  // namespace tilewise
