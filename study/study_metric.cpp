#include "study/study_metric.hpp"

#include <algorithm>

#include "mapper/objective.hpp"

namespace tilewise {
namespace {

struct MetricEntry {
  std::string_view name;
  std::string_view unit;
  std::optional<FpgaResource> resource = {};
};

/// Latency, energy and EDP are called as the objective of a mapping is.
constexpr MetricEntry of(Objective objective, std::string_view unit) {
  return {name(objective), unit, {}};
}
MetricEntry of(FpgaResource resource) { return {name(resource), "", resource}; }

const MetricEntry& entry_of(StudyMetric metric) {
  static const EnumArray<StudyMetric, MetricEntry> metrics{{{
      of(Objective::Latency, "ms"),
      of(Objective::Energy, "mJ"),
      of(Objective::Edp, "mJ ms"),
      {"power", "mW"},
      {"area", "mm2"},
      of(FpgaResource::Lut),
      of(FpgaResource::Ff),
      of(FpgaResource::Dsp),
      of(FpgaResource::Bram18),
      of(FpgaResource::Uram),
  }}};
  return metrics[metric];
}

}  // namespace

std::string_view name(StudyMetric metric) { return entry_of(metric).name; }

std::string_view unit(StudyMetric metric) { return entry_of(metric).unit; }

std::string heading(StudyMetric metric) {
  std::string text(name(metric));
  if (!unit(metric).empty()) text += " [" + std::string(unit(metric)) + "]";
  return text;
}

std::string column(StudyMetric metric) {
  std::string text(name(metric));
  if (!unit(metric).empty()) text += "_" + std::string(unit(metric));
  std::replace(text.begin(), text.end(), ' ', '_');
  return text;
}

std::optional<FpgaResource> resource(StudyMetric metric) { return entry_of(metric).resource; }

}  // namespace tilewise
