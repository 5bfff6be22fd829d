#include "study/study_metric.hpp"

#include <algorithm>

namespace tilewise {

std::string_view name(StudyMetric metric) {
  switch (metric) {
    case StudyMetric::Latency: return "latency";
    case StudyMetric::Energy: return "energy";
    case StudyMetric::Edp: return "edp";
    case StudyMetric::Power: return "power";
    case StudyMetric::Area: return "area";
    case StudyMetric::Lut:
    case StudyMetric::Ff:
    case StudyMetric::Dsp:
    case StudyMetric::Bram18:
    case StudyMetric::Uram: return name(*resource(metric));
  }
  return "";
}

std::string_view unit(StudyMetric metric) {
  switch (metric) {
    case StudyMetric::Latency: return "ms";
    case StudyMetric::Energy: return "mJ";
    case StudyMetric::Edp: return "mJ ms";
    case StudyMetric::Power: return "mW";
    case StudyMetric::Area: return "mm2";
    case StudyMetric::Lut:
    case StudyMetric::Ff:
    case StudyMetric::Dsp:
    case StudyMetric::Bram18:
    case StudyMetric::Uram: return "";
  }
  return "";
}

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

std::optional<FpgaResource> resource(StudyMetric metric) {
  switch (metric) {
    case StudyMetric::Lut: return FpgaResource::Lut;
    case StudyMetric::Ff: return FpgaResource::Ff;
    case StudyMetric::Dsp: return FpgaResource::Dsp;
    case StudyMetric::Bram18: return FpgaResource::Bram18;
    case StudyMetric::Uram: return FpgaResource::Uram;
    case StudyMetric::Latency:
    case StudyMetric::Energy:
    case StudyMetric::Edp:
    case StudyMetric::Power:
    case StudyMetric::Area: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace tilewise
