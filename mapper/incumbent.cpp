#include "mapper/incumbent.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tilewise {
namespace {

/// Bounds and prices add up the same terms in different orders: a bound this near counts as equal.
constexpr double kRounding = 1e-12;

/// Whether a cost lies above the line from one mapping to another that takes more time and less
/// energy, by more than rounding.
bool above_line(const PricedMapping& fast, const PricedMapping& lean, double energy_pj,
                double latency_cycles) {
  const double share = (latency_cycles * (1.0 - Incumbent::kWorse) - fast.latency_cycles) /
                       (lean.latency_cycles - fast.latency_cycles);
  const double on_line = fast.energy_pj + share * (lean.energy_pj - fast.energy_pj);
  return energy_pj * (1.0 - Incumbent::kWorse) > on_line;
}

}  // namespace

Incumbent::Incumbent(Objective objective, double gap, FrontPart part)
    : objective_(objective),
      part_(part),
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

/// Whether everything with at least that energy and latency lies above the convex hull of what is
/// known and of all that is worse, by more than rounding: none of it is a corner.
bool Incumbent::above_hull(double energy_pj, double latency_cycles) const {
  if (part_ == FrontPart::Whole) return false;
  const auto lean = std::upper_bound(
      found_.begin(), found_.end(), latency_cycles * (1.0 - kWorse),
      [](double bound, const PricedMapping& each) { return bound < each.latency_cycles; });
  if (lean == found_.begin() || lean == found_.end()) return false;
  return above_line(*std::prev(lean), *lean, energy_pj, latency_cycles);
}

/// Forgets what lies above the line between two others.
void Incumbent::keep_corners() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < found_.size(); ++i) {
    while (kept > 1 && above_line(found_[kept - 2], found_[i], found_[kept - 1].energy_pj,
                                  found_[kept - 1].latency_cycles)) {
      --kept;
    }
    if (kept != i) found_[kept] = std::move(found_[i]);
    ++kept;
  }
  found_.erase(found_.begin() + static_cast<std::ptrdiff_t>(kept), found_.end());
}

bool Incumbent::excludes(double energy_pj, double latency_cycles) {
  if (found_.empty()) return false;
  if (objective_ == Objective::Pareto) {
    if (dominated(energy_pj, latency_cycles, 1.0 + kRounding)) return true;
    if (above_hull(energy_pj, latency_cycles)) return true;
    if (slack_ <= 0.0 || !dominated(energy_pj, latency_cycles, 1.0 + slack_)) return false;
    floor_ = std::min(floor_, energy_pj * latency_cycles);
    return true;
  }
  const double least = cost(objective_, energy_pj, latency_cycles);
  if (!(least <= most_of_interest())) return true;
  if (slack_ <= 0.0 || least * (1.0 + slack_) < value_) return false;
  floor_ = std::min(floor_, least);
  return true;
}

double Incumbent::most_of_interest() const {
  return std::nextafter(value_ * (1.0 - kRounding), 0.0);
}

bool Incumbent::beats(double energy_pj, double latency_cycles) const {
  if (found_.empty()) return false;
  if (objective_ == Objective::Pareto) {
    return dominated(energy_pj, latency_cycles, 1.0 - kWorse) ||
           above_hull(energy_pj, latency_cycles);
  }
  return cost(objective_, energy_pj, latency_cycles) > value_ * (1.0 + kWorse);
}

bool Incumbent::wants(double energy_pj, double latency_cycles) const {
  if (!std::isfinite(cost(objective_, energy_pj, latency_cycles))) return false;
  if (objective_ == Objective::Pareto) {
    return !dominated(energy_pj, latency_cycles, 1.0 - kRounding) &&
           !above_hull(energy_pj, latency_cycles);
  }
  return cost(objective_, energy_pj, latency_cycles) <= value_;
}

void Incumbent::add(PricedMapping priced) {
  if (!wants(priced.energy_pj, priced.latency_cycles)) return;
  if (objective_ != Objective::Pareto) {
    const double value = cost(objective_, priced.energy_pj, priced.latency_cycles);
    if (value == value_ && !(*priced.mapping < *found_.front().mapping)) return;
    value_ = value;
    found_.assign(1, std::move(priced));
    return;
  }
  const auto same = std::find_if(found_.begin(), found_.end(), [&](const PricedMapping& each) {
    return each.energy_pj == priced.energy_pj && each.latency_cycles == priced.latency_cycles;
  });
  if (same != found_.end()) {
    if (*priced.mapping < *same->mapping) same->mapping = std::move(priced.mapping);
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
  if (part_ == FrontPart::Corners) keep_corners();
}

void Incumbent::merge(const Incumbent& other) {
  for (const PricedMapping& each : other.found_) {
    if (found_.empty() || found_.front().mapping != each.mapping) add(each);
  }
  floor_ = std::min(floor_, other.floor_);
}

}  // namespace tilewise
