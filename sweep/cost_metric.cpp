#include "sweep/cost_metric.hpp"

#include <fmt/format.h>

namespace tilewise {

std::string_view name(CostMetric metric) {
  switch (metric) {
    case CostMetric::Latency: return "latency";
    case CostMetric::Energy: return "energy";
  }
  return "";
}

std::string_view unit(CostMetric metric) {
  switch (metric) {
    case CostMetric::Latency: return "ms";
    case CostMetric::Energy: return "mJ";
  }
  return "";
}

std::string column_name(CostMetric metric) {
  return fmt::format("{}_{}", name(metric), unit(metric));
}

const std::vector<double>& values_of(const DeviceCosts& device, CostMetric metric) {
  return metric == CostMetric::Latency ? device.latency_ms : device.energy_mj;
}

}  // namespace tilewise
