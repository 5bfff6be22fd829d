#include "mapper/incumbent.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tilewise {
namespace {

/// Bounds and prices add up the same terms in different orders: a bound this near counts as equal.
constexpr double kRounding = 1e-12;
/// What is above the best by more than this share is surely worse.
constexpr double kWorse = 1e-8;

}  // namespace

Incumbent::Incumbent(Objective objective, double gap)
    : objective_(objective),
      slack_(objective == Objective::Pareto ? std::sqrt(1.0 + gap) - 1.0 : gap) {}

bool Incumbent::exact() const {
  return objective_ == Objective::Pareto ? !std::isfinite(floor_) : !(floor_ < value_);
}

double Incumbent::cost(Objective objective, double energy_pj, double latency_cycles) {
  return objective_value(objective, Cycles{latency_cycles}, Picojoules{energy_pj});
}

bool Incumbent::dominated(double energy_pj, double latency_cycles, double factor) const {
  // Rising latency means falling energy: the last one that is fast enough needs least.
  const auto slower = std::upper_bound(
      found_.begin(), found_.end(), latency_cycles * factor,
      [](double bound, const PricedMapping& each) { return bound < each.latency_cycles; });
  return slower != found_.begin() && std::prev(slower)->energy_pj <= energy_pj * factor;
}

bool Incumbent::excludes(double energy_pj, double latency_cycles) {
  if (found_.empty()) return false;
  if (objective_ == Objective::Pareto) {
    if (dominated(energy_pj, latency_cycles, 1.0 + kRounding)) return true;
    if (slack_ <= 0.0 || !dominated(energy_pj, latency_cycles, 1.0 + slack_)) return false;
    floor_ = std::min(floor_, energy_pj * latency_cycles);
    return true;
  }
  const double least = cost(objective_, energy_pj, latency_cycles);
  if (least >= value_ * (1.0 - kRounding)) return true;
  if (least * (1.0 + slack_) < value_) return false;
  floor_ = std::min(floor_, least);
  return slack_ > 0.0;
}

bool Incumbent::beats(double energy_pj, double latency_cycles) const {
  if (found_.empty()) return false;
  if (objective_ == Objective::Pareto) return dominated(energy_pj, latency_cycles, 1.0 - kWorse);
  return cost(objective_, energy_pj, latency_cycles) > value_ * (1.0 + kWorse);
}

bool Incumbent::wants(double energy_pj, double latency_cycles) const {
  if (!std::isfinite(cost(objective_, energy_pj, latency_cycles))) return false;
  if (objective_ == Objective::Pareto)
    return !dominated(energy_pj, latency_cycles, 1.0 - kRounding);
  return cost(objective_, energy_pj, latency_cycles) <= value_;
}

void Incumbent::add(PricedMapping priced) {
  if (!wants(priced.energy_pj, priced.latency_cycles)) return;
  if (objective_ != Objective::Pareto) {
    const double value = cost(objective_, priced.energy_pj, priced.latency_cycles);
    if (value == value_ && !(priced.mapping < found_.front().mapping)) return;
    value_ = value;
    found_.assign(1, std::move(priced));
    return;
  }
  const auto same = std::find_if(found_.begin(), found_.end(), [&](const PricedMapping& each) {
    return each.energy_pj == priced.energy_pj && each.latency_cycles == priced.latency_cycles;
  });
  if (same != found_.end()) {
    if (priced.mapping < same->mapping) same->mapping = std::move(priced.mapping);
    return;
  }
  // Points that only rounding tells apart are one.
  const double factor = 1.0 + kRounding;
  if (dominated(priced.energy_pj, priced.latency_cycles, factor)) return;
  std::erase_if(found_, [&](const PricedMapping& each) {
    return each.energy_pj * factor >= priced.energy_pj &&
           each.latency_cycles * factor >= priced.latency_cycles;
  });
  value_ = std::min(value_, priced.edp());
  const auto place = std::upper_bound(found_.begin(), found_.end(), priced.latency_cycles,
                                      [](double latency_cycles, const PricedMapping& each) {
                                        return latency_cycles < each.latency_cycles;
                                      });
  found_.insert(place, std::move(priced));
}

void Incumbent::merge(const Incumbent& other) {
  for (const PricedMapping& each : other.found_) add(each);
  floor_ = std::min(floor_, other.floor_);
}

}  // namespace tilewise
