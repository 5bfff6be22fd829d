#include "design/several_engines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <utility>

#include "base/integers.hpp"
#include "design/partition_probe.hpp"

namespace tilewise {
namespace {

constexpr double kMostSteps = 2e7;         // of the walk over all states, a limit
constexpr double kMostLatencySteps = 1e6;  // the same where paths are kept
constexpr int kMostEnergyProbes = 400;

std::string space_text(const PartitionSpace& space, std::size_t units) {
  if (space.sharing() == Sharing::Any) {
    return fmt::format(
        "every way to share {} units (layers, or their groups) out to engines; Tp = Tq = 1", units);
  }
  return fmt::format(
      "contiguous runs of {} units (layers, or their groups) in their order; Tp = Tq = 1", units);
}

/// One search over the partitions of some units.
class SeveralSearch {
 public:
  SeveralSearch(std::span<const EngineUnit> units, const DesignTarget& target,
                DesignObjective objective)
      : units_(units),
        target_(target),
        space_(units, sharing(units, objective)),
        menu_(space_, target) {
    certificate_.space = space_text(space_, units.size());
    for (std::size_t w = 0; w < menu_.windows(); ++w) {
      for (std::size_t s = 0; s < menu_.shapes(); ++s) {
        ++certificate_.candidates;
        if (!menu_.fits_alone(w, s)) ++certificate_.by_resources;
      }
    }
    ideal_ = ideal_interval(units, target);
    for (const EngineUnit& unit : units) {
      const std::int64_t least = alone(unit);
      ideal_ = std::max(ideal_, least);
      ideal_latency_ += least;
    }
    ideal_latency_ = std::max(ideal_latency_, ideal_);
  }

  std::optional<EngineDesigns> run(DesignObjective objective, const EngineDesigns& single) {
    switch (objective) {
      case DesignObjective::Latency: return least_latency(single);
      case DesignObjective::Throughput: return least_interval(single);
      case DesignObjective::Energy: return least_energy(single);
    }
    return std::nullopt;
  }

 private:
  static Sharing sharing(std::span<const EngineUnit> units, DesignObjective objective) {
    const double most = objective == DesignObjective::Latency ? kMostLatencySteps : kMostSteps;
    return PartitionSpace::steps_of_any(units) <= most ? Sharing::Any : Sharing::Contiguous;
  }

  /// The least time of a unit, on all lanes.
  std::int64_t alone(const EngineUnit& unit) const {
    std::int64_t least = unit_cycles(unit, {}, target_.bandwidth);
    for (std::size_t s = 0; s < menu_.shapes(); ++s) {
      least = std::min(least, unit_cycles(unit, menu_.lanes(s), target_.bandwidth));
    }
    return least;
  }

  ProbeResult probe(std::int64_t limit) {
    ++certificate_.evaluated;
    ProbeResult result = probe_interval(menu_, limit, target_);
    if (result.verdict == ProbeResult::Verdict::Impossible) {
      ++certificate_.by_bound;
      impossible_ = std::max(impossible_, limit);
    }
    return result;
  }

  /// No partition of the whole organisation has a smaller interval.
  std::int64_t proven_interval() const {
    if (space_.sharing() == Sharing::Contiguous) return ideal_;
    return std::max(ideal_, impossible_ + 1);
  }

  EngineDesigns finished(EngineDesigns design, double value, double bound) {
    design.objective_value = value;
    design.certificate = certificate_;
    set_gap(design.certificate, value, bound);
    return design;
  }

  /// Binary search: what fits at one limit fits at every larger one.
  EngineDesigns fastest(const EngineDesigns& single) {
    EngineDesigns best = single;
    std::int64_t low = ideal_;
    auto high = static_cast<std::int64_t>(std::ceil(single.interval.count()));
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      const ProbeResult found = probe(middle);
      if (found.verdict == ProbeResult::Verdict::Fits) {
        best = design_of(menu_, found.engines, units_, target_);
        high = std::min(middle, static_cast<std::int64_t>(best.interval.count()));
      } else {
        low = middle + 1;
      }
    }
    return best;
  }

  EngineDesigns least_interval(const EngineDesigns& single) {
    EngineDesigns best = fastest(single);
    return finished(std::move(best), best.interval.count(), static_cast<double>(proven_interval()));
  }

  /// One engine is a partition too: others must beat it.
  EngineDesigns least_latency(const EngineDesigns& single) {
    const auto known = static_cast<std::int64_t>(single.latency.count());
    const LatencySearch found = search_latency(menu_, target_, known);
    certificate_.evaluated += found.evaluated;
    certificate_.by_bound += found.by_bound;
    EngineDesigns best = found.engines ? design_of(menu_, *found.engines, units_, target_) : single;
    const bool exact = found.complete && space_.sharing() == Sharing::Any;
    const double value = best.latency.count();
    return finished(std::move(best), value, exact ? value : static_cast<double>(ideal_latency_));
  }

