#include "study/study_bounds.hpp"

#include <fmt/format.h>

#include <optional>

#include "arch/home.hpp"
#include "base/units.hpp"
#include "mapper/bound/layer_bound.hpp"
#include "schedule/cost_hull.hpp"
#include "study/scheduled_workload.hpp"

namespace tilewise {
namespace {

bool schedules(const Study& study) { return study.schedule != ScheduleKind::Separate; }

/// What the weighted sum over the workloads is not below, in energy or in latency: the lower bounds
/// of the layers, or of the networks under any schedule. Empty: none is known.
std::optional<TotalCost> least_totals(const BoundedStudy& of, const Configuration& made) {
  const Architecture& architecture = *made.architecture;
  const LayersAtWidth& width = of.widths.at(made.precision);
  TotalCost alone;
  for (std::size_t l = 0; l < width.layers.size(); ++l) {
    const auto bound = layer_bound(architecture, width.layers[l], of.study.factors);
    if (!bound) return std::nullopt;  // that no mapping fits is for the search to say
    alone += of.weights[l] * TotalCost{bound->energy.count(), bound->latency.count(), 0.0};
  }
  const bool off_chip =
      !schedules(of.study) || std::holds_alternative<NoHome>(home_of(architecture));
  if (off_chip) return alone;
  TotalCost least;
  for (std::size_t w = 0; w < of.study.workloads.size(); ++w) {
    const auto bound = scheduled_bound(of.study, {architecture, width.networks[w]});
    if (!bound) return std::nullopt;
    least += of.study.workloads[w].weight * *bound;
  }
  return least;
}

}  // namespace

Explored bounded(const BoundedStudy& of, const Explored& examined, const Configuration& made) {
  const auto totals = least_totals(of, made);
  if (!totals) return examined;
  const auto latency = duration(Cycles{totals->latency_cycles}, made.architecture->clock);
  // Sums in another order than those of the costs: a hair less is surely below.
  constexpr double kRounding = 1.0 - 1e-9;
  Explored least = examined;
  set_costs(kRounding * milliseconds(latency).count(),
            kRounding * millijoules(Picojoules{totals->energy_pj}).count(), least.metrics);
  least.metrics[StudyMetric::Power] = 0.0;  // a longer latency may lower it without end
  for (const StudyLimit& limit : of.study.limits) {
    const double value = least.metrics[limit.metric].value();
    if (value <= limit.most) continue;
    least.outcome = Outcome::OverLimit;
    least.why = fmt::format("{} is at least {:.6g} {} whatever the mapping{}, asked: {}",
                            name(limit.metric), value, unit(limit.metric),
                            !schedules(of.study) ? "" : " and schedule", limit.text);
    return least;
  }
  return least;
}

}  // namespace tilewise
