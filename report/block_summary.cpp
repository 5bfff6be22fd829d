#include "report/metric_summary.hpp"
#include "report/sweep_files.hpp"
#include "report/sweep_summary.hpp"

namespace tilewise {
namespace {

/// Of the fixed part, the least of the space, the first choice everywhere (of groups, whose count
/// that may not be: nothing), and the most.
std::vector<double> range_of(const BlockMetric& metric, const BlockForm& form) {
  std::vector<double> range{metric.fixed, least_total(metric, form)};
  if (form.groups.empty()) {
    range.push_back(total(metric, std::vector<std::uint8_t>(form.positions, 0)));
  }
  range.push_back(most_total(metric, form));
  return range;
}

}  // namespace

Report block_summary_report(const SweepResult& result, const BlockForm& form) {
  const std::string& first = form.names.front();
  MetricSummary summary{
      {{"fixed", "fixed"}, {"least", "least"}}, {}, result.phases, evidence_lines(result)};
  if (form.groups.empty()) summary.statistics.push_back({"all " + first, "all_" + first});
  summary.statistics.push_back({"most", "most"});
  for (const BlockTable& table : result.tables) {
    for (std::size_t t = 0; t < table.devices.size(); ++t) {
      summary.rows.push_back({table.dataset,
                              result.targets[t].name,
                              {},
                              range_of(table.devices[t].latency_ms, form),
                              range_of(table.devices[t].energy_mj, form)});
    }
  }
  return metric_report(std::move(summary));
}

}  // namespace tilewise
