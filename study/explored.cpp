#include "study/explored.hpp"

#include <fmt/format.h>

#include <utility>

#include "arch/area.hpp"
#include "base/error.hpp"
#include "base/units.hpp"

namespace tilewise {
namespace {

/// Whether the metric is known before anything is mapped.
bool is_static(StudyMetric metric) {
  return metric == StudyMetric::Area || resource(metric).has_value();
}

void need(const Study& study, const Explored& explored, StudyMetric metric) {
  if (explored.metrics[metric]) return;
  throw InputError(
      fmt::format("{}: {} is not known of {}; leave it out of objectives and constraints, or give "
                  "the architecture's memories and compute unit one",
                  study.file, name(metric), explored.base));
}

/// The first limit on a metric of this kind that is exceeded decides.
void hold_to_limits(const Study& study, bool before_mapping, Explored& explored) {
  for (const StudyLimit& limit : study.limits) {
    if (is_static(limit.metric) != before_mapping) continue;
    need(study, explored, limit.metric);
    const double value = *explored.metrics[limit.metric];
    if (value <= limit.most) continue;
    explored.outcome = Outcome::OverLimit;
    explored.why = fmt::format("{} is {:.6g} {}, asked: {}", name(limit.metric), value,
                               unit(limit.metric), limit.text);
    return;
  }
}

}  // namespace

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::Costed: return "costed";
    case Outcome::NotBuilt: return "not_built";
    case Outcome::Unfit: return "does_not_fit";
    case Outcome::OverLimit: return "over_limit";
    case Outcome::Beaten: return "beaten";
  }
  return "";
}

Explored examine(const Study& study, const Configuration& configuration) {
  Explored explored;
  explored.index = configuration.index;
  explored.base = configuration.base;
  explored.values = configuration.values;
  if (!configuration.architecture) {
    explored.outcome = Outcome::NotBuilt;
    explored.why = configuration.why_none;
    return explored;
  }
  const ChipArea area = chip_area(*configuration.architecture);
  if (area.unknown.empty()) explored.metrics[StudyMetric::Area] = area.total().count();
  if (configuration.resources) {
    for (const StudyMetric metric : all_of<StudyMetric>()) {
      if (const auto counted = resource(metric)) {
        explored.metrics[metric] = static_cast<double>(configuration.resources->amount(*counted));
      }
    }
    explored.why = lacks_text(study, *configuration.resources);
    if (!explored.why.empty()) explored.outcome = Outcome::OverLimit;
  }
  for (const StudyMetric metric : study.objectives) {
    if (is_static(metric)) need(study, explored, metric);
  }
  if (explored.outcome == Outcome::Costed) hold_to_limits(study, true, explored);
  return explored;
}

void set_costs(double latency_ms, double energy_mj,
               EnumArray<StudyMetric, std::optional<double>>& metrics) {
  metrics[StudyMetric::Latency] = latency_ms;
  metrics[StudyMetric::Energy] = energy_mj;
  metrics[StudyMetric::Edp] = latency_ms * energy_mj;
  metrics[StudyMetric::Power] = power(Millijoules{energy_mj}, Milliseconds{latency_ms}).count();
}

void complete(const Study& study, std::vector<StoredNetwork> workloads, Explored& explored) {
  double latency_ms = 0.0;
  double energy_mj = 0.0;
  for (std::size_t w = 0; w < workloads.size(); ++w) {
    if (!workloads[w].why_none.empty()) {
      explored.outcome = Outcome::Unfit;
      explored.why = workloads[w].why_none;
      return;
    }
    latency_ms += study.workloads[w].weight * workloads[w].latency_ms;
    energy_mj += study.workloads[w].weight * workloads[w].energy_mj;
  }
  explored.workloads = std::move(workloads);
  set_costs(latency_ms, energy_mj, explored.metrics);
  hold_to_limits(study, false, explored);
}

std::vector<double> objectives(const Study& study, const Explored& explored) {
  std::vector<double> costs;
  for (const StudyMetric metric : study.objectives) {
    costs.push_back(explored.metrics[metric].value());
  }
  return costs;
}

}  // namespace tilewise
