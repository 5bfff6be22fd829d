#include "sweep/cost_metric.hpp"

#include <fmt/format.h>

#include <map>

#include "base/error.hpp"
#include "design/board_engine.hpp"

namespace tilewise {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

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

std::string column_word(std::string_view device) {
  std::string word(device);
  if (!device.starts_with(kBoardPrefix)) return word;
  for (char& c : word) {
    if (!is_plain(c)) c = '_';
  }
  return word;
}

void check_column_words(const std::set<std::string>& devices) {
  std::map<std::string, std::string> taken;
  for (const std::string& device : devices) {
    const auto [other, fresh] = taken.emplace(column_word(device), device);
    if (fresh) continue;
    throw InputError(
        fmt::format("device {}: its columns would be those of {}, {}_...; give that another name",
                    device, other->second, other->first));
  }
}

}  // namespace tilewise