  /// Energy of an image every `interval` cycles by engines that take `activity` a cycle.
  double energy_of(double interval, Picojoules activity) const {
    const Picojoules still = design_energy(target_, controllers(target_), Cycles{interval}, bits_);
    return still.count() + activity.count() * interval;
  }

  /// The least activity of engines within an interval, whether or not they fit together.
  Picojoules least_activity(std::int64_t limit, std::optional<EngineDesigns>& found) {
    ++certificate_.evaluated;
    ResourcePrices prices;
    for (const FpgaResource each : all_of<FpgaResource>()) {
      prices[each] = target_.activity.per_cycle[each].count();
    }
    const auto cheapest = cheapest_partition(menu_, limit, prices);
    if (!cheapest) return Picojoules{std::numeric_limits<double>::infinity()};
    if (fits(total_resources(menu_, cheapest->engines, target_), target_.available)) {
      found = design_of(menu_, cheapest->engines, units_, target_);
    }
    return Picojoules{cheapest->cost};
  }

  /// No engines at all take less: the ideal interval, and each multiplication on the lane that
  /// takes least.
  double ideal_energy() const {
    ResourcePrices prices;
    for (const FpgaResource each : all_of<FpgaResource>()) {
      prices[each] = target_.activity.per_cycle[each].count();
    }
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t w = 0; w < menu_.windows(); ++w) {
      for (std::size_t s = 0; s < menu_.shapes(); ++s) {
        const auto lanes = static_cast<double>(lane_count(menu_.lanes(s)));
        least = std::min(least, price(menu_.resources(w, s), prices) / lanes);
      }
    }
    double work = 0.0;
    for (const EngineUnit& unit : units_) work += static_cast<double>(engine_cycles(unit.work, {}));
    return energy_of(static_cast<double>(ideal_), Picojoules{0.0}) + work * least;
  }

  /// Intervals [from, to], best bound first: no design between has less than from's time at to's
  /// activity.
  EngineDesigns least_energy(const EngineDesigns& single) {
    struct Span {
      double bound;
      std::int64_t from, to;
      bool operator<(const Span& other) const { return bound > other.bound; }
    };
    bits_ = single.off_chip;
    EngineDesigns best = fastest(single);
    if (single.energy < best.energy) best = single;
    const auto consider = [&](const std::optional<EngineDesigns>& found) {
      if (found && found->energy < best.energy) best = *found;
    };
    std::priority_queue<Span> open;
    const auto push = [&](std::int64_t from, std::int64_t to) {
      if (from > to) return;
      std::optional<EngineDesigns> found;
      const Picojoules activity = least_activity(to, found);
      consider(found);
      const double bound = energy_of(static_cast<double>(from), activity);
      if (bound < best.energy.count()) {
        open.push({bound, from, to});
      } else {
        ++certificate_.by_bound;
      }
    };
    std::int64_t slowest = 0;
    for (const EngineUnit& unit : units_) slowest += unit_cycles(unit, {}, target_.bandwidth);
    push(proven_interval(), slowest);
    for (int probes = 0; probes < kMostEnergyProbes && !open.empty(); ++probes) {
      const Span span = open.top();
      if (span.bound >= best.energy.count()) break;
      open.pop();
      if (span.from == span.to) continue;
      const std::int64_t middle = span.from + (span.to - span.from) / 2;
      push(span.from, middle);
      push(middle + 1, span.to);
    }
    const double value = best.energy.count();
    double bound = open.empty() ? value : open.top().bound;
    if (space_.sharing() == Sharing::Contiguous) {
      bound = ideal_energy();
    }
    return finished(std::move(best), value, bound);
  }

  std::span<const EngineUnit> units_;
  const DesignTarget& target_;
  PartitionSpace space_;
  EngineMenu menu_;
  DesignCertificate certificate_;
  std::int64_t ideal_ = 0;          ///< no interval is less
  std::int64_t ideal_latency_ = 0;  ///< nor a sum of times
  std::int64_t impossible_ = 0;     ///< the largest interval that is proven to fit in no way
  Bits bits_;
};

}  // namespace

std::int64_t ideal_interval(std::span<const EngineUnit> units, const DesignTarget& target) {
  std::int64_t work = 0;
  double bits = 0.0;
  for (const EngineUnit& unit : units) {
    work = checked_add(work, engine_cycles(unit.work, {}), "cycles");
    bits += static_cast<double>(unit.traffic.count());
  }
  const double port = std::ceil(transfer_cycles(bits, target.bandwidth).count());
  return std::max(ceil_div(work, std::max<std::int64_t>(most_lanes(target), 1)),
                  static_cast<std::int64_t>(port));
}

EngineSearchResult search_several_engines(std::span<const EngineUnit> units,
                                          const DesignTarget& target, DesignObjective objective) {
  EngineSearchResult single = search_single_engine(units, target, {objective, PixelLanes::No});
  if (!single.design) return single;
  SeveralSearch search(units, target, objective);
  return {search.run(objective, *single.design), {}};
}

}  // namespace tilewise
