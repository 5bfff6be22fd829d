#include "report/sweep_summary.hpp"

#include <algorithm>
#include <utility>

#include "base/yaml.hpp"
#include "report/metric_summary.hpp"
#include "report/sweep_files.hpp"
#include "sweep/cost_table.hpp"
#include "sweep/quantile.hpp"

namespace tilewise {
namespace {

/// The least, the median, the most, and that of index 0.
std::vector<double> spread_of(std::vector<double> values) {
  if (values.empty()) return std::vector<double>(4, 0.0);
  const double first = values.front();
  std::sort(values.begin(), values.end());
  return {values.front(), median_of_sorted(values), values.back(), first};
}

std::vector<SweepColumn> read_columns(const std::filesystem::path& path) {
  std::vector<SweepColumn> columns;
  for (DatasetCosts& costs : read_cost_table(path)) {
    for (DeviceCosts& device : costs.devices) {
      columns.push_back({costs.dataset, std::move(device.device), std::move(device.latency_ms),
                         std::move(device.energy_mj)});
    }
  }
  return columns;
}

std::vector<PhaseTime> read_phases(YamlMap& run) {
  std::vector<PhaseTime> phases;
  for (const YamlNode& node : run.at("phases").list()) {
    YamlMap phase = node.map();
    phases.push_back({phase.at("name").text(), phase.at("seconds").number()});
  }
  return phases;
}

/// What run.yaml says of the devices; those of earlier versions say nothing.
std::vector<std::string> read_notes(YamlMap& run) {
  std::vector<std::string> notes;
  const auto devices = run.find("devices");
  if (!devices) return notes;
  for (const YamlNode& node : devices->list()) {
    YamlMap device = node.map();
    const auto evidence = device.find("evidence");
    if (evidence) notes.push_back(device.at("name").text() + ": " + evidence->text());
  }
  return notes;
}

}  // namespace

void add_rows(SweepColumns& sweep, const SweepResult& swept, std::span<const SweepRow> rows) {
  const std::size_t targets = swept.targets.size();
  for (const SweepRow& row : rows) {
    if (sweep.columns.empty() || row.dataset != sweep.columns.back().dataset) {
      for (const SweepTarget& target : swept.targets) {
        sweep.columns.push_back({row.dataset, target.name, {}, {}});
      }
    }
    for (std::size_t t = 0; t < targets; ++t) {
      SweepColumn& column = sweep.columns[sweep.columns.size() - targets + t];
      column.latency_ms.push_back(row.costs[t].latency.count());
      column.energy_mj.push_back(row.costs[t].energy.count());
    }
  }
}

SweepColumns sweep_columns(const SweepResult& result) {
  SweepColumns sweep{{}, result.phases, evidence_lines(result)};
  add_rows(sweep, result, result.rows);
  return sweep;
}

SweepColumns read_sweep(const std::filesystem::path& folder) {
  std::vector<SweepColumn> columns = read_columns(folder / "costs.csv");
  YamlMap run = YamlNode::load_file(folder / "run.yaml").map();
  return {std::move(columns), read_phases(run), read_notes(run)};
}

Report sweep_report(const SweepColumns& sweep) {
  MetricSummary summary{
      {{"least", "least"}, {"median", "median"}, {"most", "most"}, {"index 0", "index_0"}},
      {},
      sweep.phases,
      sweep.notes};
  for (const SweepColumn& column : sweep.columns) {
    summary.rows.push_back({column.dataset, column.device,
                            static_cast<std::int64_t>(column.latency_ms.size()),
                            spread_of(column.latency_ms), spread_of(column.energy_mj)});
  }
  return metric_report(std::move(summary));
}

}  // namespace tilewise
